#pragma once
// What faults share that speak HTTP/2: one connection, frame by frame, so that each can leave out
// what it leaves out.

#include "faults/strike.hpp"
#include "harness/net/http2/frames.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

// What a client sends ahead of everything else, with these SETTINGS.
std::string http2_greeting(std::optional<http2_setting> one = {});

enum class ping_use { answered, ignored };

class http2_talk {
public:
    explicit http2_talk(strike_attempt& here, ping_use pings = ping_use::answered)
        : here_(here), pings_(pings) {}
    http2_talk(const http2_talk&) = delete;
    http2_talk& operator=(const http2_talk&) = delete;

    // Over TLS where the port speaks it, with ALPN. False: not connected, and the reason is noted.
    boost::asio::awaitable<bool> connect();
    // The bytes that ask for a route on a stream; empty: the target has no such route (noted).
    std::string request(std::uint32_t stream, const std::string& route_name);
    // The next frame; empty: the connection has ended, or `until` came. A PING is answered then.
    boost::asio::awaitable<std::optional<http2_frame>> hear(time_point until);
    // The next of that kind; those before it are left.
    boost::asio::awaitable<std::optional<http2_frame>> hear(http2_frame_type wanted,
                                                            time_point until);
    // Takes what comes until the server ends the connection.
    boost::asio::awaitable<void> hear_the_end();
    // Every GOAWAY so far: "GOAWAY 2147483647, then GOAWAY 3"; empty: none.
    std::string farewells() const;
    bool has_ended() const { return has_ended_; }

private:
    boost::asio::awaitable<void> take_note(const http2_frame& frame);

    strike_attempt& here_;
    const ping_use pings_;
    std::string received_;
    std::vector<http2_farewell> farewells_;
    bool has_ended_ = false;
};

}  // namespace stormdrain
