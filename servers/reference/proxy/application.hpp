#pragma once
// What makes a server a reverse proxy.

#include "servers/reference/proxy/origin_behaviour.hpp"
#include "servers/reference/service.hpp"

#include <memory>

namespace reference::proxy {

std::unique_ptr<application> make_proxy(
    std::unique_ptr<origin_behaviour> conduct = std::make_unique<origin_behaviour>());

}  // namespace reference::proxy
