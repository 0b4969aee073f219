#include "harness/shrink/failure_kind.hpp"

namespace stormdrain {

std::optional<failure_kind> failure_in(const check& with, const cycle_record& record,
                                       const promises& promised) {
    if (judge(with, record, promised).outcome != judgement::kind::broken) {
        return std::nullopt;
    }
    failure_kind found{std::string(with.name), ""};
    if (record.stop.hang && record.stop.hang->cause != hang_cause::unknown) {
        found.cause = to_text(record.stop.hang->cause);
    }
    return found;
}

bool is_same(const failure_kind& one, const failure_kind& other) {
    return one.check == other.check &&
           (one.cause.empty() || other.cause.empty() || one.cause == other.cause);
}

std::string to_text(const failure_kind& what) {
    return what.check + (what.cause.empty() ? "" : " (" + what.cause + ")");
}

}  // namespace stormdrain
