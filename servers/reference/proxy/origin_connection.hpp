#pragma once
// A connection to the origin, and how it comes about.

#include "servers/reference/channel.hpp"
#include "servers/reference/connection.hpp"
#include "servers/reference/proxy/client_request.hpp"
#include "servers/reference/proxy/origin_behaviour.hpp"
#include "servers/reference/proxy/origin_options.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace reference::proxy {

struct origin_connection {
    origin_connection(deadline_queue& deadlines, stream_socket socket, std::unique_ptr<stream> over,
                      origin_identity made_for)
        : bytes(deadlines, std::move(socket), std::move(over)), recorded(std::move(made_for)) {}

    channel bytes;
    origin_identity recorded;
    std::string input;  // received, not yet used
    std::uint64_t requests = 0;
};

// What everybody needs who has to do with the origin. Outlives all connections.
struct origin_context {
    const connection_context& front;
    const origin_options& options;
    const origin_behaviour& conduct;
    SSL_CTX* tls = nullptr;  // null: a plain origin
};

// Not connected yet. Null when descriptors or memory have run out.
std::unique_ptr<origin_connection> make_origin_connection(const origin_context& context,
                                                          const origin_identity& wanted);

// TCP and TLS.
boost::asio::awaitable<outcome> connect(origin_connection& made, const origin_context& context);

}  // namespace reference::proxy
