#include "faults/stand_still.hpp"

#include "faults/acknowledgement.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> watch(strike_attempt& here, const standstill& how) {
    const time_point stood = clock::now();
    const time_point give_up =
        how.length ? std::min(here.deadline(), stood + *how.length) : here.deadline();
    std::string answered;
    // A script that went on behind an early answer would finish what it was to leave.
    if (how.unfinished != nullptr && !how.unfinished->turns) {
        http_exchange early(here.connection(), *how.unfinished);
        co_await early.receive(give_up);
        here.saw_response(early);
        const int status = early.response().head().status;
        answered = status == 0 ? "" : "answered " + std::to_string(status) + " and ";
    }
    const server_close ended = co_await here.connection().wait_for_server_close(give_up);
    const std::string kept_for = to_text(clock::now() - stood);
    if (ended != server_close::still_open) {
        here.add_to_proof("; the server " + answered + "ended it after " + kept_for);
    } else if (how.length && !here.context().released.is_open()) {
        here.add_to_proof("; the server " + answered + "kept it for all of " + kept_for);
    }
}

}  // namespace

asio::awaitable<void> stand_still(strike_attempt& here, standstill how) {
    const std::string why_not = co_await why_unacknowledged(here);
    if (!why_not.empty()) {
        here.not_delivered(why_not);
        co_return;
    }
    const std::optional<tcp_socket_facts> server = co_await here.server_socket_once_accepted();
    if (!server || server->state != tcp_state::established) {
        here.not_delivered("the server's kernel does not hold the connection: " + to_text(server));
        co_return;
    }
    here.delivered(how.moment + "; the server's socket is " + describe_reading(server));
    co_await watch(here, how);
}

std::optional<duration> read_length_of_standstill(object_reader& keys) {
    using namespace std::chrono_literals;
    std::optional<duration> length;
    if (keys.has("for")) {
        length = keys.length_of_time("for", 1ms, 1h);
    }
    return length;
}

}  // namespace stormdrain
