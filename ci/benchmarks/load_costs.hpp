#pragma once
// What a request costs the client that makes it, beside other clients in the same minute: the CPU
// that it takes is missing to the server that it judges.

#include "ci/benchmarks/cost_table.hpp"
#include "ci/benchmarks/workbench.hpp"

#include <string>
#include <vector>

namespace stormdrain::benchmarks {

// nginx on the first CPU, the clients in turns on the second. Throws std::runtime_error where that
// cannot be had; a client that is not installed is a row that says so.
std::vector<cost_row> cost_of_load(workbench& bench, const std::string& servers);

}  // namespace stormdrain::benchmarks
