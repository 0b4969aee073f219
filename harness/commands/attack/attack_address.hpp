#pragma once
// Finds where the URL of an attack leads.

#include "harness/commands/attack/attack_url.hpp"
#include "harness/net/socket_address.hpp"

namespace stormdrain {

// Throws usage_error when there is no such host.
socket_address address_of_url(const attack_url& url);

}  // namespace stormdrain
