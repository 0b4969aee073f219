#include "harness/cycle/cycle_course.hpp"

namespace stormdrain {

bool takes_rest_census(const cycle_course& course) {
    return course.in_process || course.at == stop_moment::at_rest;
}

cycle_phase next_phase(cycle_phase current, phase_result result, const cycle_course& course) {
    if (current == cycle_phase::examining || current == cycle_phase::done) {
        return cycle_phase::done;
    }
    if (result == phase_result::server_ended) {
        return cycle_phase::examining;
    }
    const bool failed = result == phase_result::failed;
    switch (current) {
        case cycle_phase::preparing:
            return failed ? cycle_phase::examining : cycle_phase::starting;
        case cycle_phase::starting:
            // A server that never served is not stopped in an orderly way: it is examined as it is.
            if (failed) {
                return cycle_phase::examining;
            }
            if (course.at == stop_moment::during_start) {
                return cycle_phase::stopping;
            }
            return takes_rest_census(course) ? cycle_phase::warming : cycle_phase::loading;
        case cycle_phase::warming:
            return cycle_phase::loading;
        case cycle_phase::loading:
            // Also when the moment was not reached: the stop must be judged all the same.
            return course.at == stop_moment::at_rest ? cycle_phase::quiescing
                                                     : cycle_phase::stopping;
        case cycle_phase::quiescing:
            return cycle_phase::stopping;
        case cycle_phase::stopping:
        case cycle_phase::examining:
        case cycle_phase::done:
            break;
    }
    return cycle_phase::examining;
}

}  // namespace stormdrain
