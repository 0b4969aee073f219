#include "harness/load/engine/client_course.hpp"

#include <utility>

namespace stormdrain {

client_act client_course::next(const client_outlook& seen) {
    if (stage_ == stage::planned) {
        const client_act act = next_planned(seen);
        if (stage_ == stage::planned) {
            return act;
        }
    }
    if (stage_ == stage::going_on) {
        const client_act act = next_after_stop(seen);
        if (stage_ == stage::going_on) {
            return act;
        }
    }
    if (stage_ == stage::last_try && !seen.must_end) {
        stage_ = stage::leaving;
        return client_act::ask_at_once;
    }
    const bool holds = stage_ == stage::holding && seen.has_connection && !seen.must_end;
    stage_ = holds ? stage_ : stage::leaving;
    return holds ? client_act::hold : client_act::leave;
}

client_act client_course::next_planned(const client_outlook& seen) {
    if (requests_left_ == 0) {
        end_planned();
    } else if (is_to_think()) {
        return client_act::think;
    } else if (seen.is_stopping) {
        end_planned_as(planned_end::stop_came_first);
    } else if (seen.must_end) {
        end_planned();
    } else {
        --requests_left_;
        has_thought_ = false;
    }
    return client_act::ask;
}

// Until the server hangs up, then once more on a fresh connection: a restart that hands its port
// over answers it, a plain stop refuses it.
client_act client_course::next_after_stop(const client_outlook& seen) {
    if (!seen.has_connection || requests_after_stop_ == requests_after_stop_max) {
        stage_ = stage::last_try;
    } else if (is_to_think()) {
        return client_act::think;
    } else if (seen.must_end) {
        stage_ = stage::leaving;
    } else {
        ++requests_after_stop_;
        has_thought_ = false;
    }
    return client_act::ask;
}

bool client_course::is_to_think() {
    return !std::exchange(has_thought_, true) && think_time_ > duration::zero();
}

void client_course::request_ended(bool is_stopping) {
    if (stage_ == stage::planned && is_stopping) {
        end_planned_as(planned_end::stop_came_first);
    }
}

void client_course::end_planned_as(planned_end how) {
    const bool goes_on = how == planned_end::stop_came_first && after_ == after_stop::keep_sending;
    if (after_ == after_stop::stay_idle) {
        stage_ = stage::holding;
    } else {
        stage_ = goes_on ? stage::going_on : stage::leaving;
    }
    has_thought_ = false;
}

}  // namespace stormdrain
