#pragma once
// What is said of one thing that has a name, as a value, as a page and as JSON.

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

struct explained_key {
    std::string name;
    std::string preset;  // as JSON; empty: without the key something else happens
    std::string takes;   // "a duration from 1ms to 1h"
    std::string note;    // when all that is different
};

struct explanation {
    std::string group;  // "fault"
    std::string name;
    std::string summary;
    std::vector<std::pair<std::string, std::string>> facts;  // "holds", "partial_header"
    std::vector<explained_key> keys;
    std::string example;  // JSON that a file may have
};

std::string page_of(const explanation& what);
nlohmann::ordered_json to_json(const explanation& what);

}  // namespace stormdrain
