#pragma once
// A line at the bottom of a terminal that says how far an attack is, and what the user wants of it:
// Ctrl-C ends it, once more leaves what is under way.

#include "harness/commands/program.hpp"
#include "harness/load/engine/load_engine.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <iosfwd>
#include <string>

namespace stormdrain {

class live_line {
public:
    live_line(const program& self, const invocation& asked);

    // Nothing where there is no terminal.
    void show(const std::string& text);
    void clear();
    watch_answer wish();
    // Until then, or until the user has a wish.
    void rest(time_point until) { signals_context_.run_one_until(until); }

private:
    void await_signal();

    std::ostream& out_;
    const bool shows_;
    boost::asio::io_context signals_context_;
    boost::asio::signal_set signals_{signals_context_, SIGINT, SIGTERM};
    int interrupts_count_ = 0;
};

}  // namespace stormdrain
