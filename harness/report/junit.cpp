#include "harness/report/junit.hpp"

#include "harness/report/junit_suites.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::size_t message_bytes_max = 900;  // the schema allows 1000 characters
constexpr std::size_t label_bytes_max = 250;
constexpr std::size_t case_text_bytes_max = 16 * 1024;
constexpr std::size_t sample_text_bytes_max = 4 * 1024;
constexpr std::size_t property_bytes_max = 1000;
// GitLab and others refuse large files: from there on cases keep their message only.
constexpr std::size_t detail_bytes_max = 6 * 1024 * 1024;
constexpr std::size_t evidence_line_bytes_max = 1000;

// The C locale's spelling with three decimals, whatever the program's locale is.
std::string seconds(duration length) {
    using namespace std::chrono;
    const auto whole = std::clamp<milliseconds::rep>(duration_cast<milliseconds>(length).count(), 0,
                                                     31536000LL * 1000);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%lld.%03lld", static_cast<long long>(whole / 1000),
                  static_cast<long long>(whole % 1000));
    return text.data();
}

std::string attribute(std::string_view name, std::string_view value, std::size_t bytes_max) {
    return " " + std::string(name) + "=\"" + xml_escaped(one_line(value, bytes_max)) + "\"";
}

// xs:token with at least one character.
std::string label(std::string_view text) {
    std::string line = one_line(text, label_bytes_max);
    const auto doubled =
        std::unique(line.begin(), line.end(), [](char a, char b) { return a == ' ' && b == ' '; });
    line.erase(doubled, line.end());
    const std::size_t first = line.find_first_not_of(' ');
    const std::size_t last = line.find_last_not_of(' ');
    return first == std::string::npos ? "-" : line.substr(first, last - first + 1);
}

class junit_writer {
public:
    junit_writer(std::ostream& out, const run_results& results, junit_dialect dialect)
        : out_(out), results_(results), dialect_(dialect), suites_(make_junit_suites(results)) {}

    void write();

private:
    void write_empty();
    void write_suite(const junit_suite& suite, std::size_t index);
    void write_properties(const scenario_result& scenario);
    void write_case(const junit_suite& suite, const junit_case& one, duration time);
    void write_outcome(const scenario_result& scenario, const junit_case& one);
    void write_samples(const scenario_result& scenario, const check_result& result);
    void write_notes(const scenario_result& scenario, const junit_case& one);
    std::string counts(const junit_counters& sums, duration time, junit_dialect dialect) const;
    std::string details(const scenario_result& scenario, const junit_case& one) const;
    std::string bounded(std::string text, std::size_t bytes_max);
    bool is_rich() const { return dialect_ == junit_dialect::rich; }

    std::ostream& out_;
    const run_results& results_;
    junit_dialect dialect_;
    std::vector<junit_suite> suites_;
    std::size_t detail_bytes_ = 0;
};

std::string junit_writer::counts(const junit_counters& sums, duration time,
                                 junit_dialect dialect) const {
    std::string text = " tests=\"" + std::to_string(sums.tests) + "\" failures=\"" +
                       std::to_string(sums.failures) + "\" errors=\"" +
                       std::to_string(sums.errors) + "\"";
    if (dialect == junit_dialect::rich) {
        text += " skipped=\"" + std::to_string(sums.skipped) + "\"";
    }
    text += " time=\"" + seconds(time) + "\"";
    if (dialect == junit_dialect::rich) {
        text += " timestamp=\"" + utc_text(results_.facts.began) + "\"";
    }
    return text;
}

void junit_writer::write() {
    junit_counters sums;
    for (const junit_suite& suite : suites_) {
        for (const junit_case& one : suite.cases) {
            sums.count(one.outcome);
        }
    }
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"stormdrain\"";
    if (suites_.empty()) {
        write_empty();
        return;
    }
    out_ << counts(sums, results_.took, dialect_) << ">\n";
    for (std::size_t i = 0; i < suites_.size(); ++i) {
        write_suite(suites_[i], i);
    }
    out_ << "</testsuites>\n";
}

// A file without a case is green, or lost, in most readers.
void junit_writer::write_empty() {
    const junit_counters sums =
        results_.nothing_to_do ? junit_counters{1, 0, 0, 1} : junit_counters{1, 0, 1, 0};
    out_ << counts(sums, {}, dialect_) << ">\n  <testsuite name=\"stormdrain\" id=\"0\""
         << " package=\"none\" hostname=\"" << xml_escaped(label(results_.facts.hostname)) << "\""
         << counts(sums, {}, junit_dialect::rich)
         << ">\n    <properties>\n      <property name=\"command\" value=\""
         << xml_escaped(one_line(results_.facts.command, property_bytes_max))
         << "\"/>\n    </properties>\n    <testcase classname=\"stormdrain\" "
            "name=\"selection\" time=\"0.000\">\n"
         << (results_.nothing_to_do
                 ? "      <skipped message=\"nothing of the plan falls to this shard\">nothing of "
                   "the plan falls to this shard</skipped>\n"
                 : "      <error type=\"stormdrain.nothing_selected\" message=\"no scenario was "
                   "selected\">no scenario was selected</error>\n")
         << "    </testcase>\n  </testsuite>\n</testsuites>\n";
}

void junit_writer::write_suite(const junit_suite& suite, std::size_t index) {
    const scenario_result& scenario = *suite.scenario;
    junit_counters sums;
    for (const junit_case& one : suite.cases) {
        sums.count(one.outcome);
    }
    out_ << "  <testsuite name=\"" << suite.levels[1] << "." << suite.levels[2] << "\" id=\""
         << index << "\" package=\"" << suite.levels[0] << "\" hostname=\""
         << xml_escaped(label(results_.facts.hostname)) << "\"";
    if (is_rich() && !scenario.suite_file.empty()) {
        out_ << " file=\"" << xml_escaped(label(scenario.suite_file)) << "\"";
    }
    out_ << counts(sums, scenario.time, junit_dialect::rich) << ">\n";
    write_properties(scenario);
    // Checks share the cycles, so each gets its part of the time and the sum is right.
    const duration share = scenario.time / static_cast<std::int64_t>(suite.cases.size());
    for (const junit_case& one : suite.cases) {
        write_case(suite, one, share);
    }
    out_ << "  </testsuite>\n";
}

void junit_writer::write_properties(const scenario_result& scenario) {
    if (scenario.done_count == 0) {  // a night plans thousands more than it runs
        out_ << "    <properties>\n      <property name=\"id\""
             << attribute("value", scenario.id, property_bytes_max) << "/>\n    </properties>\n";
        return;
    }
    const run_facts& facts = results_.facts;
    const auto version = facts.target_versions.find(scenario.target);
    std::vector<std::pair<std::string, std::string>> properties{
        {"id", scenario.id},
        {"grid_row", scenario.cell ? scenario.cell->row : ""},
        {"grid_column", scenario.cell ? scenario.cell->column : ""},
        {"seed", to_hex(facts.run_seed)},
        {"cycles_planned", std::to_string(scenario.planned_count)},
        {"cycles_done", std::to_string(scenario.done_count)},
        {"requests", std::to_string(scenario.requests_count)},
        {"stop_time_max_s", seconds(scenario.stop_time_max)},
        {"target_version", version == facts.target_versions.end() ? "" : version->second},
        {"contract_unconfirmed", scenario.unconfirmed},
        {"stormdrain_version", facts.stormdrain_version},
        {"kernel", facts.kernel},
        {"command", facts.command},
    };
    for (const check_result& result : scenario.checks) {
        const std::vector<std::string> lines = identity_lines(results_, scenario, result);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string number = i == 0 ? "" : "." + std::to_string(i + 1);
            properties.emplace_back("identity." + result.check + number,
                                    lines[i].substr(lines[i].find(' ') + 1));
        }
    }
    out_ << "    <properties>\n";
    for (const auto& [name, value] : properties) {
        if (!value.empty()) {
            out_ << "      <property name=\"" << name << "\""
                 << attribute("value", value, property_bytes_max) << "/>\n";
        }
    }
    out_ << "    </properties>\n";
}

void junit_writer::write_case(const junit_suite& suite, const junit_case& one, duration time) {
    const scenario_result& scenario = *suite.scenario;
    out_ << "    <testcase classname=\"" << suite.class_name() << "\" name=\""
         << xml_escaped(label(one.result->check)) << "\" time=\"" << seconds(time) << "\"";
    if (is_rich() && !scenario.suite_file.empty() && scenario.line > 0) {
        out_ << " file=\"" << xml_escaped(label(scenario.suite_file)) << "\" line=\""
             << scenario.line << "\"";
    }
    out_ << ">\n";
    write_outcome(scenario, one);
    write_notes(scenario, one);
    out_ << "    </testcase>\n";
}

std::string junit_writer::details(const scenario_result& scenario, const junit_case& one) const {
    std::string text = one_line(one.message, message_bytes_max) + "\n";
    const check_result& result = *one.result;
    if (!result.samples.empty()) {
        for (const std::string& line : result.samples.front().evidence) {
            text += "  " + one_line(line, evidence_line_bytes_max) + "\n";
        }
        if (result.broken_count > 0) {
            text += occurrence(result) + ", first in cycle " +
                    std::to_string(result.samples.front().cycle) + "\n";
        }
        for (const std::string& line : identity_lines(results_, scenario, result)) {
            text += line + "\n";
        }
        text +=
            "replay: " + replay_command(results_.facts, scenario, result.samples.front()) + "\n";
    }
    if (const check* with = find_check(result.check)) {
        text += "promise: " + std::string(with->summary) + "\n";
    }
    return text;
}

std::string junit_writer::bounded(std::string text, std::size_t bytes_max) {
    const std::size_t left = detail_bytes_max - std::min(detail_bytes_, detail_bytes_max);
    text = clipped(printable(text), std::min(bytes_max, std::max<std::size_t>(left, 200)));
    text = xml_escaped(text);
    detail_bytes_ += text.size();
    return text;
}

void junit_writer::write_outcome(const scenario_result& scenario, const junit_case& one) {
    const std::string message = attribute("message", one.message, message_bytes_max);
    const std::string type = attribute("type", one.type, label_bytes_max);
    switch (one.outcome) {
        case junit_outcome::passed:
            break;
        case junit_outcome::failed:
            out_ << "      <failure" << message << type << ">"
                 << bounded(details(scenario, one), case_text_bytes_max) << "</failure>\n";
            write_samples(scenario, *one.result);
            break;
        case junit_outcome::error:
            out_ << "      <error" << message << type << ">"
                 << bounded(details(scenario, one), case_text_bytes_max) << "</error>\n";
            break;
        case junit_outcome::skipped:
            out_ << "      <skipped" << message << ">"
                 << bounded(one.result->outcome == verdict::known ? details(scenario, one)
                                                                  : one.message,
                            case_text_bytes_max)
                 << "</skipped>\n";
            break;
    }
}

void junit_writer::write_samples(const scenario_result& scenario, const check_result& result) {
    for (const finding& sample : result.samples) {
        if (detail_bytes_ > detail_bytes_max) {
            break;
        }
        std::string text = one_line(sample.message, message_bytes_max) + "\n";
        for (const std::string& line : sample.evidence) {
            text += "  " + one_line(line, evidence_line_bytes_max) + "\n";
        }
        text += "replay: " + replay_command(results_.facts, scenario, sample) + "\n";
        out_ << "      <rerunFailure"
             << attribute("message",
                          "cycle " + std::to_string(sample.cycle) + ": " + sample.message,
                          message_bytes_max)
             << attribute("type", "stormdrain." + sample.id, label_bytes_max) << ">\n"
             << "        <stackTrace>" << bounded(text, sample_text_bytes_max)
             << "</stackTrace>\n      </rerunFailure>\n";
    }
}

void junit_writer::write_notes(const scenario_result& scenario, const junit_case& one) {
    std::string notes;
    if (one.outcome == junit_outcome::passed) {
        notes += strength(*one.result, scenario) + "\n";
    }
    for (const finding& warning : one.result->warnings) {
        notes += "warning, cycle " + std::to_string(warning.cycle) + ": " +
                 one_line(warning.message, message_bytes_max) + "\n";
    }
    if (!notes.empty()) {
        out_ << "      <system-out>" << bounded(notes, case_text_bytes_max) << "</system-out>\n";
    }
}

}  // namespace

void write_junit(std::ostream& out, const run_results& results, junit_dialect dialect) {
    junit_writer(out, results, dialect).write();
}

}  // namespace stormdrain
