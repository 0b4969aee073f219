#include "harness/plan/contract_reader.hpp"

#include "harness/plan/names.hpp"
#include "harness/process/exit_status.hpp"

#include <algorithm>
#include <array>
#include <csignal>

namespace stormdrain {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using value_kind = object_reader::value_kind;

constexpr duration promise_min = milliseconds(1);
constexpr duration promise_max = hours(1);

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

// Names that people write; for guesses only.
constexpr std::array<std::string_view, 12> common_signals{
    "SIGTERM", "SIGINT",  "SIGQUIT", "SIGHUP",  "SIGUSR1",  "SIGUSR2",
    "SIGKILL", "SIGABRT", "SIGPIPE", "SIGALRM", "SIGWINCH", "SIGCONT"};

std::vector<std::string> condition_names() {
    std::vector<std::string> names;
    for (int index = 1; index < held_conditions_count; ++index) {  // without "none"
        names.emplace_back(to_text(static_cast<held_condition>(index)));
    }
    return names;
}

std::map<held_condition, exit_promise> read_exit_within_while(object_reader& mode) {
    std::map<held_condition, exit_promise> promises;
    std::optional<object_reader> keys = mode.object("exit_within_while");
    if (!keys) {
        return promises;
    }
    const std::vector<std::string> conditions = condition_names();
    for (const std::string& name : keys->keys()) {
        if (!check_known(*keys, name, "held condition", name, conditions)) {
            continue;
        }
        const auto position = std::ranges::find(conditions, name) - conditions.begin();
        const auto condition = static_cast<held_condition>(position + 1);
        constexpr std::array<std::string_view, 1> words{"unbounded"};
        const bool is_text = keys->kind_of(name) == value_kind::text;
        const std::string word = is_text ? keys->text(name) : "";
        if (word == words.front()) {
            promises[condition] = exit_promise{};
        } else if (nearest_word(word, words)) {
            keys->complain(name, with_guess("expected a duration or \"unbounded\", got text " +
                                                in_quotes(word),
                                            nearest_word(word, words)));
        } else {
            promises[condition] = {keys->length_of_time(name, promise_min, promise_max)};
        }
    }
    return promises;
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
        } else {
            constexpr std::int64_t exit_code_max = 255;
            const std::int64_t code = entries->integer(index, 0, exit_code_max);
            exits.push_back({legal_exit::kind::code, static_cast<int>(code)});
        }
    }
    if (exits.empty()) {
        mode.complain(key, "expected at least one legal exit, got an empty list");
    }
    return exits;
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

contract read_contract(object_reader& mode) {
    constexpr std::int64_t status_min = 100;
    constexpr std::int64_t status_max = 599;
    const contract defaults;
    contract result;
    result.exit_within =
        mode.length_of_time("exit_within", promise_min, promise_max, defaults.exit_within);
    result.exit_within_while = read_exit_within_while(mode);
    result.in_flight =
        mode.choice<in_flight_promise>("in_flight", in_flight_words, defaults.in_flight);
    result.listener = mode.choice<listener_promise>("listener", listener_words, defaults.listener);
    result.half_close =
        mode.choice<half_close_promise>("half_close", half_close_words, defaults.half_close);
    result.exit_status = read_exits(mode, "exit_status", defaults.exit_status);
    if (is_given(mode, "exit_status_after_second_signal")) {
        result.exit_status_after_second_signal =
            read_exits(mode, "exit_status_after_second_signal", {});
    }
    result.connections_at_exit = mode.choice<connections_promise>(
        "connections_at_exit", connections_words, defaults.connections_at_exit);
    const std::vector<std::int64_t> none;
    for (const std::int64_t status :
         mode.integers("drain_statuses", status_min, status_max, none)) {
        result.drain_statuses.push_back(static_cast<int>(status));
    }
    result.drains_backlog = mode.flag("drains_backlog", defaults.drains_backlog);
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
    keys->finish();
    return result;
}

}  // namespace stormdrain
