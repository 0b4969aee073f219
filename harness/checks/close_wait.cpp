#include "harness/checks/check.hpp"
#include "harness/checks/held_sockets.hpp"

namespace stormdrain::checks {
namespace {

judgement examine(const cycle_record& record, const promises& promised) {
    if (const auto why = why_not_comparable(record)) {
        return *why;
    }
    std::vector<held_socket> sockets = sockets_of_finished_connections(record.rest);
    std::erase_if(sockets, [](const held_socket& one) { return !is_close_wait(one); });
    return sockets.empty() ? kept() : broken_by(sockets, record.rest, promised);
}

}  // namespace

extern const check close_wait;
const check close_wait{
    .name = "close_wait",
    .summary = "A connection that its client has closed does not stay in CLOSE_WAIT.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
