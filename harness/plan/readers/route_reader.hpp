#pragma once
// Reads requests: the routes of a target, and the one that stops it.

#include "faults/fault.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/net/http_request.hpp"

namespace stormdrain {

// The keys method, path, body, headers and status of an object; does not finish() it.
route read_route(object_reader& keys);

// Key "routes" of a target: NAME: "/path", NAME: {...} or NAME: {"script": [...]}. "small" is
// always there.
route_table read_routes(object_reader& root);

}  // namespace stormdrain
