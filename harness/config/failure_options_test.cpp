#include "harness/config/failure_options.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;

TEST(FailureOptions, KeepWhatTheyAreGiven) {
    invocation asked;
    EXPECT_EQ(failure_options::set_check(asked, "exit_status"), "");
    EXPECT_EQ(asked.check, "exit_status");
    for (const char* const file : {"a.json", "b.json", "c.json", "d.json"}) {
        EXPECT_EQ(failure_options::set_ab(asked, file), "");
    }
    EXPECT_THAT(asked.ab_files, ElementsAre("c.json", "d.json")) << "the last pair";
}

TEST(FailureOptions, SayWhatWasExpectedInsteadOfNothing) {
    invocation asked;
    EXPECT_EQ(failure_options::set_check(asked, ""), "a finding such as shutdown_deadline");
    EXPECT_EQ(failure_options::set_ab(asked, ""), "two files");
}

}  // namespace
}  // namespace stormdrain
