// What every fault at an origin must do, whatever it is.

#include "faults/origin_fault.hpp"

#include "faults/origin_fault_fixture.hpp"

#include <map>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::vector<const fault_kind*> origin_faults() {
    return faults_on([](strike_point point) { return point == strike_point::origin; });
}

class EveryOriginFault : public origin_fault_fixture,
                         public testing::WithParamInterface<const fault_kind*> {};

TEST_P(EveryOriginFault, IsFoundByItsNameAndDescribed) {
    EXPECT_EQ(find_fault(GetParam()->name), GetParam());
    EXPECT_EQ(GetParam()->summary.back(), '.');
    const std::unique_ptr<const fault> made = make(GetParam()->name);
    EXPECT_EQ(made->holds(), held_condition::none);
    EXPECT_TRUE(made->needed_origin().has_value());
}

TEST_P(EveryOriginFault, RejectsUnknownSettings) {
    std::vector<problem> problems;
    make(GetParam()->name, R"({"cuont": 1})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("cuont"));
}

TEST_P(EveryOriginFault, IsDeliveredWithProof) {
    constexpr std::size_t requests_count = 3;  // the second comes on a kept connection
    const outcome seen = strike(GetParam()->name, "{}", requests_count, 30ms);
    EXPECT_THAT(seen.happened, WasDelivered());
    EXPECT_FALSE(seen.happened.proof.empty());
    EXPECT_EQ(seen.seen.strikes_count, 1U);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_P(EveryOriginFault, IsNotDeliveredWithoutAnOrigin) {
    const std::unique_ptr<const fault> made = make(GetParam()->name);
    injection happened;
    const surroundings usual;
    run([&]() -> asio::awaitable<void> {
        const endpoint nobody{"127.0.0.1", 1};
        happened = co_await inject(*made, nobody, usual);
    });
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_EQ(happened.proof, "the target has no such origin");
}

TEST_P(EveryOriginFault, CanBeCancelledWhileItWaitsForARequest) {
    const std::unique_ptr<const fault> made = make(GetParam()->name);
    time_point cancelled;
    run([&]() -> asio::awaitable<void> {
        origin_set origins;
        std::vector<origin_plan> plans(1);
        plans.front().name = "web";
        origins.start(executor(), plans, folder_.path());
        origins.begin(clock_);
        origins_ = &origins;
        const std::map<int, std::string> before = open_descriptors();
        task_group tasks(executor());
        const auto once = [&]() -> asio::awaitable<void> {
            const endpoint where = origins.find("")->where();
            surroundings around;
            around.let_go = surroundings::release::never;
            co_await inject(*made, where, around);
        };
        tasks.spawn(once());
        asio::steady_timer amid(executor(), 30ms);
        co_await amid.async_wait(asio::use_awaitable);
        EXPECT_EQ(tasks.running(), 1U);
        tasks.cancel();
        cancelled = clock::now();
        co_await tasks.join();
        EXPECT_EQ(open_descriptors(), before);
        co_await origins.stop();
    });
    EXPECT_LT(clock::now() - cancelled, 5s);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryOriginFault, testing::ValuesIn(origin_faults()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace stormdrain
