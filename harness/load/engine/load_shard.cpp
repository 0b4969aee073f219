#include "harness/load/engine/load_shard.hpp"

#include "harness/load/engine/answer_pace.hpp"
#include "harness/load/engine/byte_codec.hpp"
#include "harness/load/engine/http2_dialogue.hpp"
#include "harness/load/engine/http_client.hpp"
#include "harness/load/engine/http_dialogue.hpp"
#include "harness/load/engine/openssl_codec.hpp"
#include "harness/load/engine/tls13_codec.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace {

// Requests of an open loop that are due within a tick are sent together: at 10,000 a second a
// wake-up each costs ten times as much CPU. What it adds is in the send lag.
constexpr duration open_loop_tick = std::chrono::milliseconds(1);

// What is held back for microseconds is held back no longer: the kernel adds 50 of them to every
// wait of a thread that does not ask for less (PR_SET_TIMERSLACK in prctl(2)).
class exact_waits {
public:
    exact_waits() : before_ns_(::prctl(PR_GET_TIMERSLACK)) { ask_for(1'000); }
    exact_waits(const exact_waits&) = delete;
    exact_waits& operator=(const exact_waits&) = delete;
    ~exact_waits() {
        if (before_ns_ > 0) {
            ask_for(before_ns_);
        }
    }

private:
    // Without it waits are longer, and nothing else is.
    static void ask_for(long slack_ns) { ::prctl(PR_SET_TIMERSLACK, slack_ns); }

    const int before_ns_;
};

}  // namespace

load_shard::load_shard(const engine_plan& plan, schedule_share share, time_point start)
    : plan_(plan), share_(share), state_(plan, share, start), conduct_(state_) {}

void load_shard::run(const std::function<void()>& at_tick) {
    const exact_waits exact;
    make_clients();
    begin();
    time_point now = clock::now();
    time_point next_tick = now;
    answer_pace pace(now);
    while (state_.clients_running > 0) {
        const duration pause =
            pace.pause_behind(now, state_.book.tally().ordinary, state_.usual_latency);
        if (pause > duration::zero()) {
            socket_loop::let_gather(std::min(pause, next_tick - now));
            now = clock::now();
        }
        const bool holds_back = !state_.to_speak.empty();
        state_.loop.wait((holds_back ? std::min(next_tick, state_.speak_by) : next_tick) - now);
        now = clock::now();
        if (!state_.to_speak.empty() && now >= state_.speak_by) {
            let_speak(now);
        }
        if (now >= next_tick) {
            tick(now);
            at_tick();
            next_tick = std::max(next_tick, now - tick_length()) + tick_length();
        }
    }
    ended_ = now;
    tell_progress();
}

template <class Dialogue>
std::unique_ptr<engine_client> load_shard::make_client() {
    if (openssl_) {
        return std::make_unique<http_client<openssl_codec, Dialogue>>(state_, conduct_, *openssl_,
                                                                      plan_);
    }
    if (own_tls_) {
        return std::make_unique<http_client<tls13_codec, Dialogue>>(state_, conduct_, *own_tls_,
                                                                    plan_);
    }
    return std::make_unique<http_client<plain_codec, Dialogue>>(state_, conduct_);
}

void load_shard::make_clients() {
    if (plan_.tls != nullptr && plan_.tls_stack == tls_stack::openssl) {
        openssl_.emplace(*plan_.tls);
    } else if (plan_.tls != nullptr) {
        own_tls_.emplace(tls13_options(plan_));
    }
    const std::uint64_t count = part_of(plan_.clients_count, share_);
    for (std::uint64_t index = 0; index < count; ++index) {
        clients_.push_back(plan_.protocol == engine_protocol::http_2
                               ? make_client<http2_dialogue>()
                               : make_client<http_dialogue>());
    }
    state_.clients_running = static_cast<std::uint32_t>(count);
}

void load_shard::let_speak(time_point now) {
    for (engine_client* const one : state_.to_speak) {
        one->speak(now);
    }
    state_.to_speak.clear();
}

void load_shard::begin() {
    const auto count = static_cast<std::int64_t>(clients_.size());
    for (std::int64_t index = 0; index < count; ++index) {
        engine_client& one = *clients_[static_cast<std::size_t>(index)];
        if (is_open_loop(plan_)) {
            one.go_on(clock::now());
        } else if (plan_.clients_ramp > duration::zero()) {
            state_.wheel.arm(one, state_.clock.start() + plan_.clients_ramp * index / count);
        } else {
            one.go_on(clock::now());
        }
    }
}

duration load_shard::tick_length() const {
    return is_open_loop(plan_) ? open_loop_tick : timer_wheel::slot_length;
}

void load_shard::tick(time_point now) {
    const wish wanted = wish_.load(std::memory_order_relaxed);
    state_.wheel.advance(
        now, [now](timer_wheel::entry& due) { static_cast<engine_client&>(due).expired(now); });
    wake_idle(now);
    const bool is_over = wanted != wish::to_run || state_.is_over(now) || state_.is_time_up(now);
    if (is_over && !std::exchange(is_over_, true)) {
        state_.end(now);
        dismiss(now);
    }
    if (wanted == wish::to_abandon) {
        for (const std::unique_ptr<engine_client>& one : clients_) {
            one->abandon(now);
        }
    }
    tell_progress();
}

// Those without a request under way leave, the others after their answer.
void load_shard::dismiss(time_point now) {
    state_.idle.clear();
    for (const std::unique_ptr<engine_client>& one : clients_) {
        one->go_on(now);
    }
}

// Those that find nothing due wait again.
void load_shard::wake_idle(time_point now) {
    std::size_t left = state_.idle.size();
    while (left-- > 0 && state_.is_due(now)) {
        engine_client& one = *state_.idle.front();
        state_.idle.pop_front();
        one.go_on(now);
    }
}

void load_shard::tell_progress() {
    const request_tally& tally = state_.book.tally();
    answered_.store(tally.ordinary, std::memory_order_relaxed);
    unusual_.store(tally.unusual_count, std::memory_order_relaxed);
    connections_.store(tally.connections_opened, std::memory_order_relaxed);
}

load_progress load_shard::progress() const {
    load_progress now;
    now.answered = answered_.load(std::memory_order_relaxed);
    now.unusual = unusual_.load(std::memory_order_relaxed);
    now.connections = connections_.load(std::memory_order_relaxed);
    return now;
}

engine_tally load_shard::tally() const {
    engine_tally all = state_.times;
    all.requests = state_.book.tally();
    all.lasted = ended_ - state_.clock.start();
    return all;
}

}  // namespace stormdrain
