// A stop takes the generator of a streamed body away, and its end is taken for the body's: the
// answer is cut short and ends with a valid last chunk, which tells the client that it is whole.
// Stimulus: a chunked answer of many pieces on its way when the stop comes.

#include "servers/reference/build.hpp"
#include "servers/reference/connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace reference {
namespace {

namespace asio = boost::asio;

constexpr std::string_view last_chunk = "0\r\n\r\n";

std::string head_text(std::string_view date, persistence after) {
    std::string text = "HTTP/1.1 200 OK\r\nDate: ";
    text += date;
    text += "\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n";
    text += after == persistence::close ? "Connection: close\r\n\r\n" : "\r\n";
    return text;
}

std::string chunk_of(std::string_view piece) {
    std::array<char, 2 * sizeof(std::size_t)> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), piece.size(), 16);
    std::string text(digits.data(), end);
    text += "\r\n";
    text += piece;
    text += "\r\n";
    return text;
}

// Answers /bytes/N in chunks, everything else as ever.
class streaming_connection final : public connection {
public:
    using connection::connection;

protected:
    asio::awaitable<bool> answer(head_result parsed) override {
        const response wanted = respond_to(parsed.head, context_.counted);
        if (wanted.body != response::body_kind::pattern || wanted.status != 200 ||
            parsed.head.method != "GET" || parsed.head.minor_version == 0) {
            co_return co_await connection::answer(std::move(parsed));
        }
        input_.erase(0, parsed.bytes);
        phase_ = connection_phase::responding;
        count_response(wanted.status);
        const bool closes = stopping_ || !parsed.head.keep_alive;
        const std::string head =
            head_text(context_.date.now(), closes ? persistence::close : persistence::keep_alive);
        const auto stall_max = context_.options.write_timeout;
        outcome sent = co_await channel_.send(head, stall_max);
        std::uint64_t remaining_bytes = wanted.pattern_bytes;
        while (sent == outcome::done && remaining_bytes > 0 && !stopping_) {
            const auto piece_bytes = std::min<std::uint64_t>(remaining_bytes, pattern().size());
            const std::string chunk = chunk_of(pattern().substr(0, piece_bytes));
            sent = co_await channel_.send(chunk, stall_max);
            remaining_bytes -= piece_bytes;
        }
        if (sent == outcome::done) {
            sent = co_await channel_.send(last_chunk, stall_max);
        }
        if (sent != outcome::done) {
            co_await end_after(sent);
            co_return false;
        }
        if (closes || stopping_) {
            ending_ = ending::announced;
        }
        co_return ending_ != ending::announced;
    }
};

class streaming_service final : public service {
public:
    explicit streaming_service(const connection_context& context) : context_(context) {}
    std::unique_ptr<session> make_session(accepted_socket accepted) override {
        return std::make_unique<streaming_connection>(context_, std::move(accepted));
    }

private:
    const connection_context& context_;
};

class streaming_application final : public application {
public:
    std::unique_ptr<service> make_service(const connection_context& context) const override {
        return std::make_unique<streaming_service>(context);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_ends_cut_bodies",
            .conduct = std::make_unique<behaviour>(),
            .serves = std::make_unique<streaming_application>(),
            .defect = {.name = "ends_cut_bodies",
                       .origin = "labscommunity/cascadia#125",
                       .suite = "shutdown_cycles",
                       .scenario = "answers_in_a_row",
                       .expects = "response_truncated",
                       .says = "as if it were whole",
                       .lifecycle = "process"}};
}

}  // namespace reference
