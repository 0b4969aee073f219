#include "harness/load/ack_trial.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

TEST(AckTrial, IsMadeOnceAnswersHaveStalled) {
    ack_trial trial;
    for (std::uint32_t count = 0; count < ack_trial::stalls_min; ++count) {
        EXPECT_FALSE(trial.acknowledges_at_once());
        trial.answered(1ms);
        trial.answered(34999us);
        trial.answered(ack_trial::stall_min);
    }
    EXPECT_TRUE(trial.acknowledges_at_once());
}

TEST(AckTrial, EndsAfterItsAnswersWhateverTheyTook) {
    ack_trial trial;
    for (std::uint32_t count = 0; count < ack_trial::stalls_min; ++count) {
        trial.answered(44ms);
    }
    for (std::uint32_t count = 0; count < ack_trial::trials_max; ++count) {
        EXPECT_TRUE(trial.acknowledges_at_once());
        trial.answered(count % 2 == 0 ? 44ms : 0ms);
    }
    EXPECT_FALSE(trial.acknowledges_at_once());
    trial.answered(44ms);
    EXPECT_FALSE(trial.acknowledges_at_once());
}

}  // namespace
}  // namespace stormdrain
