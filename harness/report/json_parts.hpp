#pragma once
// Steps that all writers of JSON records share.

#include "harness/base/time.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace stormdrain {

// Milliseconds with three decimals.
double milliseconds_of(duration length);

inline nlohmann::json milliseconds_or_null(const std::optional<since_start>& when) {
    return when ? nlohmann::json(milliseconds_of(*when)) : nlohmann::json(nullptr);
}

template <class Value>
nlohmann::json value_or_null(const std::optional<Value>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

template <class Values, class Write>
nlohmann::json list_of(const Values& values, Write write) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& value : values) {
        list.push_back(write(value));
    }
    return list;
}

}  // namespace stormdrain
