#include "harness/config/report_options.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace stormdrain {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

invocation read(const std::vector<std::string_view>& words) {
    return read_invocation(words, [](const char*) -> const char* { return nullptr; });
}

TEST(ReportOptions, LeaveNothingUnlessTheyAreAskedFor) {
    const invocation asked = read({"run", "smoke"});
    EXPECT_FALSE(asked.trace);
    EXPECT_FALSE(asked.pcap);
    EXPECT_THAT(asked.prometheus_file, IsEmpty());
    EXPECT_EQ(asked.annotations, std::nullopt) << "as the environment says";
}

TEST(ReportOptions, AreTaken) {
    const invocation asked = read({"run", "smoke", "--trace", "--pcap", "--prometheus", "a.prom",
                                   "--annotations", "azure"});
    EXPECT_TRUE(asked.trace);
    EXPECT_TRUE(asked.pcap);
    EXPECT_EQ(asked.prometheus_file, "a.prom");
    EXPECT_EQ(asked.annotations, ci_engine::azure);
    EXPECT_EQ(read({"merge", "parts", "--annotations", "none"}).annotations, ci_engine::none);
}

TEST(ReportOptions, SayWhichEnginesThereAre) {
    try {
        read({"run", "smoke", "--annotations", "jenkins"});
        FAIL() << "there is no such engine";
    } catch (const usage_error& wrong) {
        EXPECT_THAT(wrong.what(), HasSubstr("github, gitlab, buildkite, azure, none"));
    }
}

}  // namespace
}  // namespace stormdrain
