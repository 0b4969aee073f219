#pragma once
// What a kind of fault says of itself when it is asked: its keys with defaults and limits, what it
// holds and needs, and how these change with its settings. Nothing of it is written down anywhere
// else: a kind that reads one key more is described with it.

#include "faults/fault.hpp"
#include "harness/config/key_record.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

class object_reader;

// What the rest of the program sees of a fault.
struct fault_traits {
    held_condition holds = held_condition::none;
    strike_point point = strike_point::connect;
    std::vector<std::string> routes;
    std::optional<std::string> origin;
    bool needs_tls = false;
    bool needs_http2 = false;
    bool needs_tcp = false;
    bool needs_accept_trap = false;
    bool stands_until_released = false;
    bool strikes_at_stop = false;
    bool disturbs_requests = false;
    bool ends_the_server = false;
    bool operator==(const fault_traits&) const = default;
};

fault_traits traits_of(const fault& what);

// One key set to something that is not its default, and what follows from that.
struct fault_variant {
    std::string key;
    key_value value;
    key_record record;  // of all keys that are asked for then
    fault_traits traits;
};

struct fault_settings {
    // Every key that the kind knows. One that has no default and is not asked for until it is there
    // has no value.
    std::vector<asked_key> keys;
    key_record record;  // with nothing set
    fault_traits traits;
    std::vector<fault_variant> variants;  // those where more than the one key differs
};

fault_settings settings_of(const fault_kind& kind);

// Reads a fault and notes its settings, those that the file gives and those that hold by default.
std::unique_ptr<const fault> read_recorded(const fault_kind& kind, object_reader& keys,
                                           key_record& settings);

}  // namespace stormdrain
