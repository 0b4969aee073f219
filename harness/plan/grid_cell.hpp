#pragma once
// The place of a scenario in a grid: connection state x stop moment, say.

#include <string>

namespace stormdrain {

struct grid_cell {
    std::string grid;  // the name of the scenario that has it
    std::string row;
    std::string column;
    bool operator==(const grid_cell&) const = default;
};

}  // namespace stormdrain
