#include "harness/cycle/cycle_course.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace stormdrain {
namespace {

// The phases of a cycle in which every phase but those of `failures` reaches its end.
std::vector<cycle_phase> phases_of(const cycle_course& course, cycle_phase disturbed,
                                   phase_result disturbance) {
    std::vector<cycle_phase> seen;
    cycle_phase phase = cycle_phase::preparing;
    while (phase != cycle_phase::done) {
        const phase_result result = phase == disturbed ? disturbance : phase_result::done;
        phase = next_phase(phase, result, course);
        seen.push_back(phase);
    }
    return seen;
}

std::vector<cycle_phase> undisturbed(const cycle_course& course) {
    return phases_of(course, cycle_phase::done, phase_result::done);
}

using enum cycle_phase;

TEST(CycleCourse, AtRestWarmsUpAndQuiescesAroundTheLoad) {
    EXPECT_EQ(undisturbed({stop_moment::at_rest, false}),
              (std::vector{starting, warming, loading, quiescing, stopping, examining, done}));
}

TEST(CycleCourse, AStopUnderLoadNeitherWarmsUpNorQuiesces) {
    EXPECT_EQ(undisturbed({stop_moment::during_load, false}),
              (std::vector{starting, loading, stopping, examining, done}));
}

TEST(CycleCourse, AnInProcessRestartIsWarmedUpBecauseItsDescriptorsAreCompared) {
    EXPECT_EQ(undisturbed({stop_moment::during_load, true}),
              (std::vector{starting, warming, loading, stopping, examining, done}));
}

TEST(CycleCourse, AServerThatDoesNotStartIsExaminedAtOnce) {
    EXPECT_EQ(phases_of({stop_moment::at_rest, false}, starting, phase_result::failed),
              (std::vector{starting, examining, done}));
}

TEST(CycleCourse, AServerThatEndsByItselfIsNotStopped) {
    EXPECT_EQ(phases_of({stop_moment::at_rest, false}, loading, phase_result::server_ended),
              (std::vector{starting, warming, loading, examining, done}));
}

TEST(CycleCourse, AMomentThatWasNotReachedStillLeadsToTheStop) {
    EXPECT_EQ(phases_of({stop_moment::mid_response, false}, loading, phase_result::failed),
              (std::vector{starting, loading, stopping, examining, done}));
}

}  // namespace
}  // namespace stormdrain
