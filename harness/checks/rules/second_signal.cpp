#include "harness/checks/rules/second_signal.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool may_disturb(const contract& promised) {
    return promised.second_signal != second_signal_promise::ignored;
}

bool may_end_at_once(const contract& promised) {
    return promised.second_signal ? may_disturb(promised)
                                  : !promised.exit_status_after_second_signal;
}

bool is_any_exit_legal(const contract& promised) {
    return may_disturb(promised) && !promised.exit_status_after_second_signal;
}

bool is_gone_too_soon(const std::optional<since_start>& finished,
                      const std::optional<since_start>& second_signal, const contract& promised) {
    return promised.second_signal == second_signal_promise::required && finished &&
           (!second_signal || *finished < *second_signal);
}

extern const rule second_signal;
const rule second_signal{
    .number = "R29",
    .name = "second_signal",
    .summary =
        "A second stop signal may mean \"at once\" unless the contract says that it is ignored; "
        "where it is required the server is not gone before it, and a crash is never legal.",
    .source = "grpc/grpc-go#781; pgbouncer/pgbouncer#902; lighttpd and aiohttp exit by 1",
};

}  // namespace stormdrain::rules
