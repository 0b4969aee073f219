#include "harness/checks/rules/documented_exit.hpp"

#include "harness/checks/rules/rule.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace stormdrain::rules {
namespace {

bool counts(const legal_exit& one, const exit_circumstances& seen) {
    return one.only_while.empty() ||
           std::ranges::any_of(one.only_while, [&seen](exit_circumstance when) {
               return when == exit_circumstance::connections_open ? seen.connections_open
                                                                  : seen.starting;
           });
}

bool is_same(const legal_exit& one, exit_status status) {
    return one.how == legal_exit::kind::code ? status.exited() && status.code() == one.number
                                             : status.signalled() && status.signal() == one.number;
}

std::string describe(const legal_exit& one) {
    constexpr std::array<std::string_view, 2> words{" with connections open", " while starting"};
    std::string text = one.how == legal_exit::kind::code ? "exit " + std::to_string(one.number)
                                                         : "killed by " + signal_name(one.number);
    for (const exit_circumstance when : one.only_while) {
        text += words.at(static_cast<std::size_t>(when));
    }
    return text;
}

}  // namespace

bool is_documented_exit(exit_status status, const std::vector<legal_exit>& legal,
                        const exit_circumstances& seen) {
    return !status.core_dumped() && std::ranges::any_of(legal, [&](const legal_exit& one) {
        return counts(one, seen) && is_same(one, status);
    });
}

bool names(const std::vector<legal_exit>& legal, exit_circumstance one) {
    return std::ranges::any_of(legal, [one](const legal_exit& entry) {
        return std::ranges::find(entry.only_while, one) != entry.only_while.end();
    });
}

std::string list(const std::vector<legal_exit>& legal) {
    std::string text;
    for (const legal_exit& one : legal) {
        text += (text.empty() ? "" : " or ") + describe(one);
    }
    return text;
}

extern const rule documented_exit;
const rule documented_exit{
    .number = "R15",
    .name = "documented_exit",
    .summary =
        "An exit status is legal that the contract lists for the stop mode and for what the stop "
        "found; other codes and signals, and any core, are failures.",
    .source =
        "lighttpd on SIGTERM with open connections: 1; Caddy on SIGQUIT: 2; "
        "apache/trafficserver#8798",
};

}  // namespace stormdrain::rules
