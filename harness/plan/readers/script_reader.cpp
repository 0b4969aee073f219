#include "harness/plan/readers/script_reader.hpp"

#include "harness/plan/readers/names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace stormdrain {
namespace {

using value_kind = object_reader::value_kind;

// A script is a request, not a test program.
constexpr std::size_t steps_max = 200;
// Held in memory by each client that says it.
constexpr std::uint64_t filler_bytes_max = 64 * 1024 * 1024;
constexpr std::uint64_t answer_bytes_max = std::uint64_t{1} << 30;
// A line, or a pattern, is looked at again whenever more of it comes.
constexpr std::uint64_t line_bytes_max = 64 * 1024;
constexpr std::uint64_t line_bytes_usual = 4 * 1024;
// Far below any load's timeout: a client that waits longer between two steps is another load.
constexpr duration wait_max = std::chrono::seconds(10);

enum class closed_by { client, server };

constexpr std::array<std::pair<std::string_view, closed_by>, 2> close_words{
    {{"by_client", closed_by::client}, {"by_server", closed_by::server}}};

// "10 0c 00": blanks are for the reader.
std::optional<std::string> bytes_of_hex(std::string_view text) {
    constexpr std::size_t digits_count = 2;
    constexpr int base = 16;
    std::string bytes;
    while (!text.empty()) {
        if (text.front() == ' ') {
            text.remove_prefix(1);
            continue;
        }
        const std::string_view digits = text.substr(0, digits_count);
        const char* const end = digits.data() + digits.size();
        unsigned value = 0;
        const std::from_chars_result read = std::from_chars(digits.data(), end, value, base);
        if (digits.size() != digits_count || read.ec != std::errc() || read.ptr != end) {
            return std::nullopt;
        }
        bytes += static_cast<char>(value);
        text.remove_prefix(digits_count);
    }
    return bytes;
}

std::string read_hex(object_reader& keys) {
    const std::string text = keys.text("hex");
    std::optional<std::string> bytes = bytes_of_hex(text);
    if (!bytes || bytes->empty()) {
        keys.complain("hex", "expected bytes of two hexadecimal digits, such as \"c0 00\", got " +
                                 in_quotes(text));
    }
    return std::move(bytes).value_or("");
}

std::string read_some_text(object_reader& keys, std::string_view key) {
    std::string text = keys.text(key);
    if (text.empty() && keys.kind_of(key) == value_kind::text) {
        keys.complain(key, "expected at least one byte, got none");
    }
    return text;
}

// Lines of text, so that it can be read in a capture.
std::string filler(std::uint64_t bytes_count) {
    constexpr std::string_view pattern =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+\n";
    std::string text;
    text.reserve(bytes_count);
    while (text.size() < bytes_count) {
        text += pattern.substr(0, bytes_count - text.size());
    }
    return text;
}

// Exactly one of them.
std::string one_given(object_reader& keys, std::span<const std::string_view> known) {
    std::string given;
    std::string words;
    std::size_t count = 0;
    for (const std::string_view key : known) {
        words += (words.empty() ? "\"" : ", \"") + std::string(key) + "\"";
        if (is_given(keys, key)) {
            given = key;
            ++count;
        }
    }
    if (count != 1) {
        keys.complain("", "expected one of " + words + ", got " +
                              (count == 0 ? "none" : std::to_string(count)));
        given.clear();
    }
    return given;
}

std::string read_bytes_to_send(object_reader& step) {
    if (step.kind_of("send") != value_kind::object) {
        return read_some_text(step, "send");
    }
    constexpr std::array<std::string_view, 2> known{"hex", "bytes"};
    object_reader keys = *step.object("send");
    std::string text;
    const std::string given = one_given(keys, known);
    if (given == "hex") {
        text = read_hex(keys);
    } else if (given == "bytes") {
        text = filler(keys.size_bytes("bytes", 1, filler_bytes_max));
    }
    keys.finish();
    return text;
}

byte_pattern read_pattern(object_reader& keys) {
    const std::string text = read_some_text(keys, "pattern");
    try {
        return byte_pattern(text);
    } catch (const std::invalid_argument& error) {
        keys.complain("pattern", "expected a regular expression, got " + in_quotes(text) + ": " +
                                     error.what());
        return {};
    }
}

expectation read_expectation(object_reader& step) {
    expectation expected;
    if (step.kind_of("expect") != value_kind::object) {
        expected.text = read_some_text(step, "expect");
        return expected;
    }
    constexpr std::array<std::string_view, 4> known{"hex", "prefix", "pattern", "bytes"};
    object_reader keys = *step.object("expect");
    const std::string given = one_given(keys, known);
    if (given == "hex") {
        expected.text = read_hex(keys);
    } else if (given == "prefix") {
        expected.how = expectation::kind::line;
        expected.text = read_some_text(keys, "prefix");
        expected.until = keys.text("until", "\n");
        if (expected.until.empty()) {
            keys.complain("until", "expected at least one byte, got none");
        }
    } else if (given == "pattern") {
        expected.how = expectation::kind::pattern;
        expected.pattern = read_pattern(keys);
    } else if (given == "bytes") {
        expected.how = expectation::kind::bytes;
        expected.bytes_count = keys.size_bytes("bytes", 1, answer_bytes_max);
    }
    if (given == "prefix" || given == "pattern") {
        expected.bytes_count = keys.size_bytes("within", 1, line_bytes_max, line_bytes_usual);
    }
    keys.finish();
    return expected;
}

script_step read_step(object_reader& keys) {
    constexpr std::array<std::string_view, 5> known{"send", "expect", "wait", "barrier", "close"};
    script_step step;
    const std::string given = one_given(keys, known);
    if (given == "send") {
        step.text = read_bytes_to_send(keys);
    } else if (given == "expect") {
        step.does = script_step::kind::expect;
        step.expected = read_expectation(keys);
    } else if (given == "wait") {
        step.does = script_step::kind::wait;
        step.length = keys.length_of_time("wait", std::chrono::milliseconds(1), wait_max);
    } else if (given == "barrier") {
        step.does = script_step::kind::barrier;
        step.text = read_name(keys, "barrier");
    } else if (given == "close") {
        const bool by_client = keys.choice<closed_by>("close", close_words) == closed_by::client;
        step.does = by_client ? script_step::kind::close : script_step::kind::expect;
        step.expected.how = by_client ? expectation::kind::text : expectation::kind::close;
    }
    keys.finish();
    return step;
}

bool is_expect(const script_step& step) {
    return step.does == script_step::kind::expect;
}

bool ends_connection(const script_step& step) {
    return step.does == script_step::kind::close ||
           (is_expect(step) && step.expected.how == expectation::kind::close);
}

std::vector<script_step> read_steps(object_reader& route_keys, std::string_view key) {
    std::vector<script_step> steps;
    for (object_reader& keys : route_keys.objects(key)) {
        if (steps.size() == steps_max) {
            keys.complain("", "expected at most " + std::to_string(steps_max) + " steps");
            break;
        }
        if (!steps.empty() && ends_connection(steps.back())) {
            keys.complain("", "expected no step behind the one that closes the connection");
        }
        steps.push_back(read_step(keys));
    }
    return steps;
}

// What is said last has to be answered, or nobody could tell what became of it.
void complain_of_end(object_reader& route_keys, std::string_view key,
                     const std::vector<script_step>& steps) {
    const bool closes = !steps.empty() && steps.back().does == script_step::kind::close;
    const std::size_t last = steps.size() - (closes ? 1U : 0U);
    if (last == 0 || !is_expect(steps[last - 1])) {
        route_keys.complain(key,
                            "expected an \"expect\" behind the last thing that is sent, or "
                            "{\"close\": \"by_server\"}");
    }
}

}  // namespace

script read_script(object_reader& route_keys) {
    script result;
    for (const std::string_view key : {"method", "path", "body", "headers", "status"}) {
        if (is_given(route_keys, key)) {
            route_keys.complain(
                key, "expected no " + in_quotes(key) + " beside \"script\", which is no HTTP");
        }
    }
    result.steps = read_steps(route_keys, "script");
    complain_of_end(route_keys, "script", result.steps);
    if (is_given(route_keys, "opening")) {
        result.opening = read_steps(route_keys, "opening");
        complain_of_end(route_keys, "opening", result.opening);
        if (!result.opening.empty() && ends_connection(result.opening.back())) {
            route_keys.complain("opening", "expected a connection that stays open");
        }
    }
    return result;
}

}  // namespace stormdrain
