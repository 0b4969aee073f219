#include "faults/link/alarm_clock.hpp"

#include "harness/base/pause.hpp"
#include "harness/testing/io_fixture.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <vector>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

using AlarmClock = io_fixture;

TEST_F(AlarmClock, RingsInOrderOfTimeAndOnlyForThoseThatAreSet) {
    run([&]() -> boost::asio::awaitable<void> {
        std::vector<int> rang;
        int rounds_count = 0;
        alarm_clock all(executor(), [&] { ++rounds_count; });
        alarm_clock::alarm late(all, [&] { rang.push_back(3); });
        alarm_clock::alarm early(all, [&] { rang.push_back(1); });
        alarm_clock::alarm never(all, [&] { rang.push_back(0); });
        const time_point now = clock::now();
        late.set(now + 3ms);
        never.set(now + 2ms);
        early.set(now + 1ms);
        never.set(time_point::max());
        {
            alarm_clock::alarm gone(all, [&] { rang.push_back(9); });
            gone.set(now);
        }
        while (rang.size() < 2 && clock::now() < now + 10s) {
            co_await pause(1ms);
        }
        EXPECT_THAT(rang, ElementsAre(1, 3));
        EXPECT_GE(rounds_count, 1);
    });
}

TEST_F(AlarmClock, MayBeSetAgainByWhatItRings) {
    run([&]() -> boost::asio::awaitable<void> {
        int rang_count = 0;
        alarm_clock all(executor(), [] {});
        std::function<void()> again;
        alarm_clock::alarm alarm(all, [&] { again(); });
        again = [&] {
            if (++rang_count < 3) {
                alarm.set(clock::now() + 1ms);
            }
        };
        alarm.set(clock::now());
        const time_point end = clock::now() + 10s;
        while (rang_count < 3 && clock::now() < end) {
            co_await pause(1ms);
        }
        EXPECT_EQ(rang_count, 3);
    });
}

}  // namespace
}  // namespace stormdrain
