#include "harness/cycle/cycle_record.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(CyclePhase, HasAWordForTheFirstAndTheLast) {
    EXPECT_EQ(to_text(cycle_phase::preparing), "preparing");
    EXPECT_EQ(to_text(cycle_phase::quiescing), "quiescing");
    EXPECT_EQ(to_text(cycle_phase::done), "done");
}

}  // namespace
}  // namespace stormdrain
