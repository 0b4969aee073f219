#include "harness/process/machine/machine_values.hpp"

#include <gmock/gmock.h>

#include <sys/utsname.h>

namespace stormdrain {
namespace {

using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(MachineValues, AreAllThere) {
    const std::vector<machine_value> values = read_machine_values();
    utsname machine{};
    ASSERT_EQ(::uname(&machine), 0);
    EXPECT_EQ(values.front().value, machine.release);
    for (const machine_value& one : values) {
        EXPECT_THAT(one.value, Not(IsEmpty())) << one.name;
        EXPECT_THAT(one.matters, Not(IsEmpty())) << one.name;
    }
}

TEST(MachineValues, TellWhetherTheFirstProcessReaps) {
    const std::string minds = "Name:\tinit\nSigBlk:\t0000000000000000\nSigCgt:\t0000000000010000\n";
    const std::string waits = "SigBlk:\t0000000000010000\nSigCgt:\t0000000000000000\n";
    const std::string does_not = "SigBlk:\t0000000000000000\nSigCgt:\t0000000000004002\n";
    EXPECT_THAT(describe_reaping(minds, 0), StartsWith("likely"));
    EXPECT_THAT(describe_reaping(waits, 0), StartsWith("likely"));
    EXPECT_THAT(describe_reaping(does_not, 0), StartsWith("unlikely"));
    EXPECT_EQ(describe_reaping(minds, 1), "no: it has 1 zombie");
    EXPECT_EQ(describe_reaping("", 0), "unknown");
}

}  // namespace
}  // namespace stormdrain
