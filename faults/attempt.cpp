#include "faults/attempt.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/base/tick.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

attempt::attempt(fault_context& context)
    : context_(context),
      standing_deadline_(std::min(context.deadline, clock::now() + context.stands_within)) {
    happened_.proof = "ended before it could strike";
}

void attempt::begins() {
    has_begun_ = true;
    happened_.struck = context_.clock.now();
}

void attempt::delivered(std::string proof) {
    happened_.delivered = true;
    happened_.proof = std::move(proof);
    happened_.struck = has_begun_ ? happened_.struck : context_.clock.now();
    in_position();
}

void attempt::not_delivered(std::string why) {
    happened_.delivered = false;
    happened_.proof = std::move(why);
}

void attempt::unavailable(std::string why) {
    not_delivered(std::move(why));
    happened_.unavailable = true;
}

void attempt::overtaken(std::string why) {
    not_delivered(std::move(why));
    happened_.overtaken = true;
}

void attempt::in_position() {
    if (!std::exchange(stands_, true)) {
        context_.in_place();
    }
}

asio::awaitable<bool> attempt::await_stop() {
    in_position();
    // Nothing between this and the gate: whoever strikes at once does so before the server hears of
    // the stop. Its caller sees to the release.
    gate& awaited = context_.stop_begins != nullptr ? *context_.stop_begins : context_.released;
    co_await awaited.wait(context_.deadline);
    const bool begun = stop_has_begun();
    if (!begun) {
        not_delivered("it was let go of before the stop");
    }
    co_return begun;
}

bool attempt::stop_has_begun() const {
    return context_.stop_begins != nullptr && context_.stop_begins->is_open();
}

void attempt::add_to_proof(std::string_view more) {
    happened_.proof += more;
}

void attempt::failed(std::string_view why) {
    const std::string text = "the harness failed: " + std::string(why);
    if (is_delivered()) {
        add_to_proof("; then " + text);
    } else {
        not_delivered(text);
    }
}

asio::awaitable<void> attempt::pause(duration length) {
    const time_point until = std::min(deadline(), clock::now() + length);
    asio::steady_timer timer(co_await asio::this_coro::executor, until);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> attempt::pause_among_many(duration length) {
    // At most a tenth of the pause is added to it.
    constexpr duration tick_max = std::chrono::milliseconds(10);
    const duration tick = std::min<duration>(tick_max, length / 10);
    const time_point due = clock::now() + length;
    const time_point together = tick > duration::zero() ? next_tick(due, tick) : due;
    const time_point until = std::min(deadline(), together);
    asio::steady_timer timer(co_await asio::this_coro::executor, until);
    co_await timer.async_wait(asio::use_awaitable);
}

std::optional<rendered_request> attempt::request_for(const std::string& route_name,
                                                     connection_use use) {
    const auto found = context_.routes.find(route_name);
    if (found == context_.routes.end()) {
        not_delivered("the target has no route \"" + route_name + "\"");
        return std::nullopt;
    }
    return render(found->second, context_.connections.authority(), use);
}

bool attempt::can_be_cut(const rendered_request& request) {
    constexpr std::size_t parts = 2;
    const bool has_parts = request.head_bytes >= parts;
    if (!has_parts) {
        unavailable("the route's script begins with nothing that could be sent in part");
    }
    return has_parts;
}

asio::awaitable<void> attempt::carry_out(asio::awaitable<void> strike) {
    try {
        co_await std::move(strike);
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) {
            throw;
        }
        failed(error.what());
    } catch (const std::exception& error) {
        failed(error.what());  // environment_error: no descriptor to look at sockets with
    }
}

asio::awaitable<void> until_stop_or_release(fault_context& context) {
    if (context.stop_begins == nullptr) {
        co_await context.released.wait(context.deadline);
        co_return;
    }
    co_await first_of(until_open(*context.stop_begins, context.deadline),
                      until_open(context.released, context.deadline));
}

}  // namespace stormdrain
