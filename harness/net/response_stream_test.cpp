#include "harness/net/response_stream.hpp"

#include "harness/net/connector.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

class ResponseStream : public io_fixture {
protected:
    static constexpr auto any = response_parser::request_kind::has_body;

    asio::awaitable<void> read_all(endpoint where, std::size_t count) {
        port_address port;
        port.where = std::move(where);
        connector connections(executor(), port, log_);
        connect_outcome connected =
            co_await connections.connect(connect_options(), clock::now() + 10s);
        response_stream answers(*connected.connection);
        for (std::size_t number = 0; number < count; ++number) {
            streamed_response seen = co_await answers.next(any, clock::now() + within_);
            seen_.push_back(std::move(seen));
        }
        left_bytes_ = answers.bytes_left();
        connected.connection->close();
    }

    // Reads so many responses from a server that sends these pieces and closes.
    void read_from(std::vector<std::string> pieces, std::size_t count) {
        const auto script = [&](tcp::socket socket) -> asio::awaitable<void> {
            for (const std::string& piece : pieces) {
                co_await send_text(socket, piece);
            }
            if (stays_open_) {
                co_await over_.wait(clock::now() + 10s);
            }
        };
        scripted_peer peer(executor(), script);
        run([&]() -> asio::awaitable<void> {
            const endpoint where = peer.where();
            co_await read_all(where, count);
            over_.open();
            co_await peer.stop();
        });
    }

    cycle_clock clock_;
    connection_log log_{clock_};
    gate over_{executor()};
    bool stays_open_ = true;
    duration within_ = 10s;
    std::vector<streamed_response> seen_;
    std::size_t left_bytes_ = 0;
};

TEST_F(ResponseStream, KeepsWhatComesBehindAResponse) {
    const std::string answer = http_response("whole");
    read_from({answer + answer + answer.substr(0, 20), answer.substr(20) + "HTTP"}, 3);
    ASSERT_EQ(seen_.size(), 3U);
    for (const streamed_response& one : seen_) {
        EXPECT_EQ(one.end, exchange_end::whole);
        EXPECT_EQ(one.head.status, 200);
        EXPECT_EQ(one.response_bytes, answer.size());
    }
    EXPECT_LE(left_bytes_, 4U);
}

TEST_F(ResponseStream, TellsAnEndAmidAResponseFromOneBetweenTwo) {
    stays_open_ = false;
    read_from({http_response("whole") + "HTTP/1.1 200 OK\r\n"}, 2);
    EXPECT_EQ(seen_[0].end, exchange_end::whole);
    EXPECT_EQ(seen_[1].end, exchange_end::end_of_stream);
    EXPECT_EQ(seen_[1].response_bytes, 17U);
    seen_.clear();
    read_from({http_response("whole")}, 2);
    EXPECT_EQ(seen_[1].end, exchange_end::end_of_stream);
    EXPECT_EQ(seen_[1].response_bytes, 0U);
}

TEST_F(ResponseStream, TakesABodyThatEndsWithTheConnection) {
    stays_open_ = false;
    read_from({http_response("whole") + "HTTP/1.1 200 OK\r\n\r\nto the end"}, 2);
    EXPECT_EQ(seen_[1].end, exchange_end::whole);
    EXPECT_TRUE(seen_[1].head.close_announced);
}

TEST_F(ResponseStream, TellsSilenceAndWhatIsNotHttp) {
    within_ = 50ms;
    read_from({http_response("whole")}, 2);
    EXPECT_EQ(seen_[1].end, exchange_end::timed_out);
    seen_.clear();
    within_ = 10s;
    read_from({http_response("whole") + "garbage\r\n"}, 2);
    EXPECT_EQ(seen_[1].end, exchange_end::malformed);
    EXPECT_FALSE(seen_[1].error.empty());
}

}  // namespace
}  // namespace stormdrain
