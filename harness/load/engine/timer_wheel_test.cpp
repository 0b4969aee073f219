#include "harness/load/engine/timer_wheel.hpp"

#include "harness/base/seed.hpp"

#include <gmock/gmock.h>

#include <memory>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct named_entry : timer_wheel::entry {
    explicit named_entry(int its_name) : name(its_name) {}
    int name;
};

class TimerWheel : public testing::Test {
protected:
    std::vector<int> due_at(time_point now) {
        std::vector<int> names;
        wheel_.advance(now, [&names](timer_wheel::entry& one) {
            names.push_back(static_cast<named_entry&>(one).name);
        });
        return names;
    }

    const time_point start_ = clock::now();
    timer_wheel wheel_{start_};
    named_entry one_{1};
    named_entry two_{2};
};

// Goal: whoever advances the wheel only when it says so expires all in time.
TEST_F(TimerWheel, SaysWhenItIsToBeLookedAt) {
    EXPECT_EQ(wheel_.next_look(), time_point::max());
    wheel_.arm(one_, start_ + 50ms);
    EXPECT_GE(wheel_.next_look(), start_ + 50ms);
    EXPECT_LE(wheel_.next_look(), start_ + 50ms + timer_wheel::slot_length);
    wheel_.arm(two_, start_ + 20ms);
    EXPECT_LE(wheel_.next_look(), start_ + 20ms + timer_wheel::slot_length);
    EXPECT_THAT(due_at(wheel_.next_look()), ElementsAre(2));
    EXPECT_THAT(due_at(wheel_.next_look()), ElementsAre(1));
    EXPECT_EQ(wheel_.next_look(), time_point::max());
}

TEST_F(TimerWheel, IsLookedAtFewTimesForADeadlineFarAway) {
    wheel_.arm(one_, start_ + 1min);
    int looks_count = 0;
    while (due_at(wheel_.next_look()).empty()) {
        ++looks_count;
    }
    EXPECT_LE(looks_count, 4);
    EXPECT_EQ(wheel_.next_look(), time_point::max());
}

TEST_F(TimerWheel, NeverExpiresEarlyAndASlotLateAtMost) {
    for (const duration deadline : {0ns, 1ns, 3'999'999ns, 4'000'000ns, 31'000'000ns}) {
        timer_wheel wheel(start_);
        timer_wheel::entry one;
        wheel.arm(one, start_ + deadline);
        int expired_count = 0;
        const auto count = [&expired_count](timer_wheel::entry&) { ++expired_count; };
        wheel.advance(start_ + deadline - 1ns, count);
        EXPECT_EQ(expired_count, 0) << deadline.count();
        wheel.advance(start_ + deadline + timer_wheel::slot_length, count);
        EXPECT_EQ(expired_count, 1) << deadline.count();
        EXPECT_FALSE(one.is_armed());
    }
}

TEST_F(TimerWheel, ExpiresInTheOrderOfSlots) {
    wheel_.arm(one_, start_ + 100ms);
    wheel_.arm(two_, start_ + 50ms);
    EXPECT_THAT(due_at(start_ + 1s), ElementsAre(2, 1));
    EXPECT_THAT(due_at(start_ + 2s), IsEmpty());
}

TEST_F(TimerWheel, TakesTheLastDeadlineWhetherLaterOrEarlier) {
    wheel_.arm(one_, start_ + 50ms);
    wheel_.arm(one_, start_ + 500ms);
    wheel_.arm(two_, start_ + 500ms);
    wheel_.arm(two_, start_ + 50ms);
    EXPECT_THAT(due_at(start_ + 100ms), ElementsAre(2));
    EXPECT_THAT(due_at(start_ + 490ms), IsEmpty());
    EXPECT_THAT(due_at(start_ + 504ms), ElementsAre(1));
}

TEST_F(TimerWheel, ForgetsWhatIsDisarmedOrDestroyed) {
    wheel_.arm(one_, start_ + 50ms);
    timer_wheel::disarm(one_);
    auto gone = std::make_unique<named_entry>(3);
    wheel_.arm(*gone, start_ + 50ms);
    gone.reset();
    EXPECT_THAT(due_at(start_ + 1s), IsEmpty());
    wheel_.arm(one_, start_ + 2s);
    EXPECT_THAT(due_at(start_ + 3s), ElementsAre(1));
}

TEST_F(TimerWheel, WaitsForDeadlinesBeyondATurn) {
    wheel_.arm(one_, start_ + 60s);
    for (duration now = 0s; now < 60s; now += 500ms) {
        EXPECT_THAT(due_at(start_ + now), IsEmpty()) << now.count();
    }
    EXPECT_THAT(due_at(start_ + 60s + timer_wheel::slot_length), ElementsAre(1));
}

TEST_F(TimerWheel, FindsEverythingAfterALongPause) {
    wheel_.arm(one_, start_ + 1s);
    wheel_.arm(two_, start_ + 90s);
    EXPECT_THAT(due_at(start_ + 1h), testing::UnorderedElementsAre(1, 2));
}

TEST_F(TimerWheel, LetsTheExpiredArmAndDisarmEachOther) {
    wheel_.arm(one_, start_ + 50ms);
    wheel_.arm(two_, start_ + 50ms);
    int calls_count = 0;
    wheel_.advance(start_ + 1s, [&](timer_wheel::entry& expired) {
        ++calls_count;
        timer_wheel::disarm(two_);
        wheel_.arm(expired, start_ + 2s);
    });
    EXPECT_EQ(calls_count, 1);
    EXPECT_THAT(due_at(start_ + 3s), ElementsAre(1));
}

// Goal: against a list that is searched through, any order of calls gives the same.
TEST_F(TimerWheel, AgreesWithAListOfDeadlines) {
    constexpr std::size_t entries_count = 50;
    random_source random(0x5eed);
    std::vector<std::unique_ptr<timer_wheel::entry>> entries;
    std::vector<time_point> deadlines(entries_count, time_point::max());
    for (std::size_t index = 0; index < entries_count; ++index) {
        entries.push_back(std::make_unique<timer_wheel::entry>());
    }
    time_point now = start_;
    for (int step = 0; step < 20'000; ++step) {
        const std::size_t index = random.below(entries_count);
        if (random.below(4) == 0) {
            timer_wheel::disarm(*entries[index]);
            deadlines[index] = time_point::max();
        } else {
            deadlines[index] = now + std::chrono::milliseconds(random.below(20'000));
            wheel_.arm(*entries[index], deadlines[index]);
        }
        now += std::chrono::microseconds(random.below(30'000));
        wheel_.advance(now, [&](timer_wheel::entry& expired) {
            for (std::size_t other = 0; other < entries_count; ++other) {
                if (entries[other].get() == &expired) {
                    EXPECT_LE(deadlines[other], now) << "seed 0x5eed, step " << step;
                    deadlines[other] = time_point::max();
                }
            }
        });
        for (const time_point deadline : deadlines) {
            ASSERT_GT(deadline, now - timer_wheel::slot_length) << "seed 0x5eed, step " << step;
        }
    }
}

}  // namespace
}  // namespace stormdrain
