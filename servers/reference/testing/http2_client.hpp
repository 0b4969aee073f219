#pragma once
// A blocking HTTP/2 client on nghttp2, for black-box tests.

#include "servers/reference/testing/client.hpp"

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reference::testing {

struct http2_answer {
    int status = 0;
    std::string body;
    bool has_ended = false;
    std::uint32_t code = 0;  // of its end; NGHTTP2_NO_ERROR: it is whole
};

struct goaway {
    std::int32_t last_stream = 0;
    std::uint32_t code = 0;
};

struct http2_collected {
    std::map<std::int32_t, http2_answer> answers;
    std::vector<goaway> goaways;
};

enum class window_use { opens, stays_shut };

class http2_client {
public:
    // Over a connection that is not used otherwise.
    explicit http2_client(client& bytes, window_use windows = window_use::opens);

    // Sends one request, and returns its stream.
    std::int32_t get(const std::string& path, std::string_view method = "GET");
    std::int32_t post(const std::string& path, std::string body);
    void reset(std::int32_t stream);

    // Takes what comes until it holds; false: the connection has ended, or nothing came.
    bool until(const std::function<bool()>& holds);
    bool until_answered(std::int32_t stream);
    // Until the server ends the connection. False: it does not.
    bool until_end();

    const http2_answer& of(std::int32_t stream) { return seen_.answers[stream]; }
    const std::vector<goaway>& goaways() const { return seen_.goaways; }
    // Of the server's SETTINGS.
    std::uint32_t streams_max() const;

private:
    void flush();

    struct session_deleter {
        void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    };

    client& bytes_;
    std::unique_ptr<nghttp2_session, session_deleter> session_;
    http2_collected seen_;
    std::map<std::int32_t, std::string> bodies_;  // of requests
};

}  // namespace reference::testing
