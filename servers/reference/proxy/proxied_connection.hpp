#pragma once
// One client's connection of the proxy: its requests are answered by the origin.

#include "servers/reference/connection.hpp"
#include "servers/reference/proxy/exchange.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace reference::proxy {

class proxied_connection final : public connection {
public:
    proxied_connection(const origin_context& context, origin_pool& pool, accepted_socket accepted);

    void force_close() override;

protected:
    boost::asio::awaitable<bool> answer(head_result parsed) override;

private:
    const origin_context& origin_;
    origin_pool& pool_;
    std::unique_ptr<exchange> exchange_;  // the one that is under way
};

}  // namespace reference::proxy
