#pragma once
// Reads the ports of a target, and holds its routes against what they speak.

#include "harness/config/object_reader.hpp"
#include "harness/plan/target.hpp"

#include <functional>
#include <map>
#include <string>

namespace stormdrain {

// Key "ports" of a target, which has at least one.
std::map<std::string, target_port, std::less<>> read_ports(object_reader& root);

// What goes without saying of HTTP, that "small" is "/", does not of raw TCP; and a route that goes
// over none of the ports is a mistake. To be called once ports and routes are read.
void fit_routes_to_ports(object_reader& root, target& server);

}  // namespace stormdrain
