#include "harness/probe/probe_table.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <sstream>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

constexpr duration patience = 15s;

std::string said_of(held_condition condition, std::optional<duration> seen,
                    const contract& written) {
    measured_stop measured;
    measured.times[condition] = {exit_promise{seen}, "3 of 3 cycles"};
    return rows_of(measured, written, patience).front().as_written;
}

TEST(ProbeTable, ComparesTimesWithWhatIsPromisedForTheCondition) {
    contract written;
    written.exit_within = 1s;
    written.exit_within_while[held_condition::silent] = {5s};
    written.exit_within_while[held_condition::stalled_reader] = {};
    EXPECT_EQ(said_of(held_condition::none, 20ms, written), "1 s: agrees");
    EXPECT_EQ(said_of(held_condition::none, 4s, written), "1 s: TOOK LONGER");
    EXPECT_EQ(said_of(held_condition::silent, 4s, written), "5 s: agrees");
    EXPECT_EQ(said_of(held_condition::silent, std::nullopt, written), "5 s: TOOK LONGER");
    EXPECT_EQ(said_of(held_condition::stalled_reader, std::nullopt, written), "unbounded: agrees");
    EXPECT_EQ(said_of(held_condition::stalled_reader, 4s, written),
              "unbounded: a time could be promised");
}

TEST(ProbeTable, DoesNotContradictWhatItCouldNotWaitFor) {
    contract written;
    written.exit_within_while[held_condition::partial_header] = {60s};
    EXPECT_EQ(said_of(held_condition::partial_header, std::nullopt, written),
              "60 s: not seen within the probe's patience");
}

std::string said_of_in_flight(in_flight_promise seen, in_flight_promise promised) {
    measured_stop measured;
    measured.in_flight = {seen, ""};
    contract written;
    written.in_flight = promised;
    return rows_of(measured, written, patience).front().as_written;
}

TEST(ProbeTable, TellsMoreThanPromisedFromLess) {
    EXPECT_EQ(said_of_in_flight(in_flight_promise::complete, in_flight_promise::complete),
              "complete: agrees");
    EXPECT_EQ(said_of_in_flight(in_flight_promise::complete, in_flight_promise::truncate),
              "truncate: more could be promised");
    EXPECT_EQ(said_of_in_flight(in_flight_promise::truncate, in_flight_promise::complete),
              "complete: DIFFERS");
}

TEST(ProbeTable, StandsInColumns) {
    std::ostringstream out;
    write_table(out, "graceful",
                {{"nothing held", "12 ms", "1 s: agrees", "3 of 3 cycles"},
                 {"silent", "unbounded", "1 s: TOOK LONGER", "none within 15 s"}});
    EXPECT_EQ(out.str(),
              "graceful      measured   as written        evidence\n"
              "nothing held  12 ms      1 s: agrees       3 of 3 cycles\n"
              "silent        unbounded  1 s: TOOK LONGER  none within 15 s\n"
              "\n");
}

}  // namespace
}  // namespace stormdrain
