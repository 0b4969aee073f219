// What every toxic there is keeps, so that a new one is tested before its author writes a test.

#include "faults/link/toxic.hpp"

#include "faults/link/toxic_spec.hpp"

#include <gmock/gmock.h>

#include <set>

namespace stormdrain {
namespace {

using testing::Ge;
using testing::Le;

TEST(EveryToxic, IsFoundByItsNameAndSaysWhatItDoes) {
    std::set<std::string_view> names;
    for (const toxic_kind* const kind : toxic_catalogue()) {
        EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
        EXPECT_EQ(find_toxic(kind->name), kind);
        EXPECT_TRUE(kind->summary.ends_with('.')) << kind->name;
    }
    EXPECT_EQ(find_toxic("no_such_toxic"), nullptr);
    // Those of Toxiproxy, by the names its clients know.
    for (const char* const name :
         {"latency", "bandwidth", "slow_close", "timeout", "reset_peer", "slicer", "limit_data"}) {
        EXPECT_TRUE(names.contains(name)) << name;
    }
}

TEST(EveryToxic, HasDefaultsWithinItsLimits) {
    for (const toxic_kind* const kind : toxic_catalogue()) {
        for (const attribute& one : kind->attributes) {
            EXPECT_THAT(one.preset, testing::AllOf(Ge(one.min), Le(one.max)))
                << kind->name << "." << one.name;
            EXPECT_EQ(one.measure == attribute::unit::word, !one.words.empty());
        }
    }
}

// Whatever comes, nothing is due before it came, and every state says when it acts.
TEST(EveryToxic, ReleasesNothingBeforeItCame) {
    const time_point now(std::chrono::hours(5));
    for (const toxic_kind* const kind : toxic_catalogue()) {
        const auto state = kind->make(preset_values(*kind), {random_source(1), now});
        if (!state) {
            EXPECT_NE(kind->before_dial, nullptr) << kind->name << " does nothing at all";
            continue;
        }
        outlet out;
        state->take(bytes_of("HTTP/1.1 200 OK\r\n\r\nbody"), now, out);
        state->take(the(piece::kind::end), now, out);
        EXPECT_GE(state->acts_at(), now) << kind->name;
        while (!out.empty()) {
            EXPECT_GE(out.take_next().due, now) << kind->name;
        }
    }
}

// A toxic that has acted does not ask to be woken for the same time for ever.
TEST(EveryToxic, ActsOnce) {
    const time_point now(std::chrono::hours(5));
    for (const toxic_kind* const kind : toxic_catalogue()) {
        const auto state = kind->make(preset_values(*kind), {random_source(1), now});
        if (state && state->acts_at() != time_point::max()) {
            outlet out;
            state->act(state->acts_at(), out);
            EXPECT_EQ(state->acts_at(), time_point::max()) << kind->name;
            EXPECT_EQ(out.strikes_count(), 1U) << kind->name;
        }
    }
}

}  // namespace
}  // namespace stormdrain
