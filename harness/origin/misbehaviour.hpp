#pragma once
// What an origin is told to do to one request, instead of answering it as it should.

#include "harness/base/gate.hpp"
#include "harness/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace stormdrain {

enum class origin_act {
    reset_at_request,    // RST instead of an answer
    reset_in_body,       // RST amid the answer's body
    stall_at_request,    // nothing for a time, then the answer
    stall_in_body,       // half of the body, nothing for a time, then the rest
    close_after_answer,  // FIN right behind an answer that did not announce it
    close_while_idle,    // FIN when the connection has been idle for a time
    half_close,          // FIN behind the answer, and it goes on reading
};

struct misbehaviour {
    std::string fault;  // who wants it
    origin_act act = origin_act::reset_at_request;
    duration length{};  // of the stall, of the idleness
};

// One request's worth of it, from the fault to the connection that carries it out.
struct strike_order {
    strike_order(const boost::asio::any_io_executor& executor, misbehaviour wanted)
        : what(std::move(wanted)), over(executor), let_go(executor) {}

    misbehaviour what;
    gate over;          // it was carried out, or came to nothing
    gate let_go;        // opened to end a stall early
    std::string proof;  // what provably happened; empty: nothing
};

// Oldest first; whoever takes one carries it out, or puts it back.
using strike_orders = std::deque<std::shared_ptr<strike_order>>;

}  // namespace stormdrain
