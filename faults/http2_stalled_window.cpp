// Asks for a large answer over HTTP/2 and never opens its window again (RFC 9113 section 6.9): its
// socket takes everything, and the server has nothing that it may send. Unlike a stalled reader's,
// such a connection looks idle to the kernel.

#include "faults/http2_talk.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

// For a frame that should not be there to come nevertheless.
constexpr duration silence = std::chrono::milliseconds(50);

class http2_stalled_window_fault : public connection_fault {
public:
    http2_stalled_window_fault(std::string route, std::uint32_t window_bytes)
        : connection_fault({"http2_stalled_window",
                            held_condition::stalled_reader,
                            strike_point::response_body,
                            {std::move(route)},
                            needed_port::http2}),
          window_bytes_(window_bytes) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        http2_talk talk(here);
        const bool is_connected = co_await talk.connect();
        const std::string request = is_connected ? talk.request(1, route_name()) : std::string();
        if (request.empty()) {
            co_return;
        }
        const http2_setting window{http2_initial_window_size, window_bytes_};
        const std::string said =
            http2_greeting(window) + to_bytes(acknowledgement_of(settings_frame())) + request;
        const bool sent = co_await here.send(said);
        if (!sent) {
            co_return;
        }
        const bool is_stalled = co_await fill_window(here, talk);
        if (is_stalled) {
            co_await talk.hear_the_end();
        }
    }

private:
    // Until the answer has begun and its window is used up.
    boost::asio::awaitable<bool> fill_window(strike_attempt& here, http2_talk& talk) const {
        bool has_begun = false;
        std::uint64_t received_bytes = 0;
        while (!has_begun || received_bytes < window_bytes_) {
            const std::optional<http2_frame> frame = co_await talk.hear(here.deadline());
            if (!frame) {
                here.not_delivered(
                    "no answer that fills the window: " + std::to_string(received_bytes) + " of " +
                    std::to_string(window_bytes_) + " bytes came");
                co_return false;
            }
            has_begun = has_begun || frame->type == http2_frame_type::headers;
            const bool is_data = frame->type == http2_frame_type::data;
            received_bytes += is_data ? frame->payload.size() : 0;
            if (is_data && (frame->flags & http2_flag::end_stream) != 0) {
                here.not_delivered("the whole answer fits into the window");
                co_return false;
            }
        }
        const std::optional<http2_frame> more = co_await talk.hear(
            http2_frame_type::data, std::min(here.deadline(), clock::now() + silence));
        if (more) {
            here.not_delivered("the server sent more than the window allows");
            co_return false;
        }
        here.delivered("the answer has begun, " + std::to_string(received_bytes) +
                       " bytes have filled its window, which stays shut");
        co_return true;
    }

    std::uint32_t window_bytes_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    constexpr std::uint64_t window_max = 65'535;  // the connection's own (RFC 9113 6.9.2)
    std::string route = keys.text("route", "large");
    const std::uint64_t window_bytes = keys.size_bytes("window", 0, window_max, 0);
    return std::make_unique<http2_stalled_window_fault>(std::move(route),
                                                        static_cast<std::uint32_t>(window_bytes));
}

}  // namespace

extern const fault_kind http2_stalled_window{
    "http2_stalled_window",
    "An HTTP/2 client that asks for a large answer and never opens its window.", read};

}  // namespace stormdrain::faults
