#pragma once
// Serves the HTTP API of a set of links: Boost.Beast in coroutines, each connection for itself, in
// the thread of the links. A request is answered without waiting for anything, so that neither a
// dial nor a stalled reader holds up the API.

#include "faults/link/link_api.hpp"
#include "faults/link/place.hpp"
#include "harness/base/task_group.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

namespace stormdrain {

class api_server {
public:
    // The API outlives it.
    api_server(const boost::asio::any_io_executor& executor, link_api& api);

    // Port 0 is a free one.
    boost::system::error_code listen(const place& where);
    boost::asio::ip::tcp::endpoint where() const { return acceptor_.local_endpoint(); }
    // Until it is cancelled.
    boost::asio::awaitable<void> serve();

private:
    boost::asio::awaitable<void> accept_all();
    boost::system::error_code accept_into(boost::asio::ip::tcp::socket& socket);
    boost::asio::awaitable<void> talk(boost::asio::ip::tcp::socket socket);

    link_api& api_;
    boost::asio::ip::tcp::acceptor acceptor_;
    task_group talks_;
};

}  // namespace stormdrain
