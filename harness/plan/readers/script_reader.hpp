#pragma once
// Reads scripts: routes of servers whose protocol the harness does not know.

#include "harness/config/object_reader.hpp"
#include "harness/net/script.hpp"

namespace stormdrain {

// The keys script and opening of a route; does not finish() it.
script read_script(object_reader& route_keys);

}  // namespace stormdrain
