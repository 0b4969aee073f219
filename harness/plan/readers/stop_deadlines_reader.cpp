#include "harness/plan/readers/stop_deadlines_reader.hpp"

#include "harness/plan/readers/names.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace stormdrain {
namespace {

using value_kind = object_reader::value_kind;

constexpr std::array<std::pair<std::string_view, idle_promise>, 3> idle_words{
    {{"close_now", idle_promise::close_now},
     {"wait_timeout", idle_promise::wait_timeout},
     {"keep", idle_promise::keep}}};
constexpr std::array<std::pair<std::string_view, becomes_idle_promise>, 2> becomes_idle_words{
    {{"close", becomes_idle_promise::close}, {"wait", becomes_idle_promise::wait}}};
constexpr std::array<std::pair<std::string_view, upgrade_promise>, 3> upgrade_words{
    {{"close", upgrade_promise::close},
     {"wait", upgrade_promise::wait},
     {"abrupt", upgrade_promise::abrupt}}};

std::vector<std::string> condition_names() {
    std::vector<std::string> names;
    for (int index = 1; index < held_conditions_count; ++index) {  // without "none"
        names.emplace_back(to_text(static_cast<held_condition>(index)));
    }
    return names;
}

// A duration, or one of the words; neither after a complaint.
struct length_or_word {
    std::optional<duration> length;
    std::string_view word;
};

length_or_word read_length_or_word(object_reader& from, const std::string& key,
                                   std::span<const std::string_view> words) {
    const bool is_text = from.kind_of(key) == value_kind::text;
    const std::string text = is_text ? from.text(key) : "";
    const auto known = std::ranges::find(words, text);
    if (known != words.end()) {
        return {{}, *known};
    }
    if (const auto guess = nearest_word(text, words)) {
        std::string expected = "expected a duration";
        for (const std::string_view word : words) {
            expected += " or " + in_quotes(word);
        }
        from.complain(key, with_guess(expected + ", got text " + in_quotes(text), guess));
        return {};
    }
    return {from.length_of_time(key, promise_min, promise_max), {}};
}

using condition_promises = std::map<held_condition, exit_promise>;

condition_promises read_exit_within_while(object_reader& mode) {
    condition_promises promises;
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
        promises[condition] = {read_length_or_word(*keys, name, words).length};
    }
    return promises;
}

// "silent": short for exit_within_while/silent.
void read_silent(object_reader& mode, contract& result) {
    if (!is_given(mode, "silent")) {
        return;
    }
    constexpr std::array<std::string_view, 2> words{"close_now", "wait"};
    const length_or_word said = read_length_or_word(mode, "silent", words);
    if (result.exit_within_while.contains(held_condition::silent)) {
        mode.complain("silent", "expected nothing beside /exit_within_while/silent");
    }
    exit_promise& promise = result.exit_within_while[held_condition::silent];
    promise.within = said.word == "close_now" ? result.exit_within : said.length;
}

// "timeout": of all conditions that have no promise of their own, nor by the less particular one.
void read_timeout(object_reader& mode, contract& result) {
    if (!is_given(mode, "timeout")) {
        return;
    }
    constexpr std::array<std::string_view, 1> words{"none"};
    exit_promise limit{read_length_or_word(mode, "timeout", words).length};
    if (limit.within) {
        limit.within = std::max(*limit.within, result.exit_within);
    }
    const condition_promises own = result.exit_within_while;
    for (int index = 1; index < held_conditions_count; ++index) {
        const auto condition = static_cast<held_condition>(index);
        if (!own.contains(condition) && !own.contains(less_particular(condition))) {
            result.exit_within_while[condition] = limit;
        }
    }
}

exit_promise promise_while(const contract& result, held_condition condition) {
    const auto own = result.exit_within_while.find(condition);
    return own == result.exit_within_while.end() ? exit_promise{result.exit_within} : own->second;
}

exit_promise later(exit_promise promise, duration by) {
    if (promise.within) {
        *promise.within += by;
    }
    return promise;
}

void read_idle(object_reader& mode, const running_contract& while_running,
               const condition_promises& own, contract& result) {
    if (!is_given(mode, "idle_keep_alive")) {
        return;
    }
    result.idle_keep_alive = mode.choice<idle_promise>("idle_keep_alive", idle_words);
    const auto& timeout = while_running.keep_alive_timeout;
    exit_promise promise;  // "keep"
    if (result.idle_keep_alive == idle_promise::close_now) {
        promise.within = result.exit_within;
    } else if (result.idle_keep_alive == idle_promise::wait_timeout) {
        if (!timeout) {
            mode.complain("idle_keep_alive",
                          "expected /promises/keep_alive_timeout beside \"wait_timeout\"");
        }
        promise.within = timeout.value_or(duration::zero()) + result.exit_within;
    }
    const auto said = own.find(held_condition::idle_keep_alive);
    if (said != own.end() && !said->second.within &&
        result.idle_keep_alive == idle_promise::close_now) {
        mode.complain("idle_keep_alive",
                      "expected \"keep\" beside \"unbounded\" in exit_within_while");
    }
    if (said == own.end()) {
        result.exit_within_while[held_condition::idle_keep_alive] = promise;
        // A server that does not close what is idle does not close what becomes so.
        if (result.idle_keep_alive != idle_promise::close_now &&
            !own.contains(held_condition::becomes_idle)) {
            result.exit_within_while[held_condition::becomes_idle] = promise;
        }
    }
}

// The request under way counts first, then the time that the connection stays.
void read_becomes_idle(object_reader& mode, const running_contract& while_running,
                       const condition_promises& own, contract& result) {
    if (!is_given(mode, "becomes_idle")) {
        return;
    }
    result.becomes_idle = mode.choice<becomes_idle_promise>("becomes_idle", becomes_idle_words);
    if (own.contains(held_condition::becomes_idle)) {
        return;
    }
    const exit_promise answered = promise_while(result, held_condition::in_flight);
    exit_promise& promise = result.exit_within_while[held_condition::becomes_idle];
    if (result.becomes_idle == becomes_idle_promise::close) {
        promise = answered;
    } else if (while_running.keep_alive_timeout) {
        promise = later(answered, *while_running.keep_alive_timeout);
    } else {
        promise = {};
    }
}

void read_upgrade(object_reader& mode, const condition_promises& own, contract& result) {
    if (!is_given(mode, "upgrade")) {
        return;
    }
    result.upgrade = mode.choice<upgrade_promise>("upgrade", upgrade_words);
    if (!own.contains(held_condition::upgraded)) {
        const bool waits = result.upgrade == upgrade_promise::wait;
        result.exit_within_while[held_condition::upgraded] =
            waits ? exit_promise{} : exit_promise{result.exit_within};
    }
}

}  // namespace

void read_stop_deadlines(object_reader& mode, const running_contract& while_running,
                         contract& result) {
    const contract defaults;
    result.exit_within =
        mode.length_of_time("exit_within", promise_min, promise_max, defaults.exit_within);
    result.exit_within_while = read_exit_within_while(mode);
    read_silent(mode, result);
    const condition_promises own = result.exit_within_while;
    read_timeout(mode, result);
    read_idle(mode, while_running, own, result);
    read_becomes_idle(mode, while_running, own, result);
    read_upgrade(mode, own, result);
}

}  // namespace stormdrain
