#include "harness/load/engine/cycle_load.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/load/engine/http_client.hpp"
#include "harness/load/engine/http_dialogue.hpp"
#include "harness/load/engine/openssl_codec.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <deque>
#include <string>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// How long others in the thread wait for the load at most: timers, faults, the cycle itself.
constexpr duration slice_max = std::chrono::milliseconds(2);
// Clients that begin before others in the thread go on: a burst is to be as steep as it can be. The
// first words of a TLS handshake take long to compute.
constexpr std::size_t begun_in_a_row_max = 4096;
constexpr std::size_t begun_in_a_row_over_tls_max = 64;
// Whoever waits at a gate of the load acts within them: waking up from gate::wait() takes three
// turns of the event loop (timer, its deadline's end, coroutine).
constexpr int turns_of_moment = 4;

engine_plan plan_of(const load_state& load) {
    const load_profile& profile = load.profile;
    const port_address& port = load.connections.port();
    const boost::system::result<socket_address> remote = address_of(port.where);
    if (!remote) {
        throw environment_error("no address to connect to: " + to_text(port.where) + ": " +
                                remote.error().message());
    }
    engine_plan plan;
    plan.remote = *remote;
    plan.routes = load.routes;
    plan.tls = port.tls;
    plan.handshakes = profile.tls.resumes ? handshake_kind::resumed : handshake_kind::full;
    plan.tls_version_wanted = profile.tls.version;
    plan.clients_count = profile.clients_count;
    plan.requests_per_connection = profile.requests_per_connection;
    plan.pipeline_depth = profile.pipeline_depth;
    plan.open_loop = schedule_of(profile);
    plan.clients_ramp = profile.clients_ramp;
    plan.request_timeout = profile.request_timeout;
    if (is_open_loop(plan)) {
        plan.requests_count = std::uint64_t{profile.clients_count} * profile.requests_per_client;
    }
    return plan;
}

}  // namespace

bool cycle_load::carries(const load_state& load) {
    const bool has_script = std::ranges::any_of(
        load.routes, [](const asked_route& one) { return one.what.talk.has_value(); });
    return load.profile.protocol == load_protocol::http_1_1 && !has_script;
}

cycle_load::cycle_load(asio::any_io_executor executor, load_state& load)
    : executor_(std::move(executor)),
      load_(load),
      plan_(plan_of(load)),
      events_(executor_),
      timer_(executor_),
      over_(executor_),
      quiet_(executor_) {}

void cycle_load::prepare(time_point deadline) {
    deadline_ = deadline;
    const engine_state::surroundings cycle{load_.clock, load_.book, deadline};
    engine_.emplace(plan_, cycle, clock::now());
    if (plan_.tls != nullptr) {
        tls_.emplace(*plan_.tls);
    }
    for (std::uint32_t number = 0; number < plan_.clients_count; ++number) {
        make_client(number, deadline);
    }
    engine_->clients_running = plan_.clients_count;
    events_.assign(engine_->loop.descriptor());
}

void cycle_load::make_client(std::uint32_t number, time_point deadline) {
    cycle_conduct::place here;
    here.number = number;
    here.deadline = deadline;
    const std::string source = load_.source_of_client(number);
    if (!source.empty()) {
        here.source = address_of({source, 0}).value();
    }
    conducts_.push_back(std::make_unique<cycle_conduct>(load_, *engine_, wakes_, std::move(here)));
    cycle_conduct& conduct = *conducts_.back();
    if (tls_) {
        clients_.push_back(std::make_unique<http_client<openssl_codec, http_dialogue>>(
            *engine_, conduct, *tls_, plan_));
    } else {
        clients_.push_back(
            std::make_unique<http_client<plain_codec, http_dialogue>>(*engine_, conduct));
    }
}

asio::awaitable<void> cycle_load::run(time_point deadline) {
    prepare(deadline);
    step();
    bool cancelled = false;
    try {
        co_await over_.wait(time_point::max());
    } catch (const boost::system::system_error&) {
        cancelled = true;
        abandon_all();
    }
    // The handlers refer to this object: they must have run before it may die.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    events_.release();
    timer_.cancel();
    if (handlers_count_ > 0) {
        co_await quiet_.wait(time_point::max());
    }
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    if (cancelled) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

void cycle_load::outlook_changed() {
    if (engine_ && !is_over_) {
        post_step();
    }
}

void cycle_load::step() {
    if (is_over_ || gives_turns_) {
        return;
    }
    try {
        carry_on();
        arm();
    } catch (...) {
        failure_ = std::current_exception();
        abandon_all();
    }
}

// What the sockets had to say comes first, all of it: nobody may close one meanwhile.
void cycle_load::carry_on() {
    engine_->loop.wait(duration::zero(), slice_max);
    if (engine_->loop.holds_back() || wakes_.has_moment) {
        return;
    }
    begin_clients();
    const time_point now = clock::now();
    heed_outlook(now);
    engine_->wheel.advance(
        now, [now](timer_wheel::entry& due) { static_cast<engine_client&>(due).expired(now); });
    wake_alarms(now);
    wake_idle(now);
}

void cycle_load::begin_clients() {
    const std::size_t count = clients_.size();
    const std::size_t slice = tls_ ? begun_in_a_row_over_tls_max : begun_in_a_row_max;
    const std::size_t until = std::min(count, begun_count_ + slice);
    while (begun_count_ < until) {
        const std::size_t index = begun_count_++;
        if (plan_.clients_ramp > duration::zero()) {
            const auto share = static_cast<std::int64_t>(index);
            const duration offset = plan_.clients_ramp * share / static_cast<std::int64_t>(count);
            wakes_.alarms.emplace(engine_->began() + offset, clients_[index].get());
        } else {
            clients_[index]->go_on(clock::now());
        }
    }
}

void cycle_load::wake(std::vector<engine_client*> clients) {
    for (engine_client* const one : clients) {
        one->go_on(clock::now());
    }
}

void cycle_load::heed_outlook(time_point now) {
    const bool is_stop = load_.stopping.is_open() && !std::exchange(heeded_stop_, true);
    const bool must_end = load_.released.is_open() || now >= deadline_;
    const bool is_end = must_end && !std::exchange(heeded_end_, true);
    if (is_end || (is_stop && load_.profile.after != after_stop::keep_sending)) {
        wake_alarms(time_point::max());
    }
    if (is_end || is_stop) {
        const std::deque<engine_client*> idle = std::exchange(engine_->idle, {});
        wake({idle.begin(), idle.end()});
    }
    if (is_end) {
        wake(std::exchange(wakes_.held, {}));
    }
}

void cycle_load::wake_alarms(time_point until) {
    std::vector<engine_client*> due;
    const auto end = wakes_.alarms.upper_bound(until);
    for (auto alarm = wakes_.alarms.begin(); alarm != end; ++alarm) {
        due.push_back(alarm->second);
    }
    wakes_.alarms.erase(wakes_.alarms.begin(), end);
    wake(std::move(due));
}

// Those that find nothing due wait again.
void cycle_load::wake_idle(time_point now) {
    std::size_t left = engine_->idle.size();
    while (left-- > 0 && (engine_->is_due(now) || engine_->is_over(now))) {
        engine_client& one = *engine_->idle.front();
        engine_->idle.pop_front();
        one.go_on(clock::now());
    }
}

void cycle_load::abandon_all() {
    const time_point now = clock::now();
    try {
        for (const std::unique_ptr<engine_client>& one : clients_) {
            one->abandon(now);
        }
    } catch (...) {
        failure_ = failure_ ? failure_ : std::current_exception();
    }
    is_over_ = true;
    over_.open();
}

void cycle_load::arm() {
    if (engine_->clients_running == 0) {
        is_over_ = true;
        over_.open();
        return;
    }
    if (std::exchange(wakes_.has_moment, false)) {
        gives_turns_ = true;
        give_turns(turns_of_moment);
        return;
    }
    if (engine_->loop.holds_back() || begun_count_ < clients_.size()) {
        post_step();
        return;
    }
    if (!std::exchange(is_waiting_, true)) {
        ++handlers_count_;
        events_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code) {
            is_waiting_ = false;
            handler_is_gone();
            step();
        });
    }
    arm_timer();
}

time_point cycle_load::next_look() const {
    time_point soonest = std::min(deadline_, engine_->wheel.next_look());
    if (heeded_end_) {
        soonest = engine_->wheel.next_look();
    }
    if (!wakes_.alarms.empty()) {
        soonest = std::min(soonest, wakes_.alarms.begin()->first);
    }
    if (!engine_->idle.empty()) {
        soonest = std::min(soonest, engine_->next_due());
    }
    return soonest;
}

// One that was armed for later is armed anew; one for earlier looks in vain, once.
void cycle_load::arm_timer() {
    const time_point soonest = next_look();
    if (soonest >= timer_due_) {
        return;
    }
    timer_due_ = soonest;
    ++handlers_count_;
    timer_.expires_at(soonest);
    timer_.async_wait([this](error_code error) {
        if (error != asio::error::operation_aborted) {
            timer_due_ = time_point::max();
        }
        handler_is_gone();
        if (error != asio::error::operation_aborted) {
            step();
        }
    });
}

void cycle_load::post_step() {
    if (std::exchange(is_posted_, true)) {
        return;
    }
    ++handlers_count_;
    asio::post(executor_, [this] {
        is_posted_ = false;
        handler_is_gone();
        step();
    });
}

void cycle_load::give_turns(int left) {
    ++handlers_count_;
    asio::post(executor_, [this, left] {
        handler_is_gone();
        if (left > 1) {
            give_turns(left - 1);
        } else {
            turns_are_over();
        }
    });
}

void cycle_load::turns_are_over() {
    gives_turns_ = false;
    if (is_over_) {
        return;
    }
    if (engine_client* const lingering = std::exchange(wakes_.lingering, nullptr)) {
        wakes_.alarms.emplace(time_point::min(), lingering);
    }
    step();
}

void cycle_load::handler_is_gone() {
    if (--handlers_count_ == 0 && is_over_) {
        quiet_.open();
    }
}

}  // namespace stormdrain
