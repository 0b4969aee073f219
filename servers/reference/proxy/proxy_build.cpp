// The correct reverse proxy.

#include "servers/reference/build.hpp"
#include "servers/reference/proxy/application.hpp"

namespace reference {

server_build this_build() {
    return {.program = "server_proxy",
            .conduct = std::make_unique<behaviour>(),
            .serves = proxy::make_proxy(),
            .defect = {}};
}

}  // namespace reference
