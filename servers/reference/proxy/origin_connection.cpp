#include "servers/reference/proxy/origin_connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace reference::proxy {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

std::unique_ptr<origin_connection> make_origin_connection(const origin_context& context,
                                                          const origin_identity& wanted) {
    const tcp::endpoint& endpoint = *context.options.endpoint;
    const int descriptor = ::socket(endpoint.protocol().family(),
                                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (descriptor < 0) {
        return nullptr;
    }
    stream_socket socket(context.front.executor);
    error_code error;
    socket.assign(endpoint.protocol(), descriptor, error);
    if (error) {  // epoll has no room for it
        ::close(descriptor);
        return nullptr;
    }
    socket.set_option(tcp::no_delay(true), error);  // without it a request is late, not lost
    const tls_peer peer = {.host = wanted.host, .sni = wanted.sni};
    std::unique_ptr<stream> bytes = context.tls != nullptr
                                        ? make_tls_client_stream(*context.tls, descriptor, peer)
                                        : make_plain_stream(descriptor);
    if (!bytes) {
        return nullptr;
    }
    return std::make_unique<origin_connection>(context.front.deadlines, std::move(socket),
                                               std::move(bytes), context.conduct.on_record(wanted));
}

asio::awaitable<outcome> connect(origin_connection& made, const origin_context& context) {
    const time_point deadline = clock::now() + context.options.connect_timeout;
    const outcome connected = co_await made.bytes.connect(*context.options.endpoint, deadline);
    if (connected != outcome::done) {
        co_return connected;
    }
    ++context.front.counted.origin_connections;
    co_return co_await made.bytes.handshake(deadline);
}

}  // namespace reference::proxy
