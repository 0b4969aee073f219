#include "harness/plan/readers/contract_reader.hpp"

#include "harness/plan/readers/names.hpp"
#include "harness/plan/readers/stop_deadlines_reader.hpp"
#include "harness/process/exits/exit_status.hpp"

#include <algorithm>
#include <array>
#include <csignal>

namespace stormdrain {
namespace {

using std::chrono::hours;
using value_kind = object_reader::value_kind;

constexpr std::int64_t exit_code_max = 255;

enum class stop_class { graceful, fast };
constexpr std::array<std::pair<std::string_view, stop_class>, 2> class_words{
    {{"graceful", stop_class::graceful}, {"fast", stop_class::fast}}};
constexpr std::array<std::pair<std::string_view, in_flight_promise>, 2> in_flight_words{
    {{"complete", in_flight_promise::complete}, {"truncate", in_flight_promise::truncate}}};
constexpr std::array<std::pair<std::string_view, listener_promise>, 3> listener_words{
    {{"close_at_once", listener_promise::close_at_once},
     {"at_exit", listener_promise::at_exit},
     {"lame_duck", listener_promise::lame_duck}}};
constexpr std::array<std::pair<std::string_view, half_close_promise>, 2> half_close_words{
    {{"respond", half_close_promise::respond}, {"close", half_close_promise::close}}};

constexpr std::array<std::pair<std::string_view, connections_promise>, 2> connections_words{
    {{"closed", connections_promise::closed}, {"any_open", connections_promise::any_open}}};
constexpr std::array<std::pair<std::string_view, second_signal_promise>, 3> second_signal_words{
    {{"ignored", second_signal_promise::ignored},
     {"force", second_signal_promise::force},
     {"required", second_signal_promise::required}}};
constexpr std::array<std::pair<std::string_view, goaway_promise>, 3> goaway_words{
    {{"in_two_steps", goaway_promise::in_two_steps},
     {"once", goaway_promise::once},
     {"none", goaway_promise::none}}};
constexpr std::array<std::pair<std::string_view, exit_circumstance>, 2> circumstance_words{
    {{"connections_open", exit_circumstance::connections_open},
     {"starting", exit_circumstance::starting}}};
constexpr std::array<std::pair<std::string_view, descriptor_limit_promise>, 3>
    descriptor_limit_words{{{"pause", descriptor_limit_promise::pause},
                            {"spin", descriptor_limit_promise::spin},
                            {"exit", descriptor_limit_promise::exit}}};

// Names that people write; for guesses only.
constexpr std::array<std::string_view, 12> common_signals{
    "SIGTERM", "SIGINT",  "SIGQUIT", "SIGHUP",  "SIGUSR1",  "SIGUSR2",
    "SIGKILL", "SIGABRT", "SIGPIPE", "SIGALRM", "SIGWINCH", "SIGCONT"};

std::vector<exit_circumstance> read_circumstances(object_reader& entry) {
    std::vector<exit_circumstance> circumstances;
    if (!is_given(entry, "while")) {
        return circumstances;
    }
    std::vector<std::string_view> words;
    for (const auto& [word, meaning] : circumstance_words) {
        words.push_back(word);
    }
    const std::vector<std::string> names = entry.texts("while");
    if (names.empty() && entry.kind_of("while") == object_reader::value_kind::array) {
        entry.complain("while", "expected at least one circumstance, got an empty list");
    }
    for (const std::string& name : names) {
        const auto known = std::ranges::find(words, name);
        if (known == words.end()) {
            entry.complain(
                "while",
                with_guess("expected \"connections_open\" or \"starting\", got " + in_quotes(name),
                           nearest_word(name, words)));
        } else {
            circumstances.push_back(
                circumstance_words.at(static_cast<std::size_t>(known - words.begin())).second);
        }
    }
    return circumstances;
}

// {"code": 1, "while": ["connections_open"]}, or with "signal" instead.
legal_exit read_conditional_exit(object_reader entry) {
    legal_exit result;
    if (entry.has("signal") == entry.has("code")) {
        entry.complain("", "expected one of \"code\", \"signal\"");
    }
    if (is_given(entry, "signal")) {
        result.how = legal_exit::kind::signal;
        result.number = read_signal(entry, "signal", 0);
    }
    if (is_given(entry, "code")) {
        result.number = static_cast<int>(entry.integer("code", 0, exit_code_max));
    }
    result.only_while = read_circumstances(entry);
    entry.finish();
    return result;
}

std::vector<legal_exit> read_exits(object_reader& mode, const std::string& key,
                                   std::vector<legal_exit> fallback) {
    if (!is_given(mode, key)) {
        return fallback;
    }
    std::vector<legal_exit> exits;
    std::optional<object_reader> entries = mode.list(key);
    if (!entries) {
        return exits;
    }
    for (const std::string& index : entries->keys()) {
        if (entries->kind_of(index) == value_kind::text) {
            exits.push_back({legal_exit::kind::signal, read_signal(*entries, index, 0)});
        } else if (entries->kind_of(index) == value_kind::object) {
            exits.push_back(read_conditional_exit(*entries->object(index)));
        } else {
            const std::int64_t code = entries->integer(index, 0, exit_code_max);
            exits.push_back({legal_exit::kind::code, static_cast<int>(code)});
        }
    }
    if (exits.empty()) {
        mode.complain(key, "expected at least one legal exit, got an empty list");
    }
    return exits;
}

// A fast stop cuts what is under way, unless it would not be one.
void read_in_flight(object_reader& mode, contract& result) {
    std::optional<stop_class> kind;
    if (is_given(mode, "class")) {
        kind = mode.choice<stop_class>("class", class_words);
    }
    const auto of_class =
        kind == stop_class::fast ? in_flight_promise::truncate : in_flight_promise::complete;
    result.in_flight = mode.choice<in_flight_promise>("in_flight", in_flight_words, of_class);
    result.drains_backlog = mode.flag("drains_backlog", result.drains_backlog);
    if (kind && result.in_flight != of_class) {
        mode.complain("in_flight", kind == stop_class::fast
                                       ? "expected \"truncate\" of a fast stop, or nothing"
                                       : "expected \"complete\" of a graceful stop, or nothing");
    }
    if (kind == stop_class::fast && result.drains_backlog) {
        mode.complain("drains_backlog", "expected false of a fast stop, or nothing");
    }
}

void read_second_signal(object_reader& mode, contract& result) {
    constexpr const char* statuses = "exit_status_after_second_signal";
    if (is_given(mode, statuses)) {
        result.exit_status_after_second_signal = read_exits(mode, statuses, {});
    }
    if (is_given(mode, "second_signal")) {
        result.second_signal =
            mode.choice<second_signal_promise>("second_signal", second_signal_words);
    }
    if (result.second_signal == second_signal_promise::ignored &&
        result.exit_status_after_second_signal) {
        mode.complain(statuses, "expected nothing beside a second signal that is ignored");
    }
}

// RFC 6455 7.4: what an endpoint may send; 1004 to 1006 and 1015 are never said.
void read_websocket_close(object_reader& mode, contract& result) {
    constexpr std::int64_t code_min = 1000;
    constexpr std::int64_t code_max = 4999;
    constexpr std::array<std::int64_t, 4> never_said{1004, 1005, 1006, 1015};
    if (!is_given(mode, "websocket_close")) {
        return;
    }
    const std::int64_t code = mode.integer("websocket_close", code_min, code_max);
    if (std::ranges::find(never_said, code) != never_said.end()) {
        mode.complain("websocket_close",
                      "expected a code that a Close frame may say, such as 1001 (RFC 6455 section "
                      "7.4.1), got " +
                          std::to_string(code));
    }
    result.websocket_close = static_cast<std::uint16_t>(code);
}

}  // namespace

int read_signal(object_reader& from, std::string_view key, int fallback) {
    if (!is_given(from, key)) {
        return fallback;
    }
    const std::string name = from.text(key);
    const int number = signal_number(name);
    if (number == 0 && from.kind_of(key) == value_kind::text) {
        std::optional<std::string> guess = nearest_word(name, common_signals);
        if (const int with_prefix = signal_number("SIG" + name); with_prefix != 0) {
            guess = "SIG" + name;
        }
        from.complain(
            key, with_guess("expected a signal such as \"SIGTERM\", got text " + in_quotes(name),
                            guess));
    }
    return number;
}

contract read_contract(object_reader& mode, const running_contract& while_running) {
    constexpr std::int64_t status_min = 100;
    constexpr std::int64_t status_max = 599;
    const contract defaults;
    contract result;
    read_stop_deadlines(mode, while_running, result);
    read_in_flight(mode, result);
    result.listener = mode.choice<listener_promise>("listener", listener_words, defaults.listener);
    result.half_close =
        mode.choice<half_close_promise>("half_close", half_close_words, defaults.half_close);
    result.exit_status = read_exits(mode, "exit_status", defaults.exit_status);
    read_second_signal(mode, result);
    result.connections_at_exit = mode.choice<connections_promise>(
        "connections_at_exit", connections_words, defaults.connections_at_exit);
    const std::vector<std::int64_t> none;
    for (const std::int64_t status :
         mode.integers("drain_statuses", status_min, status_max, none)) {
        result.drain_statuses.push_back(static_cast<int>(status));
    }
    constexpr int internal_error = 500;  // something went wrong, which draining is not (R6)
    if (std::ranges::find(result.drain_statuses, internal_error) != result.drain_statuses.end()) {
        mode.complain("drain_statuses", "expected statuses that say so, such as 503, got 500");
    }
    if (is_given(mode, "goaway")) {
        result.goaway = mode.choice<goaway_promise>("goaway", goaway_words);
    }
    read_websocket_close(mode, result);
    result.announces_close = mode.flag("announces_close", defaults.announces_close);
    result.unconfirmed = mode.text("confirm", "");
    return result;
}

running_contract read_running_contract(object_reader& root) {
    const running_contract defaults;
    running_contract result;
    std::optional<object_reader> keys = root.object("promises");
    if (!keys) {
        return result;
    }
    result.start_within =
        keys->length_of_time("start_within", promise_min, promise_max, defaults.start_within);
    result.release_within =
        keys->length_of_time("release_within", promise_min, promise_max, defaults.release_within);
    if (is_given(*keys, "handshake_timeout")) {
        result.handshake_timeout =
            keys->length_of_time("handshake_timeout", promise_min, promise_max);
    }
    if (is_given(*keys, "request_timeout")) {
        result.request_timeout = keys->length_of_time("request_timeout", promise_min, promise_max);
    }
    if (is_given(*keys, "keep_alive_timeout")) {
        result.keep_alive_timeout =
            keys->length_of_time("keep_alive_timeout", promise_min, hours(24));
    }
    if (is_given(*keys, "requests_per_connection_max")) {
        constexpr std::int64_t requests_max = 1'000'000'000;
        result.requests_per_connection_max = static_cast<std::uint32_t>(
            keys->integer("requests_per_connection_max", 1, requests_max));
    }
    result.output_alarms = keys->texts("output_alarms", std::vector<std::string>{});
    if (std::ranges::find(result.output_alarms, "") != result.output_alarms.end()) {
        keys->complain("output_alarms", "expected texts with at least one character, got \"\"");
    }
    if (is_given(*keys, "leaves")) {
        result.leaves = keys->texts("leaves", std::vector<std::string>{});
    }
    if (result.leaves && std::ranges::find(*result.leaves, "") != result.leaves->end()) {
        keys->complain("leaves", "expected patterns such as \"*.sock\", got \"\"");
    }
    result.defer_accept = keys->flag("defer_accept", defaults.defer_accept);
    if (is_given(*keys, "at_descriptor_limit")) {
        result.at_descriptor_limit =
            keys->choice<descriptor_limit_promise>("at_descriptor_limit", descriptor_limit_words);
    }
    if (is_given(*keys, "backlog")) {
        constexpr std::int64_t backlog_max = 65535;  // what net.core.somaxconn could be before 5.4
        result.backlog = static_cast<std::uint32_t>(keys->integer("backlog", 1, backlog_max));
    }
    keys->finish();
    return result;
}

}  // namespace stormdrain
