#pragma once
// The requests that come on one connection of an origin, taken out of its bytes. No I/O.

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stormdrain {

struct origin_request {
    std::string method;
    std::string path;
    std::string host;  // empty: it has no Host field
    std::string body;
    bool persists = true;  // the proxy may send another one on the connection
    std::string websocket_key;  // empty: it does not ask for a WebSocket
};

class origin_request_reader {
public:
    // What a proxy forwards of a scenario's requests fits many times.
    static constexpr std::uint32_t head_bytes_max = 64 * 1024;
    static constexpr std::uint64_t body_bytes_max = std::uint64_t{16} * 1024 * 1024;

    enum class progress { incomplete, whole, malformed };

    origin_request_reader();

    // Takes more bytes; those behind a whole request are kept for the next.
    progress take(std::string_view bytes);
    // Once a request, when its body is still to come: the proxy waits for 100 (RFC 9110 section
    // 10.1.1).
    bool must_say_continue();
    // The whole request, given away; take() goes on with the next.
    origin_request next();
    // What came behind the request that next() gave, given away: no request any more.
    std::string take_rest() { return std::exchange(bytes_, {}); }
    // Some of a request has come.
    bool has_begun() const { return !bytes_.empty() || parser_->got_some(); }
    // Why it is malformed.
    const std::string& failure() const { return failure_; }

private:
    void begin();

    using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    std::optional<parser> parser_;
    std::string bytes_;
    std::string failure_;
    bool said_continue_ = false;
};

}  // namespace stormdrain
