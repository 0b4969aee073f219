#include "harness/checks/evidence.hpp"
#include "harness/checks/request_fate.hpp"
#include "harness/checks/traits.hpp"

namespace stormdrain::checks {
namespace {

// R5: what a server that stops begins to answer, it answers whole, unless it promises less.
bool outlasts_stop(const demand& what, const request_surroundings& around) {
    return what.holds_at_stop && around.at_stop.in_flight == in_flight_promise::complete &&
           (!around.end_forced || what.decided < *around.end_forced);
}

// It was decided by a stop that may cut what is in flight: then nobody is owed anything by it.
bool is_waived(const injection& one, const request_surroundings& around) {
    return one.demanded->holds_at_stop && around.stop_triggered &&
           one.demanded->decided >= *around.stop_triggered &&
           around.at_stop.in_flight == in_flight_promise::truncate;
}

// The server owes nothing else for what was not decided when it was told to stop, nor while a fault
// on its process stood in the way.
bool is_owed(const injection& one, const cycle_record& record, const request_surroundings& around) {
    const since_start decided = one.demanded->decided;
    const bool was_serving = !around.stop_triggered || decided < *around.stop_triggered;
    return (was_serving || outlasts_stop(*one.demanded, around)) &&
           !was_disturbed(around, one.struck, decided) && !was_its_death(record, decided);
}

std::string describe(const fault_record& fault, const injection& one) {
    const demand& what = *one.demanded;
    return "fault " + fault.kind + " was entitled to " + what.what + " (" + what.section +
           ") and got: " + what.seen + "; connection " + std::to_string(one.connection) +
           ", sent " + instant(one.struck);
}

judgement examine(const cycle_record& record, const promises& promised) {
    const request_surroundings around = surroundings_of(record, promised);
    std::uint64_t demanded_count = 0;
    std::uint64_t owed_count = 0;
    std::uint64_t waived_count = 0;
    std::uint64_t refused_count = 0;
    std::vector<std::string> evidence;
    std::string first_refused;
    for (const fault_record& fault : record.faults) {
        for (const injection& one : fault.injections) {
            if (!one.delivered || !one.demanded) {
                continue;
            }
            ++demanded_count;
            waived_count += is_waived(one, around) ? 1U : 0U;
            if (!is_owed(one, record, around)) {
                continue;
            }
            ++owed_count;
            if (!one.demanded->met) {
                ++refused_count;
                add_bounded(evidence, describe(fault, one));
                first_refused =
                    first_refused.empty() ? without_numbers(one.demanded->what) : first_refused;
            }
        }
    }
    if (demanded_count == 0) {
        return not_applicable("no fault demanded anything of HTTP/1.1");
    }
    if (refused_count > 0) {
        const std::string first = evidence.front();
        return identified_by(
            broken(std::to_string(refused_count) + " of " + counted(owed_count, "demand") +
                       (record.is_scripted ? " refused: " : " of HTTP/1.1 refused: ") + first,
                   std::move(evidence)),
            {"refuses: " + first_refused});
    }
    if (waived_count == demanded_count) {
        return not_applicable("a stop that may cut what is in flight owes no demand");
    }
    return owed_count > 0
               ? kept()
               : not_judged("the stop, the server's end or another fault overtook every demand");
}

}  // namespace

extern const check protocol_violation;
const check protocol_violation{
    .name = "protocol_violation",
    .summary = "What a client may demand of HTTP/1.1 is given.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
