// Sends one byte and nothing more. A kernel that keeps silent connections from its server
// (TCP_DEFER_ACCEPT, tcp(7)) hands this one over, and the server begins to read a request: some
// servers then count it as busy and wait for it when they stop (golang/go#21204).

#include "faults/stand_still.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <optional>
#include <string>

namespace stormdrain::faults {

namespace {

struct one_byte_options {
    strike_point at = strike_point::request_headers;
    std::string route;
    std::optional<duration> length;  // empty: until it is released
};

// The first of every record of a handshake (RFC 8446 section 5.1).
constexpr std::string_view first_of_client_hello = "\x16";

class one_byte_fault : public connection_fault {
public:
    explicit one_byte_fault(one_byte_options options)
        : connection_fault(traits_of(options)), options_(std::move(options)) {}

    bool stands_until_released() const override { return !options_.length; }

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        standstill how;
        how.length = options_.length;
        if (point() == strike_point::handshake) {
            how.moment = "the first byte of a ClientHello sent";
            co_await say(here, first_of_client_hello, how);
            co_return;
        }
        const std::optional<rendered_request> request = here.request_for(route_name());
        if (request && here.can_be_cut(*request)) {
            how.moment = "the first byte of a request sent";
            how.unfinished = &*request;
            co_await say(here, std::string_view(request->text).substr(0, 1), how);
        }
    }

private:
    static traits traits_of(const one_byte_options& options) {
        if (options.at == strike_point::handshake) {
            return {"one_byte", held_condition::tls_hello, options.at, {}, needed_port::tls};
        }
        return {"one_byte", held_condition::one_byte, options.at, {options.route}};
    }

    boost::asio::awaitable<void> say(strike_attempt& here, std::string_view byte,
                                     const standstill& how) const {
        connect_options connecting;
        connecting.tls =
            point() == strike_point::handshake ? tls_use::never : tls_use::as_the_port_speaks;
        bool goes_on = co_await here.connect(std::move(connecting));
        if (goes_on) {
            goes_on = co_await here.send(byte);
        }
        if (goes_on) {
            co_await stand_still(here, how);
        }
    }

    one_byte_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    one_byte_options options;
    options.at = read_point(keys, {strike_point::request_headers, strike_point::handshake});
    if (options.at == strike_point::request_headers) {
        options.route = keys.text("route", "small");
    }
    options.length = read_length_of_standstill(keys);
    return std::make_unique<one_byte_fault>(std::move(options));
}

}  // namespace

extern const fault_kind one_byte{
    "one_byte",
    "A client that sends the first byte of a request, or of a ClientHello, and no more.", read};

}  // namespace stormdrain::faults
