#include "harness/checks/rules/half_close_answer.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool lacks_promised_answer(const injection& happened, const std::optional<since_start>& stop,
                           half_close_promise promised) {
    return promised == half_close_promise::respond && happened.delivered &&
           !happened.response_complete && happened.server_closed &&
           (!stop || *happened.server_closed < *stop);
}

extern const rule half_close_answer;
const rule half_close_answer{
    .number = "R9",
    .name = "half_close_answer",
    .summary =
        "A client that sent FIN behind a whole request is owed an answer only where the contract "
        "says that the server responds to a half-close.",
    .source = "RFC 9112 section 9.6; hyperium/hyper#1981; httpwg/http-core#22",
};

}  // namespace stormdrain::rules
