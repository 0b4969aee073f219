#include "faults/fault_fixture.hpp"

#include <boost/asio/error.hpp>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;

class ConnectionReset : public fault_fixture, public testing::WithParamInterface<const char*> {
protected:
    static std::unique_ptr<const fault> reset_at(std::string_view point) {
        return make("connection_reset", R"({"at": ")" + std::string(point) + "\"}");
    }
};

TEST_P(ConnectionReset, ReachesTheServerAsAReset) {
    const std::unique_ptr<const fault> reset = reset_at(GetParam());
    EXPECT_EQ(reset->holds(), held_condition::none);
    EXPECT_EQ(to_text(reset->point()), GetParam());
    bool was_reset = false;
    const auto server = [&was_reset](tcp_socket socket) -> asio::awaitable<void> {
        co_await serve_correctly(socket);
        // After a RST the socket has no peer any more; behind a FIN alone it still has one.
        boost::system::error_code error;
        socket.remote_endpoint(error);
        was_reset = error == asio::error::not_connected;
    };
    const injection happened = inject_into(server, *reset);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("RST"));
    EXPECT_EQ(log_.at(happened.connection).end, connection_end::reset_by_client);
    EXPECT_TRUE(was_reset);
}

INSTANTIATE_TEST_SUITE_P(Points, ConnectionReset,
                         testing::Values("connect", "request_headers", "request_body", "handler",
                                         "response_body", "idle"));

TEST_F(ConnectionReset, MeetsTheServersReadAsConnectionReset) {
    const std::unique_ptr<const fault> reset = reset_at("request_headers");
    boost::system::error_code met;
    const injection happened = inject_into(
        [&met](tcp_socket socket) -> asio::awaitable<void> {
            std::vector<char> buffer(4096);
            while (!met) {
                auto token = asio::redirect_error(asio::use_awaitable, met);
                co_await socket.async_read_some(asio::buffer(buffer), std::move(token));
            }
        },
        *reset);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(met, asio::error::connection_reset);
}

TEST_F(ConnectionReset, IsNotDeliveredIntoAResponseThatWasWholeAtOnce) {
    const auto reset = make("connection_reset", R"({"at": "response_body", "route": "small"})");
    const injection happened = inject_into(correct_server, *reset);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("whole at once"));
    EXPECT_EQ(happened.response_status, 200);
}

TEST_F(ConnectionReset, IsNotDeliveredToAHandlerThatHadAnswered) {
    const auto reset = make("connection_reset", R"({"at": "handler", "route": "small"})");
    const injection happened = inject_into(correct_server, *reset);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("before the fault could strike"));
}

TEST_F(ConnectionReset, CutsTheRequestAtTheSamePlaceForTheSameSeed) {
    const std::unique_ptr<const fault> reset = reset_at("request_headers");
    const injection first = inject_into(correct_server, *reset);
    const injection second = inject_into(correct_server, *reset);
    EXPECT_EQ(first.proof.substr(0, first.proof.find("bytes")),
              second.proof.substr(0, second.proof.find("bytes")));
}

}  // namespace
}  // namespace stormdrain
