#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/traits.hpp"

namespace stormdrain::checks {
namespace {

judgement examine(const cycle_record& record, const promises&) {
    const output_record& output = record.output;
    if (output.sink == output_sink::nothing) {
        return not_applicable("the scenario sends the output to /dev/null");
    }
    if (output.alarms.empty()) {
        return kept();
    }
    std::vector<std::string> evidence;
    for (const std::string& line : output.alarms) {
        add_bounded(evidence, "output: " + line);
    }
    if (!output.path.empty()) {
        evidence.push_back("the whole output: " + output.path);
    }
    return identified_by(broken("promised never to write such a line: " + output.alarms.front(),
                                std::move(evidence)),
                         {"says: " + without_numbers(output.alarms.front())});
}

}  // namespace

extern const check output_alarm;
const check output_alarm{
    .name = "output_alarm",
    .summary = "The output holds no sanitizer report, no panic and no other alarm.",
    .needs = check::subject::any_server,
    .examine = examine,
};

}  // namespace stormdrain::checks
