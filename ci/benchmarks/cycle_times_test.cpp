#include "ci/benchmarks/cycle_times.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace stormdrain::benchmarks {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

constexpr const char* stopped = R"({"at_ms":10.5,"what":"stopped"})";
constexpr const char* killed = R"({"at_ms":199.0,"what":"hang: lost wakeup"},)"
                               R"({"at_ms":200.0,"what":"SIGKILL: deadline passed"},)"
                               R"({"at_ms":201.0,"what":"stopped by force"})";

struct parts {
    std::string events = stopped;
    std::string hang = "null";
    std::string faults = "[]";
};

// As harness/report/record_json.cpp writes it, without what is not read.
std::string cycle_line(const parts& of) {
    return R"({"kind":"cycle","record":{"total_ms":12.5,"server_pid":7,)"
           R"("start":{"launched_ms":1.25},)"
           R"("stop":{"triggered_ms":8.0,"deadline_ms":9.0,"hang":)" +
           of.hang + R"(},"requests":{"started":4,"unusual_count":1},"faults":)" + of.faults +
           R"(,"at_exit":{"witness":"seccomp","ends":[)"
           R"({"held":{"pid":8,"descriptors_count":5}},{"held":{"pid":7,"descriptors_count":3}}]},)"
           R"("timeline":[{"at_ms":6.0,"what":"load begins"},)"
           R"({"at_ms":8.0,"what":"stop: SIGTERM"},)" +
           of.events + "]}}\n";
}

TEST(CycleTimes, AreReadFromTheResultsOfARun) {
    const auto cycles = read_cycle_times("{\"kind\":\"header\"}\n" + cycle_line({}));
    ASSERT_THAT(cycles, SizeIs(1));
    EXPECT_EQ(cycles[0].total_ms, 12.5);
    EXPECT_EQ(cycles[0].launched_ms, 1.25);
    EXPECT_EQ(cycles[0].stop_to_exit_ms, 2.5);
    EXPECT_EQ(cycles[0].load_ms, 2.0);
    EXPECT_EQ(cycles[0].requests_count, 4U);
    EXPECT_EQ(cycles[0].unusual_count, 1U);
    EXPECT_EQ(cycles[0].witness, "seccomp");
    EXPECT_EQ(cycles[0].descriptors_at_exit_count, 3U);
    EXPECT_FALSE(cycles[0].hang.has_value());
    EXPECT_FALSE(cycles[0].fault_ms.has_value());
}

TEST(CycleTimes, OfAHangEndWithTheKill) {
    parts of;
    of.events = killed;
    of.hang =
        R"({"watched_ms":150.5,"stacks_missing":"","stacks":[{"threads":[1,2]},{"threads":[3]}]})";
    const auto cycles = read_cycle_times(cycle_line(of));
    ASSERT_THAT(cycles, SizeIs(1));
    ASSERT_TRUE(cycles[0].hang.has_value());
    EXPECT_EQ(cycles[0].hang->deadline_to_kill_ms, 191.0);
    EXPECT_EQ(cycles[0].hang->watched_ms, 150.5);
    EXPECT_EQ(cycles[0].hang->stacks_count, 3U);
    EXPECT_EQ(cycles[0].hang->stacks_missing, "");
}

TEST(CycleTimes, TellHowLongAFaultTook) {
    parts of;
    of.faults = R"([{"injections":[{"ended_ms":7.5}]}])";
    const auto cycles = read_cycle_times(cycle_line(of));
    ASSERT_THAT(cycles, SizeIs(1));
    EXPECT_EQ(cycles[0].fault_ms, 1.5);
}

TEST(CycleTimes, RefuseACycleThatLacksOne) {
    parts unfinished;
    unfinished.events = "{\"at_ms\":9.0,\"what\":\"orphan: sh (pid 5)\"}";
    EXPECT_THAT([&] { read_cycle_times(cycle_line(unfinished)); },
                ThrowsMessage<std::runtime_error>(HasSubstr("without the event \"stopped\"")));
    parts not_struck;
    not_struck.faults = R"([{"injections":[]}])";
    EXPECT_THAT([&] { read_cycle_times(cycle_line(not_struck)); },
                ThrowsMessage<std::runtime_error>(HasSubstr("without all of its times")));
}

TEST(CycleTimes, OfNoCycleAreNone) {
    EXPECT_THAT(read_cycle_times("{\"kind\":\"header\"}\n{\"kind\":\"cyc"), IsEmpty());
}

}  // namespace
}  // namespace stormdrain::benchmarks
