#pragma once
// The server name that a client hello asks for.

#include <span>
#include <string>

namespace stormdrain {

// Out of the extension's contents (RFC 6066 section 3); empty when it names no host.
//
// SSL_get_servername() would answer with the name of the session that is resumed, up to TLS 1.2:
// just the difference that an origin is to see.
std::string server_name_in(std::span<const unsigned char> extension);

}  // namespace stormdrain
