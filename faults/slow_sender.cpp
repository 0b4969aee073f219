// Sends its request in drops: a phone at the edge of the network, or Slowloris. Left alone it
// sends all of it and waits for the answer. With `every` just below a server's timeout between two
// reads it is what such a timeout never ends: only a limit for the whole request does.

#include "faults/strike.hpp"
#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace stormdrain::faults {

namespace {

struct slow_sender_options {
    strike_point at = strike_point::request_headers;
    std::string route;
    std::uint64_t chunk_bytes = 0;
    duration every{};
};

held_condition held_at(strike_point at) {
    return at == strike_point::request_body ? held_condition::partial_body
                                            : held_condition::partial_header;
}

class slow_sender_fault : public connection_fault {
public:
    explicit slow_sender_fault(slow_sender_options options)
        : connection_fault({"slow_sender", held_at(options.at), options.at, {options.route}}),
          options_(std::move(options)) {}

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        if (!request || !here.can_be_cut(*request)) {
            co_return;
        }
        if (point() == strike_point::request_body && !request->has_body()) {
            here.not_delivered("the route's request has no body that could be sent slowly");
            co_return;
        }
        if (!co_await here.connect()) {
            co_return;
        }
        // Reads all the while: the server may answer 408, or hang up, amid the request.
        http_exchange exchange(here.connection(), *request);
        co_await first_of(drip(here, *request), exchange.receive(here.context().deadline));
        here.saw_response(exchange);
    }

private:
    // Once it has nothing more to send, it leaves it to the reading side to end the fault.
    boost::asio::awaitable<void> drip(strike_attempt& here, const rendered_request& request) const {
        std::string_view left = request.text;
        if (point() == strike_point::request_body) {
            if (!co_await here.send(left.substr(0, request.head_bytes))) {
                co_return;
            }
            left.remove_prefix(request.head_bytes);
        }
        while (!left.empty() && clock::now() < here.deadline()) {
            const std::string_view chunk = left.substr(0, options_.chunk_bytes);
            const transfer sent = co_await here.connection().write(chunk, here.deadline());
            if (sent.error == boost::asio::error::timed_out && !here.is_delivered()) {
                here.not_delivered("the server did not take the first chunk in time");
            }
            if (sent.error) {
                break;  // the reading side knows more: an early answer, a reset
            }
            left.remove_prefix(chunk.size());
            note_delivery(here, request.text.size() - left.size(), left.size());
            if (left.empty()) {
                here.request_is_whole();
            }
            co_await here.pause_among_many(options_.every);
        }
        co_await here.context().released.wait(here.deadline());
    }

    static void note_delivery(strike_attempt& here, std::size_t sent, std::size_t left) {
        if (here.is_delivered()) {
            return;
        }
        if (left == 0) {
            here.not_delivered("the request fits into one chunk");
        } else if (here.established_server_socket()) {
            here.delivered("the server's socket took " + std::to_string(sent) +
                           " bytes of the request, " + std::to_string(left) + " are missing");
        }
    }

    slow_sender_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    slow_sender_options options;
    options.at = read_point(keys, {strike_point::request_headers, strike_point::request_body});
    options.route =
        keys.text("route", options.at == strike_point::request_body ? "upload" : "small");
    options.chunk_bytes = keys.size_bytes("chunk", 1, 1024 * 1024, 1);
    options.every = keys.length_of_time("every", 1ms, 1h, 1s);
    return std::make_unique<slow_sender_fault>(std::move(options));
}

}  // namespace

extern const fault_kind slow_sender{"slow_sender",
                                    "A client that sends its request a few bytes at a time.", read};

}  // namespace stormdrain::faults
