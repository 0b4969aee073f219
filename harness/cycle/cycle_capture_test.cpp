#include "harness/cycle/cycle_capture.hpp"

#include "harness/cycle/running_fixture.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

namespace stormdrain {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CycleCapture : public running_fixture {
protected:
    void SetUp() override {
        if (const std::string why = packet_capture::why_not(); !why.empty()) {
            GTEST_SKIP() << "mechanism packet_socket unavailable (" << why << ")";
        }
        environment_.captures_packets = true;
    }

    static scenario over_tls() {
        scenario what = load_until(stop_moment::at_rest);
        what.load->port = "https";
        return what;
    }

    // One cycle in which this is asked of its runner behind it.
    void behind_a_cycle(const scenario& what,
                        std::function<boost::asio::awaitable<void>(cycle_runner&)> ask) {
        const planned_scenario scenario = planned(reference_server(), what);
        run([&]() -> boost::asio::awaitable<void> {
            canary slips;
            task_group watching(executor());
            watching.spawn(slips.run());
            cycle_runner runner(executor(), environment_, slips);
            const cycle_request request{
                .scenario = scenario, .cycle_seed = 1, .folder = folder_.file("0")};
            const cycle_record record = co_await runner.run(request);
            EXPECT_THAT(record.health.failure, IsEmpty());
            EXPECT_THAT(record.start.failure, IsEmpty());
            co_await ask(runner);
            co_await runner.abandon();
            watching.cancel();
            co_await watching.join();
        });
    }

    std::string kept() const {
        std::ifstream file(path(), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    std::string path() const { return folder_.file("traffic.pcapng"); }

    boost::asio::awaitable<void> keep(cycle_runner& runner) {
        std::string program = "stormdrain";
        std::string comment = "of a test";
        co_await runner.keep_packets(path(), std::move(program), std::move(comment));
    }
};

TEST_F(CycleCapture, HoldsTheRequestsThatPassed) {
    behind_a_cycle(load_until(stop_moment::at_rest),
                   [this](cycle_runner& runner) { return keep(runner); });
    EXPECT_THAT(kept(), AllOf(HasSubstr("of a test"), HasSubstr("GET / HTTP/1.1"),
                              HasSubstr("HTTP/1.1 200 OK")));
}

TEST_F(CycleCapture, HoldsTheSecretsOfTls) {
    behind_a_cycle(over_tls(), [this](cycle_runner& runner) { return keep(runner); });
    for (const char* const label :
         {"CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "SERVER_HANDSHAKE_TRAFFIC_SECRET ",
          "CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 "}) {
        EXPECT_THAT(kept(), HasSubstr(label));
    }
}

TEST_F(CycleCapture, IsForgottenUnlessItIsKept) {
    behind_a_cycle(over_tls(), [](cycle_runner& runner) -> boost::asio::awaitable<void> {
        co_await runner.abandon();
    });
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(CycleCapture, CannotBeKeptTwice) {
    behind_a_cycle(over_tls(), [this](cycle_runner& runner) { return keep(runner); });
    ASSERT_TRUE(std::filesystem::remove(path()));
    behind_a_cycle(over_tls(), [this](cycle_runner& runner) -> boost::asio::awaitable<void> {
        co_await runner.abandon();
        co_await keep(runner);
    });
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(CycleCapture, OfACycleBeforeIsNotInTheNext) {
    const planned_scenario first = planned(reference_server(), over_tls());
    const planned_scenario second = planned(reference_server(), load_until(stop_moment::at_rest));
    run([&]() -> boost::asio::awaitable<void> {
        canary slips;
        task_group watching(executor());
        watching.spawn(slips.run());
        cycle_runner runner(executor(), environment_, slips);
        const cycle_request of_first{
            .scenario = first, .cycle_seed = 1, .folder = folder_.file("0")};
        co_await runner.run(of_first);
        const cycle_request of_second{
            .scenario = second, .index = 1, .cycle_seed = 2, .folder = folder_.file("1")};
        co_await runner.run(of_second);
        co_await keep(runner);
        co_await runner.abandon();
        watching.cancel();
        co_await watching.join();
    });
    EXPECT_THAT(kept(),
                AllOf(HasSubstr("GET / HTTP/1.1"), Not(HasSubstr("CLIENT_TRAFFIC_SECRET_0"))));
}

TEST_F(CycleCapture, SaysWhyItCannotBegin) {
    run([&]() -> boost::asio::awaitable<void> {
        cycle_capture capture(executor());
        const std::vector<std::uint16_t> too_many(1000, 80);
        EXPECT_THAT(capture.begin(too_many), HasSubstr("1000 ports"));
        std::string words = "a";
        co_await capture.keep(path(), words, words);
        co_await capture.drop();
    });
    EXPECT_FALSE(std::filesystem::exists(path()));
}

}  // namespace
}  // namespace stormdrain
