#include "harness/checks/rules/reset_after_answer.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_reset_after_answer(const request_row& row) {
    const bool has_all = row.body_announced && row.body_bytes >= *row.body_announced;
    return has_all || row.phase == failure_phase::close;
}

extern const rule reset_after_answer;
const rule reset_after_answer{
    .number = "R5",
    .name = "reset_after_answer",
    .summary =
        "A reset behind a whole answer (all of its Content-Length, or its last chunk) is excused; "
        "one amid an answer is a truncated response.",
    .source = "RFC 9112 section 9.6; benoitc/gunicorn#3590",
};

}  // namespace stormdrain::rules
