#include "harness/commands/attack/attack_address.hpp"

#include "harness/config/invocation.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace stormdrain {

namespace asio = boost::asio;

socket_address address_of_url(const attack_url& url) {
    if (!url.unix_path.empty()) {
        const auto address = address_of({url.unix_path, 0});
        if (!address) {
            throw usage_error("'" + url.unix_path + "': " + address.error().message());
        }
        return *address;
    }
    asio::io_context context;
    asio::ip::tcp::resolver resolver(context);
    boost::system::error_code error;
    const auto found = resolver.resolve(url.host, std::to_string(url.port), error);
    if (error) {
        throw usage_error("cannot find the host '" + url.host + "': " + error.message());
    }
    return found.begin()->endpoint();
}

}  // namespace stormdrain
