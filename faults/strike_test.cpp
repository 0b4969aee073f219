// What the waits of a fault are bounded by, and what becomes of the harness's own failures.

#include "faults/strike.hpp"

#include "faults/fault_fixture.hpp"

#include <sys/resource.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Strike : public fault_fixture {
protected:
    static asio::awaitable<void> reads_only(tcp_socket socket) {
        std::optional<scripted_request> request = co_await read_request(socket);
        while (request) {
            request = co_await read_request(socket);
        }
    }

    // Into a server that takes the connection, and nothing from it.
    injection inject_into_deaf_server(const fault& what, surroundings around) {
        gate over(executor());
        const auto deaf = [&over](tcp_socket) -> asio::awaitable<void> {
            co_await over.wait(clock::now() + 10s);
        };
        scripted_peer peer(executor(), deaf);
        injection happened;
        run([&]() -> asio::awaitable<void> {
            const endpoint where = peer.where();
            happened = co_await inject(what, where, around);
            over.open();
            co_await peer.stop();
        });
        return happened;
    }

    static surroundings short_standing() {
        surroundings around;
        around.stands_within = 200ms;
        around.let_go = surroundings::release::never;
        return around;
    }
};

TEST_F(Strike, IsNotDeliveredWithoutTheAnswerThatItNeeds) {
    for (const auto& [kind, settings] : std::vector<std::pair<std::string, std::string>>{
             {"idle_keep_alive", "{}"},
             {"ignores_fin", "{}"},
             {"slow_reader", R"({"every": "1h"})"},
             {"connection_reset", R"({"at": "response_body"})"},
             {"connection_reset", R"({"at": "idle"})"}}) {
        SCOPED_TRACE(kind + " " + settings);
        const std::unique_ptr<const fault> made = make(kind, settings);
        const injection happened = inject_into(reads_only, *made, short_standing());
        EXPECT_THAT(happened, Not(WasDelivered()));
        EXPECT_EQ(happened.proof, "no whole answer came in time");
        EXPECT_LT(happened.ended - log_.at(happened.connection).opened, 5s);
    }
    EXPECT_EQ(in_place_count_, 0);
}

TEST_F(Strike, IsNotDeliveredWhenTheServerDoesNotTakeTheRequest) {
    routes_["upload"].body_bytes = 16 * 1024 * 1024;  // more than two sockets hold
    for (const auto& [kind, settings] : std::vector<std::pair<std::string, std::string>>{
             {"half_close", R"({"route": "upload"})"},
             {"idle_keep_alive", R"({"route": "upload"})"},
             {"connection_reset", R"({"at": "handler", "route": "upload"})"}}) {
        SCOPED_TRACE(kind + " " + settings);
        const std::unique_ptr<const fault> made = make(kind, settings);
        const injection happened = inject_into_deaf_server(*made, short_standing());
        EXPECT_THAT(happened, Not(WasDelivered()));
        EXPECT_EQ(happened.proof, "the server did not take the whole request in time");
        EXPECT_LT(happened.ended - log_.at(happened.connection).opened, 5s);
    }
}

TEST_F(Strike, HoldsUntilTheContextsDeadlineOnceItStands) {
    const std::unique_ptr<const fault> idle = make("idle_keep_alive");
    surroundings around = short_standing();
    around.within = 400ms;
    const time_point began = clock::now();
    const injection happened = inject_into(correct_server, *idle, around);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_GE(clock::now() - began, 400ms);
}

// Lets nobody open another descriptor while it lives.
class no_more_descriptors {
public:
    no_more_descriptors() {
        EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
        const rlimit standard_ones{3, before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &standard_ones), 0);
    }
    ~no_more_descriptors() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }
    no_more_descriptors(const no_more_descriptors&) = delete;
    no_more_descriptors& operator=(const no_more_descriptors&) = delete;

private:
    rlimit before_{};
};

TEST_F(Strike, IsNotDeliveredWhenTheMachineHasNoDescriptorToLookWith) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "UBSan probes memory through a pipe: without descriptors it takes every object "
                    "for a broken one";
#endif
    const std::unique_ptr<const fault> idle = make("idle_keep_alive");
    std::optional<no_more_descriptors> shortage;
    const auto answers_in_need = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        shortage.emplace();
        co_await send_text(socket, http_response("whole"));
        co_await read_request(socket);
        shortage.reset();
    };
    const injection happened = inject_into(answers_in_need, *idle);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("socket(NETLINK_SOCK_DIAG): Too many open files"));
    EXPECT_EQ(in_place_count_, 0);
}

}  // namespace
}  // namespace stormdrain
