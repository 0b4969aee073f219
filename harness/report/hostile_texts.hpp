#pragma once
// What servers write, and what people and machines are called, at its worst: for tests that a
// report holds, whatever it has to show. Each of these has broken some reader of some report.

#include "harness/report/results_builder.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::testing_results {

struct hostile_text {
    std::string_view name;
    std::string bytes;
};

inline constexpr std::size_t long_line_bytes = 1 << 20;

inline std::vector<hostile_text> hostile_texts() {
    return {
        {"escape sequences", "\x1b[31mred\x1b[0m \x1b]0;title\a \x1b"},
        {"NUL and controls", std::string("\0\x01\x02\x0c\x7f", 5)},
        {"C1 controls", "\xc2\x85\xc2\x9b"},
        {"no UTF-8", "\xff\xfe\xc3("},
        {"overlong", "\xc0\xaf\xe0\x80\xaf"},
        {"lone surrogates", "\xed\xa0\x80 \xed\xbf\xbf"},
        {"U+FFFE and U+FFFF", "\xef\xbf\xbe\xef\xbf\xbf"},
        {"above U+10FFFF", "\xf4\x90\x80\x80"},
        {"cut within a character", "\xe2\x82"},
        {"end of CDATA", "]]> <![CDATA[ ]]>"},
        {"comments", "-- --> <!-- <!---"},
        {"markup", "</failure></stackTrace></text></svg><failure message=\"x\">&amp;&#x1b;&bogus;"},
        {"script", "<script>alert(1)</script> \" onload=\"alert(1)\" javascript:alert(1)"},
        {"quotes", "\"'`\\ ${x} $(x) %s%n"},
        {"lines", "a\nb\rc\r\nd\te\x0b\x0c"},
        {"Markdown", "```\n# owned\n| a | b |\n@maintainer [a](http://b) ![x](y) <details>"},
        {"workflow commands", "\n::error::x\n##[error]x\n::set-output name=a::b\n::endgroup::"},
        {"JSON", "{\"a\": NaN} \\ud800 \\u0000"},
        {"right to left",
         "\xe2\x80\xae"
         "drowssap\xe2\x80\xac"},
        {"blanks", "   "},
        {"nothing", ""},
        {"a long line", std::string(long_line_bytes, 'x')},
        {"a long line of no text", std::string(long_line_bytes, '\xff')},
        {"a long line of markup", std::string(long_line_bytes, '<')},
    };
}

// In every text that is not ours: of each a scenario that is broken, and one that is not judged,
// with a warning; and it is the host's name, the command, the suite's file and the version.
inline run_results hostile_results() {
    run_results results = mixed();
    for (const hostile_text& text : hostile_texts()) {
        const std::string number = std::to_string(results.scenarios.size());
        scenario_result red = scenario(number + text.bytes.substr(0, 300), 10);
        red.id = red.target + "/" + red.suite + "/" + number + " " + red.scenario;
        const bool is_long = text.bytes.size() >= long_line_bytes;  // a test stays a matter of MB
        red.checks = {failed("shutdown_deadline", is_long ? 1 : 8, 10)};
        red.suite_file = text.bytes.substr(0, 300);
        for (finding& sample : red.checks.front().samples) {
            sample.message = text.bytes;
            sample.evidence.assign(is_long ? 1 : 20, text.bytes);
            sample.traits = {text.bytes.substr(0, 300)};
        }
        scenario_result yellow = scenario("other " + number, 10);
        yellow.target = "t" + text.bytes.substr(0, 300);
        yellow.id = yellow.target + "/" + yellow.suite + "/" + yellow.scenario;
        yellow.checks = {unjudged("port_held", verdict::inconclusive, text.bytes),
                         unjudged("handshake_failed", verdict::skipped, text.bytes)};
        yellow.checks.front().warnings = red.checks.front().samples;
        results.facts.target_versions[red.target] += text.bytes;
        results.facts.hostname += text.bytes.substr(0, 300);
        results.facts.command += text.bytes.substr(0, 300);
        results.facts.kernel += text.bytes.substr(0, 300);
        results.scenarios.push_back(std::move(red));
        results.scenarios.push_back(std::move(yellow));
    }
    return results;
}

}  // namespace stormdrain::testing_results
