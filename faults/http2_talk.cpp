#include "faults/http2_talk.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

std::string http2_greeting(std::optional<http2_setting> one) {
    return std::string(http2_client_preface) + to_bytes(settings_frame(one));
}

asio::awaitable<bool> http2_talk::connect() {
    connect_options options;
    options.handshake.protocol = "h2";
    const bool is_connected = co_await here_.connect(std::move(options));
    co_return is_connected;
}

std::string http2_talk::request(std::uint32_t stream, const std::string& route_name) {
    const fault_context& context = here_.context();
    const auto found = context.routes.find(route_name);
    if (found == context.routes.end()) {
        here_.not_delivered("the target has no route \"" + route_name + "\"");
        return {};
    }
    const bool is_tls = context.connections.port().tls != nullptr;
    ++here_.connection().row().requests_count;
    return to_bytes(request_frame(stream, found->second, context.connections.authority(),
                                  is_tls ? "https" : "http"));
}

asio::awaitable<std::optional<http2_frame>> http2_talk::hear(time_point until) {
    std::optional<http2_frame> frame = take_frame(received_);
    std::vector<char> buffer(http_exchange::read_bytes_max);
    while (!frame && !has_ended_) {
        const transfer read = co_await here_.connection().read_some(buffer, until);
        if (read.error == asio::error::operation_aborted) {
            throw boost::system::system_error(read.error);
        }
        if (read.error == asio::error::timed_out) {
            break;
        }
        has_ended_ = static_cast<bool>(read.error);
        received_.append(buffer.data(), read.bytes);
        frame = take_frame(received_);
    }
    if (frame) {
        co_await take_note(*frame);
    }
    co_return frame;
}

asio::awaitable<void> http2_talk::take_note(const http2_frame& frame) {
    if (const std::optional<http2_farewell> farewell = farewell_in(frame)) {
        farewells_.push_back(*farewell);
    }
    const bool is_asked = frame.type == http2_frame_type::ping && frame.flags == 0;
    if (is_asked && pings_ == ping_use::answered) {
        const std::string answer = to_bytes(acknowledgement_of(frame));
        const transfer sent = co_await here_.connection().write(answer, here_.deadline());
        if (sent.error == asio::error::operation_aborted) {
            throw boost::system::system_error(sent.error);
        }
        // Any other error is the server's end, which the next read meets as well.
    }
}

asio::awaitable<std::optional<http2_frame>> http2_talk::hear(http2_frame_type wanted,
                                                             time_point until) {
    std::optional<http2_frame> frame = co_await hear(until);
    while (frame && frame->type != wanted) {
        frame = co_await hear(until);
    }
    co_return frame;
}

asio::awaitable<void> http2_talk::hear_the_end() {
    std::optional<http2_frame> frame = co_await hear(here_.deadline());
    while (frame) {
        frame = co_await hear(here_.deadline());
    }
}

std::string http2_talk::farewells() const {
    std::string text;
    for (const http2_farewell& one : farewells_) {
        text += (text.empty() ? "GOAWAY " : ", then GOAWAY ") + std::to_string(one.last_stream) +
                (one.code != 0 ? " with code " + std::to_string(one.code) : "");
    }
    return text;
}

}  // namespace stormdrain
