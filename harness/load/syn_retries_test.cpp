#include "harness/load/syn_retries.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

latency_histogram histogram_of(const std::vector<duration>& times) {
    latency_histogram histogram;
    for (const duration time : times) {
        histogram.record(time);
    }
    return histogram;
}

TEST(SynRetries, AreTheConnectsThatTookWholeSeconds) {
    const latency_histogram times =
        histogram_of({1ms, 40ms, 996ms, 1002ms, 1079ms, 3200ms, 7200ms, 15100ms});
    EXPECT_THAT(syn_retry_steps(times), ElementsAre(syn_retry_step{1s, 3}, syn_retry_step{3s, 1},
                                                    syn_retry_step{7s, 1}, syn_retry_step{15s, 1}));
    EXPECT_EQ(
        and_syn_retries(times),
        "; SYN retry: of 8 connects 3 took about 1 s, 1 took about 3 s, 1 took about 7 s, 1 took "
        "about 15 s");
}

TEST(SynRetries, OfNewerKernelsComeEverySecond) {
    EXPECT_THAT(syn_retry_steps(histogram_of({1010ms, 2030ms, 3050ms, 4060ms, 5080ms})),
                ElementsAre(syn_retry_step{1s, 1}, syn_retry_step{2s, 1}, syn_retry_step{3s, 1},
                            syn_retry_step{4s, 1}, syn_retry_step{5s, 1}));
}

TEST(SynRetries, AreNotSeenInConnectsThatWereSlowOtherwise) {
    EXPECT_THAT(syn_retry_steps(histogram_of({200ms, 900ms, 1400ms, 1900ms, 2600ms})), IsEmpty());
    EXPECT_EQ(and_syn_retries(histogram_of({200ms, 900ms})), "");
    EXPECT_EQ(and_syn_retries({}), "");
}

}  // namespace
}  // namespace stormdrain
