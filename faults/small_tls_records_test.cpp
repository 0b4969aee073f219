#include "faults/tls_fault_fixture.hpp"
#include "harness/testing/script_steps.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <string_view>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;

class SmallTlsRecords : public tls_fault_fixture {
protected:
    SmallTlsRecords() { held_.let_go = surroundings::release::never; }

    // Answers once its request is whole, and knows what each read gave.
    auto counting() {
        return [this](tcp_socket socket) -> asio::awaitable<void> {
            tls_stream stream(std::move(socket), server_);
            co_await accept_handshake(stream);
            std::string text;
            std::vector<char> buffer(4096);
            while (text.find("\r\n\r\n") == std::string::npos) {
                const std::size_t count =
                    co_await stream.async_read_some(asio::buffer(buffer), asio::use_awaitable);
                largest_read_bytes_ = std::max(largest_read_bytes_, count);
                text.append(buffer.data(), count);
            }
            co_await send_text(stream, http_response("whole"));
        };
    }

    surroundings held_;
    std::size_t largest_read_bytes_ = 0;
};

TEST_F(SmallTlsRecords, CarryOneByteEach) {
    const std::unique_ptr<const fault> small = make("small_tls_records");
    EXPECT_TRUE(small->needs_tls());
    EXPECT_EQ(small->holds(), held_condition::none);
    const injection happened = inject_into(counting(), *small, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr(" records of 1 byte, one by one"));
    EXPECT_EQ(largest_read_bytes_, 1U);
    EXPECT_EQ(happened.response_status, 200);
    ASSERT_TRUE(happened.demanded);
    EXPECT_TRUE(happened.demanded->met);
    EXPECT_EQ(happened.demanded->what, "a whole answer to a request in records of 1 byte");
}

TEST_F(SmallTlsRecords, ExpectTheAnswerOfAScriptsOpeningFirst) {
    using kind = script_step::kind;
    const std::vector<script_step> opening{step_of(kind::send, "HELO\n"),
                                           step_of(kind::expect, "hi\n")};
    const std::vector<script_step> ping{step_of(kind::send, "PING\n"),
                                        step_of(kind::expect, "PONG\n")};
    routes_["small"].talk = script{opening, ping};
    routes_["small"].expected_status = 0;
    const auto server = [this](tcp_socket socket) -> asio::awaitable<void> {
        tls_stream stream(std::move(socket), server_);
        handshake_error_ = co_await accept_handshake(stream);
        for (const std::string_view answer : {"hi\n", "PONG\n"}) {
            std::array<char, 5> line{};
            co_await asio::async_read(stream, asio::buffer(line), asio::use_awaitable);
            co_await asio::async_write(stream, asio::buffer(answer), asio::use_awaitable);
        }
    };
    const auto small = make("small_tls_records");
    const injection happened = inject_into(server, *small, held_);
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded);
    EXPECT_TRUE(happened.demanded->met) << happened.demanded->seen;
}

TEST_F(SmallTlsRecords, ComeTogetherWhenTheyAreToldTo) {
    const auto small = make("small_tls_records", R"({"sent": "together", "bytes": "3B"})");
    const injection happened = inject_into(counting(), *small, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr(" records of 3 bytes, together"));
    EXPECT_EQ(largest_read_bytes_, 3U);
    ASSERT_TRUE(happened.demanded);
    EXPECT_TRUE(happened.demanded->met);
}

TEST_F(SmallTlsRecords, DemandAnAnswerThatMayNotCome) {
    const auto hangs_up = [this](tcp_socket socket) -> asio::awaitable<void> {
        tls_stream stream(std::move(socket), server_);
        co_await accept_handshake(stream);
        std::vector<char> buffer(1);
        co_await stream.async_read_some(asio::buffer(buffer), asio::use_awaitable);
    };
    const injection happened = inject_into(hangs_up, *make("small_tls_records"), held_);
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded);
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_THAT(happened.demanded->seen, HasSubstr("before its answer was whole"));
}

TEST_F(SmallTlsRecords, DoNotTakeAComplaintForAnAnswer) {
    const auto complains = [this](tcp_socket socket) -> asio::awaitable<void> {
        tls_stream stream(std::move(socket), server_);
        co_await accept_handshake(stream);
        co_await read_request(stream);
        co_await send_text(stream, http_response("", "", "408 Request Timeout"));
    };
    const injection happened = inject_into(complains, *make("small_tls_records"), held_);
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded);
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_EQ(happened.demanded->seen, "a whole answer of status 408");
}

TEST_F(SmallTlsRecords, AreUnavailableWithoutTls) {
    tls_ = nullptr;
    const injection happened = inject_into(correct_server, *make("small_tls_records"));
    EXPECT_TRUE(happened.unavailable);
    EXPECT_FALSE(happened.demanded);
}

}  // namespace
}  // namespace stormdrain
