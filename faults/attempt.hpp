#pragma once
// What all attempts to strike share, whether at a connection or at the server's process: the record
// of what provably happened, and the limits of every wait.

#include "faults/fault.hpp"
#include "harness/net/http_exchange.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

// Whoever cannot go on says why by not_delivered() and returns.
class attempt {
public:
    explicit attempt(fault_context& context);
    attempt(const attempt&) = delete;
    attempt& operator=(const attempt&) = delete;

    // What happens to others from here on is its doing, also before it is proved.
    void begins();
    void delivered(std::string proof);
    void not_delivered(std::string why);
    // The same, because the machine lacks a mechanism: it would be so in every cycle.
    void unavailable(std::string why);
    // The same, because the server had closed at the stop before it could be struck.
    void overtaken(std::string why);
    void add_to_proof(std::string_view more);
    // The machine does not allow what comes next: what stands already stays delivered.
    void failed(std::string_view why);
    bool is_delivered() const { return happened_.delivered; }

    // For faults that strike at the stop: all is ready for it, and the runner waits no longer.
    // delivered() comes with the strike.
    void in_position();
    // The same, and then waits for the stop. False: it was let go of before that (noted).
    boost::asio::awaitable<bool> await_stop();
    bool stop_has_begun() const;

    // For every wait: until the fault stands it has `stands_within`, then the context's deadline.
    time_point deadline() const { return stands_ ? context_.deadline : standing_deadline_; }
    boost::asio::awaitable<void> pause(duration length);
    // The same, and a little longer: of thousands that pause, those that are due wake up together.
    // A wake-up of the thread for each costs more than what it does then.
    boost::asio::awaitable<void> pause_among_many(duration length);

    // The bytes to ask for a route of the target with; empty: it has none of that name (noted).
    std::optional<rendered_request> request_for(const std::string& route_name) {
        return request_for(route_name, connection_use::keep_alive);
    }
    std::optional<rendered_request> request_for(const std::string& route_name, connection_use use);
    // False: there are not two bytes of it to be sent one after the other, as of a script that only
    // listens (noted).
    bool can_be_cut(const rendered_request& request);

    // Waits for the strike: what the machine does not allow is noted, cancellation is thrown.
    boost::asio::awaitable<void> carry_out(boost::asio::awaitable<void> strike);

    fault_context& context() { return context_; }

protected:
    injection& happened() { return happened_; }

private:
    fault_context& context_;
    const time_point standing_deadline_;
    bool stands_ = false;
    injection happened_;
    bool has_begun_ = false;
};

// Waits until the stop begins, or everything is let go of.
boost::asio::awaitable<void> until_stop_or_release(fault_context& context);

}  // namespace stormdrain
