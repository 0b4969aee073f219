#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"

namespace stormdrain::checks {
namespace {

judgement examine(const cycle_record& record, const promises& promised) {
    const start_record& start = record.start;
    if (start.failure.empty()) {
        return record.reached > cycle_phase::starting
                   ? kept()
                   : not_judged("the cycle ended while it was " +
                                std::string(to_text(record.reached)));
    }
    std::vector<std::string> evidence{
        "launched " + instant(start.launched),
        "listening " + instant(start.listening),
        "first request served " + instant(start.served) + ", deadline " + instant(start.deadline),
    };
    if (record.exit) {
        evidence.push_back("exit status: " + to_text(*record.exit) + " " + instant(record.exited));
    }
    for (std::string& line : last_output(record.output)) {
        evidence.push_back(std::move(line));
    }
    return broken("promised to serve within " + to_text(promised.while_running.start_within) +
                      " of its start: " + start.failure,
                  std::move(evidence));
}

}  // namespace

extern const check start_failed;
const check start_failed{
    .name = "start_failed",
    .summary = "The server owns its listening sockets and serves a request in time.",
    .starvation = check::timing::sensitive,
    .needs = check::subject::any_server,
    .examine = examine,
};

}  // namespace stormdrain::checks
