#include "harness/probe/probe_words.hpp"

#include "harness/process/exits/exit_status.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

template <class Value, std::size_t Count>
std::string word_of(Value value, const std::array<std::pair<Value, const char*>, Count>& words) {
    const auto row = std::ranges::find(words, value, &std::pair<Value, const char*>::first);
    return std::string("\"") + (row == words.end() ? "" : row->second) + "\"";
}

constexpr std::array<std::pair<in_flight_promise, const char*>, 2> in_flight_words{
    {{in_flight_promise::complete, "complete"}, {in_flight_promise::truncate, "truncate"}}};
constexpr std::array<std::pair<listener_promise, const char*>, 3> listener_words{
    {{listener_promise::close_at_once, "close_at_once"},
     {listener_promise::at_exit, "at_exit"},
     {listener_promise::lame_duck, "lame_duck"}}};
constexpr std::array<std::pair<half_close_promise, const char*>, 2> half_close_words{
    {{half_close_promise::respond, "respond"}, {half_close_promise::close, "close"}}};
constexpr std::array<std::pair<connections_promise, const char*>, 2> connections_words{
    {{connections_promise::closed, "closed"}, {connections_promise::any_open, "any_open"}}};
constexpr std::array<std::pair<idle_promise, const char*>, 3> idle_words{
    {{idle_promise::close_now, "close_now"},
     {idle_promise::wait_timeout, "wait_timeout"},
     {idle_promise::keep, "keep"}}};
constexpr std::array<std::pair<becomes_idle_promise, const char*>, 2> becomes_idle_words{
    {{becomes_idle_promise::close, "close"}, {becomes_idle_promise::wait, "wait"}}};
constexpr std::array<std::pair<second_signal_promise, const char*>, 3> second_signal_words{
    {{second_signal_promise::ignored, "ignored"},
     {second_signal_promise::force, "force"},
     {second_signal_promise::required, "required"}}};
constexpr std::array<std::pair<descriptor_limit_promise, const char*>, 3> descriptor_limit_words{
    {{descriptor_limit_promise::pause, "pause"},
     {descriptor_limit_promise::spin, "spin"},
     {descriptor_limit_promise::exit, "exit"}}};
constexpr std::array<std::pair<exit_circumstance, const char*>, 2> circumstance_words{
    {{exit_circumstance::connections_open, "connections_open"},
     {exit_circumstance::starting, "starting"}}};

std::string exit_in_json(const legal_exit& one) {
    const bool is_code = one.how == legal_exit::kind::code;
    const std::string number =
        is_code ? std::to_string(one.number) : "\"" + signal_name(one.number) + "\"";
    if (one.only_while.empty()) {
        return number;
    }
    std::string circumstances;
    for (const exit_circumstance circumstance : one.only_while) {
        circumstances += circumstances.empty() ? "" : ", ";
        circumstances += word_of(circumstance, circumstance_words);
    }
    return std::string("{\"") + (is_code ? "code" : "signal") + "\": " + number + ", \"while\": [" +
           circumstances + "]}";
}

}  // namespace

std::string json_of(const std::string& value) {
    return "\"" + value + "\"";
}

std::string json_of(in_flight_promise value) {
    return word_of(value, in_flight_words);
}

std::string json_of(listener_promise value) {
    return word_of(value, listener_words);
}

std::string json_of(half_close_promise value) {
    return word_of(value, half_close_words);
}

std::string json_of(connections_promise value) {
    return word_of(value, connections_words);
}

std::string json_of(idle_promise value) {
    return word_of(value, idle_words);
}

std::string json_of(becomes_idle_promise value) {
    return word_of(value, becomes_idle_words);
}

std::string json_of(second_signal_promise value) {
    return word_of(value, second_signal_words);
}

std::string json_of(descriptor_limit_promise value) {
    return word_of(value, descriptor_limit_words);
}

std::string json_of(bool value) {
    return value ? "true" : "false";
}

std::string json_of(const std::vector<legal_exit>& value) {
    std::string list;
    for (const legal_exit& one : value) {
        list += (list.empty() ? "" : ", ") + exit_in_json(one);
    }
    return "[" + list + "]";
}

}  // namespace stormdrain
