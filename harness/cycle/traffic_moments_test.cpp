// Stop moments: each is reached where in the load it belongs, or not at all.

#include "harness/cycle/traffic_fixture.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using testing::ElementsAre;

// What must be true of the load when its moment is reached.
struct reached_moment {
    stop_moment at;
    std::string route;
    std::uint64_t answered_min;
    std::uint64_t answered_max;
};

class TrafficMoment : public Traffic, public testing::WithParamInterface<reached_moment> {};

TEST_P(TrafficMoment, IsReachedInItsPlaceOfTheLoad) {
    const reached_moment& expected = GetParam();
    what_.load->routes = {expected.route};
    what_.stop = stop_at(expected.at);
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        const time_point began = clock::now();
        co_await all.begin(soon());
        EXPECT_TRUE(co_await all.reach(what_.stop, soon()));
        EXPECT_GE(all.tally().ordinary, expected.answered_min);
        EXPECT_LE(all.tally().ordinary, expected.answered_max);
        if (expected.at == stop_moment::during_load || expected.at == stop_moment::accept_burst) {
            EXPECT_GE(clock::now() - began, what_.stop.between_min);
            EXPECT_THAT(all.held(), ElementsAre(held_condition::in_flight))
                << "the load must be under way however fast the peer is";
        }
        all.stop_triggered();
    });
}

constexpr std::uint64_t any_number = std::numeric_limits<std::uint64_t>::max();

INSTANTIATE_TEST_SUITE_P(
    , TrafficMoment,
    testing::Values(reached_moment{stop_moment::at_rest, "small", 6, 6},
                    reached_moment{stop_moment::after_load, "small", 6, 6},
                    reached_moment{stop_moment::during_load, "small", 1, any_number},
                    reached_moment{stop_moment::awaiting_first_byte, "delayed", 0, 0},
                    reached_moment{stop_moment::mid_response, "large", 0, 5},
                    reached_moment{stop_moment::last_close, "small", 6, 6},
                    reached_moment{stop_moment::accept_burst, "small", 1, any_number}),
    [](const auto& moment) { return std::string(to_text(moment.param.at)); });

class MissedMoment : public Traffic, public testing::WithParamInterface<stop_moment> {};

TEST_P(MissedMoment, IsNotWaitedForOnceTheLoadIsOver) {
    // Shuts down at once: no answer begins, and none comes.
    const auto hangs_up = [](tcp::socket) -> asio::awaitable<void> { co_return; };
    with_traffic(hangs_up, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        const stop_choice stop = stop_at(GetParam());
        const time_point deadline = soon();
        EXPECT_FALSE(co_await all.reach(stop, deadline));
        EXPECT_LT(clock::now(), deadline - 5s);
        EXPECT_EQ(all.tally().ordinary, 0U);
    });
}

// Not awaiting_first_byte: a request may be out before its client hears that the peer is gone.
INSTANTIATE_TEST_SUITE_P(, MissedMoment,
                         testing::Values(stop_moment::mid_response, stop_moment::last_close),
                         [](const auto& moment) { return std::string(to_text(moment.param)); });

}  // namespace
}  // namespace stormdrain
