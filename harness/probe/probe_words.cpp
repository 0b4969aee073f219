#include "harness/probe/probe_words.hpp"

#include "harness/process/exit_status.hpp"

namespace stormdrain {

std::string json_of(const std::string& value) {
    return "\"" + value + "\"";
}

std::string json_of(in_flight_promise value) {
    return json_of(std::string(value == in_flight_promise::complete ? "complete" : "truncate"));
}

std::string json_of(listener_promise value) {
    return json_of(std::string(value == listener_promise::close_at_once ? "close_at_once"
                               : value == listener_promise::at_exit     ? "at_exit"
                                                                        : "lame_duck"));
}

std::string json_of(half_close_promise value) {
    return json_of(std::string(value == half_close_promise::respond ? "respond" : "close"));
}

std::string json_of(connections_promise value) {
    return json_of(std::string(value == connections_promise::closed ? "closed" : "any_open"));
}

std::string json_of(bool value) {
    return value ? "true" : "false";
}

std::string json_of(const std::vector<legal_exit>& value) {
    std::string list;
    for (const legal_exit& one : value) {
        list += list.empty() ? "" : ", ";
        list += one.how == legal_exit::kind::code ? std::to_string(one.number)
                                                  : "\"" + signal_name(one.number) + "\"";
    }
    return "[" + list + "]";
}

}  // namespace stormdrain
