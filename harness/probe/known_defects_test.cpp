#include "harness/probe/known_defects.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

known_finding known(std::string finding) {
    known_finding one;
    one.finding = std::move(finding);
    one.scenario = "shutdown_cycles/held/*silent*";
    one.origin = "nodejs/node#63452";
    return one;
}

contract two_seconds() {
    contract written;
    written.exit_within = 2s;
    return written;
}

measured_stop endless_while(held_condition condition) {
    measured_stop seen;
    seen.times[held_condition::none] = {exit_promise{12ms}, "3 of 3 cycles, 12 ms"};
    seen.times[condition] = {exit_promise{}, "none within 15 s in 1 of 1 cycle"};
    seen.in_flight = {in_flight_promise::truncate, "large ones whole in 0 of 3 cycles"};
    return seen;
}

TEST(KnownDefects, AStopThatIsKnownToHangIsNotWrittenDownAsAPromise) {
    const auto what = without_known_defects(endless_while(held_condition::silent), two_seconds(),
                                            {known("shutdown_deadline")});
    EXPECT_FALSE(what.stop.times.at(held_condition::silent).value.has_value());
    EXPECT_TRUE(what.stop.times.at(held_condition::none).value.has_value());
    EXPECT_EQ(what.stop.in_flight.value, in_flight_promise::truncate);
    EXPECT_THAT(what.kept, ElementsAre("silent: none within 15 s in 1 of 1 cycle; "
                                       "shutdown_deadline is known: nodejs/node#63452"));
}

TEST(KnownDefects, WhatIsAsTheContractSaysIsWritten) {
    contract unbounded = two_seconds();
    unbounded.exit_within_while[held_condition::silent] = {};
    const measured_stop seen = endless_while(held_condition::tls_hello);
    const auto what = without_known_defects(seen, unbounded, {known("shutdown_deadline")});
    EXPECT_TRUE(what.stop.times.at(held_condition::tls_hello).value.has_value());
    EXPECT_THAT(what.kept, IsEmpty());
}

TEST(KnownDefects, ALittleLongerIsNoDefect) {
    measured_stop seen;
    seen.times[held_condition::silent] = {exit_promise{3s}, "3 of 3 cycles, 3 s"};
    const auto what = without_known_defects(seen, two_seconds(), {known("shutdown_deadline")});
    EXPECT_THAT(what.kept, IsEmpty());
}

TEST(KnownDefects, AnswersThatAreKnownToBeCutAreStillPromised) {
    const auto what = without_known_defects(endless_while(held_condition::silent), two_seconds(),
                                            {known("response_truncated")});
    EXPECT_FALSE(what.stop.in_flight.value.has_value());
    EXPECT_TRUE(what.stop.times.at(held_condition::silent).value.has_value());
    EXPECT_THAT(what.kept, ElementsAre(HasSubstr("in_flight: large ones whole in 0 of 3 cycles")));
}

TEST(KnownDefects, AFastStopThatMayCutIsWrittenAsItIs) {
    contract fast = two_seconds();
    fast.in_flight = in_flight_promise::truncate;
    const auto what = without_known_defects(endless_while(held_condition::none), fast,
                                            {known("response_truncated")});
    EXPECT_EQ(what.stop.in_flight.value, in_flight_promise::truncate);
}

TEST(KnownDefects, WithoutAnyAllIsWritten) {
    const measured_stop seen = endless_while(held_condition::silent);
    const auto what = without_known_defects(seen, two_seconds(), {known("idle_cpu")});
    EXPECT_TRUE(what.stop.times.at(held_condition::silent).value.has_value());
    EXPECT_EQ(what.stop.in_flight.value, in_flight_promise::truncate);
    EXPECT_THAT(what.kept, IsEmpty());
}

}  // namespace
}  // namespace stormdrain
