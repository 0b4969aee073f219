// The correct server.

#include "servers/reference/build.hpp"

namespace reference {

server_build this_build() {
    return {.program = "server_reference", .conduct = std::make_unique<behaviour>(), .defect = {}};
}

}  // namespace reference
