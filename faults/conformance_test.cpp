// What every fault on connections must do, whatever it is. Those on the process are in
// process_fault_test.cpp.

#include "faults/fault_fixture.hpp"
#include "harness/base/task_group.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <filesystem>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class EveryFault : public fault_fixture, public testing::WithParamInterface<const fault_kind*> {
protected:
    std::unique_ptr<const fault> make_default() const { return make(GetParam()->name); }
};

TEST_P(EveryFault, IsFoundByItsNameAndDescribed) {
    EXPECT_EQ(find_fault(GetParam()->name), GetParam());
    EXPECT_FALSE(GetParam()->summary.empty());
    EXPECT_EQ(GetParam()->summary.back(), '.');
}

TEST_P(EveryFault, NeedsNoSettingsAndNamesRoutesOfTheUsualTarget) {
    const std::unique_ptr<const fault> made = make_default();
    ASSERT_NE(made, nullptr);
    for (const std::string& name : made->needed_routes()) {
        EXPECT_TRUE(routes_.contains(name)) << name;
    }
}

TEST_P(EveryFault, RejectsUnknownSettings) {
    std::vector<problem> problems;
    make(GetParam()->name, R"({"cuont": 1})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("cuont"));
}

TEST_P(EveryFault, DeliversToACorrectServer) {
    const std::unique_ptr<const fault> made = make_default();
    if (made->needs_tls()) {
        return;  // see over_tls_test.cpp
    }
    const injection happened =
        inject_into(made->needs_http2() ? correct_http2_server : correct_server, *made);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(in_place_count_, 1);
    EXPECT_LE(happened.struck, happened.ended);
    EXPECT_GE(log_.size(), 1U);
    EXPECT_EQ(log_.open_count(), 0U);
    EXPECT_EQ(log_.at(happened.connection).purpose, "fault " + std::string(GetParam()->name));
}

TEST_P(EveryFault, ReportsThatAServerRefused) {
    // Bound and not listening: nobody else can get the port, and the kernel refuses.
    tcp::acceptor bound(context());
    bound.open(tcp::v4());
    bound.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const endpoint where{"127.0.0.1", bound.local_endpoint().port()};
    const std::unique_ptr<const fault> made = make_default();
    injection happened;
    const surroundings usual;
    run([&]() -> asio::awaitable<void> { happened = co_await inject(*made, where, usual); });
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("Connection refused"));
    EXPECT_EQ(in_place_count_, 0);
}

asio::awaitable<void> silent_server(tcp::socket socket) {
    std::optional<scripted_request> request = co_await read_request(socket);
    while (request) {
        request = co_await read_request(socket);
    }
}

TEST_P(EveryFault, EndsByItsDeadlineWhateverTheServerDoes) {
    const std::unique_ptr<const fault> made = make_default();
    surroundings around;
    around.within = 150ms;
    around.let_go = surroundings::release::never;
    const injection happened = inject_into(silent_server, *made, around);
    EXPECT_LT(happened.ended, 2s);
    EXPECT_FALSE(happened.proof.empty());
}

TEST_P(EveryFault, CanBeCancelledAndLeavesNothing) {
    const std::unique_ptr<const fault> made = make_default();
    gate over(executor());
    const auto deaf_server = [&over](tcp::socket) -> asio::awaitable<void> {
        co_await over.wait(clock::now() + 10s);
    };
    scripted_peer peer(executor(), deaf_server);
    bool ended_by_itself = false;
    surroundings around;
    around.let_go = surroundings::release::never;
    const auto once = [&]() -> asio::awaitable<void> {
        const endpoint where = peer.where();
        co_await inject(*made, where, around);
        ended_by_itself = true;
    };
    time_point cancelled;
    run([&]() -> asio::awaitable<void> {
        task_group tasks(executor());
        tasks.spawn(once());
        asio::steady_timer amid(executor(), 50ms);
        co_await amid.async_wait(asio::use_awaitable);
        tasks.cancel();
        cancelled = clock::now();
        co_await tasks.join();
        over.open();
        co_await peer.stop();
    });
    EXPECT_LT(clock::now() - cancelled, 1s);
    EXPECT_EQ(log_.open_count(), 0U);
    // Those that strike without an answer are over by then, and so are those that need TLS.
    EXPECT_FALSE(ended_by_itself && made->stands_until_released() && !made->needs_tls());
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryFault, testing::ValuesIn(connection_faults()),
                         [](const auto& tested) { return std::string(tested.param->name); });

TEST(FaultCatalogue, NamesEveryFaultAsItsFile) {
    const std::filesystem::path folder = std::filesystem::path(__FILE__).parent_path();
    EXPECT_GE(fault_catalogue().size(), 8U);
    for (const fault_kind* kind : fault_catalogue()) {
        const std::string name(kind->name);
        EXPECT_TRUE(std::filesystem::exists(folder / (name + ".cpp"))) << name;
        EXPECT_TRUE(std::filesystem::exists(folder / (name + "_test.cpp"))) << name;
    }
    EXPECT_EQ(find_fault("half-close"), nullptr);
}

}  // namespace
}  // namespace stormdrain
