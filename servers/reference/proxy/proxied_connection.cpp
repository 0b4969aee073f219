#include "servers/reference/proxy/proxied_connection.hpp"

#include "servers/reference/proxy/client_request.hpp"

#include <optional>
#include <string>
#include <utility>

namespace reference::proxy {

namespace asio = boost::asio;

namespace {

std::string text_of(const asio::ip::tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? '[' + address + ']' : address) + ':' +
           std::to_string(endpoint.port());
}

}  // namespace

proxied_connection::proxied_connection(const origin_context& context, origin_pool& pool,
                                       accepted_socket accepted)
    : connection(context.front, std::move(accepted)), origin_(context), pool_(pool) {}

void proxied_connection::force_close() {
    connection::force_close();
    if (exchange_) {
        exchange_->abandon();
    }
}

asio::awaitable<bool> proxied_connection::answer(head_result parsed) {
    const std::string text = input_.substr(0, parsed.bytes);
    input_.erase(0, parsed.bytes);
    std::optional<client_request> request =
        make_client_request(parsed.head, text, text_of(*origin_.options.endpoint));
    if (!request) {
        co_return co_await refuse(400);
    }
    if (parsed.head.content_length.value_or(0) > context_.options.body_bytes_max) {
        co_return co_await refuse(413);
    }
    phase_ = connection_phase::handling;
    client_end client = {.bytes = channel_, .input = input_, .closes = [this] {
                             return stopping_ && input_.empty();
                         }};
    exchange_ = std::make_unique<exchange>(origin_, pool_, std::move(client), *std::move(request));
    const exchange_result result = co_await exchange_->run();
    exchange_.reset();
    switch (result.how) {
        case exchange_result::ending::delivered:
            count_response(result.status);
            co_return true;
        case exchange_result::ending::delivered_last:
            count_response(result.status);
            ending_ = ending::announced;
            break;
        case exchange_result::ending::failed:
            co_return co_await refuse(result.status, parsed.head.method);
        case exchange_result::ending::cut:
            channel_.abort();
            break;
        case exchange_result::ending::client_gone:
            co_await end_after(result.client);
            break;
    }
    co_return false;
}

}  // namespace reference::proxy
