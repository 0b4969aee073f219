#include "harness/probe/probe_table.hpp"

#include "harness/probe/stop_times.hpp"

#include <gmock/gmock.h>

#include <algorithm>
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

std::string said_of_header(std::optional<duration> seen, std::optional<duration> promised) {
    measured_running measured;
    measured.header_timeout = {exit_promise{seen}, "4 connections"};
    running_contract running;
    running.request_timeout = promised;
    const std::vector<probe_row> rows = rows_of(measured, {}, running, patience);
    const auto row = std::ranges::find(rows, "unfinished header", &probe_row::condition);
    return row->measured + ", " + row->as_written;
}

TEST(ProbeTable, ComparesWaitsWithTheTimeWithinWhichTheyMustEnd) {
    EXPECT_EQ(said_of_header(1s, 10s), "1 s, 10 s: agrees");
    EXPECT_EQ(said_of_header(13s, 10s), "13 s, 10 s: TOOK LONGER");
    EXPECT_EQ(said_of_header(std::nullopt, 10s), "unbounded, 10 s: TOOK LONGER");
    EXPECT_EQ(said_of_header(std::nullopt, 60s),
              "unbounded, 60 s: not seen within the probe's patience");
    EXPECT_EQ(said_of_header(1s, std::nullopt), "1 s, -");
}

TEST(ProbeTable, LeavesOutWhatNobodyTried) {
    measured_stop seen;
    seen.listener.evidence = not_tried;
    seen.exit_status.evidence = "no process ended by itself";
    const auto has = [&](std::string_view condition) {
        const std::vector<probe_row> rows = rows_of(seen, {}, patience);
        return std::ranges::find(rows, condition, &probe_row::condition) != rows.end();
    };
    EXPECT_FALSE(has("listener"));
    EXPECT_TRUE(has("exit status"));
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
