#pragma once
// One at a time through what takes long to compute, and a look at the clock between two: hundreds
// of TLS handshakes whose answers come at once would otherwise keep the event loop from its timers
// for longer than a verdict allows.

#include "harness/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace stormdrain {

class turnstile {
public:
    explicit turnstile(const boost::asio::any_io_executor& executor)
        : line_(std::make_shared<line>(executor)) {}

    // Completes with (error_code) in its turn, which is a turn of the event loop of its own, first
    // come first served. The error says nothing: a turn that came looks like one that was cancelled
    // (the caller's cancellation state tells).
    template <class Token>
    auto async_turn(Token&& token) {
        const auto join = [](auto handler, const std::shared_ptr<line>& here) {
            ++here->waiting_count;
            here->waiting.async_wait(std::move(handler));
            line::turn_on(here);
        };
        return boost::asio::async_initiate<Token, void(boost::system::error_code)>(join, token,
                                                                                   line_);
    }

private:
    struct line {
        explicit line(const boost::asio::any_io_executor& executor)
            : waiting(executor, time_point::max()) {}
        static void turn_on(const std::shared_ptr<line>& here);

        boost::asio::steady_timer waiting;  // never expires: cancel_one() lets the first one go
        std::size_t waiting_count = 0;      // at least; who was cancelled is still counted
        bool turns = false;
    };

    std::shared_ptr<line> line_;  // outlives us in the turn that is under way
};

}  // namespace stormdrain
