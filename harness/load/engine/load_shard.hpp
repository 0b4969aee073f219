#pragma once
// The part of a load that one thread carries: its own sockets, clients, schedule and ledger.

#include "harness/load/engine/attack_conduct.hpp"
#include "harness/load/engine/engine_plan.hpp"
#include "harness/load/engine/engine_state.hpp"
#include "harness/load/engine/engine_tally.hpp"
#include "harness/net/openssl_session.hpp"
#include "harness/net/tls13/client.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace stormdrain {

// How far a load is, for those who watch it.
struct load_progress {
    std::uint64_t answered = 0;
    std::uint64_t unusual = 0;
    std::uint64_t connections = 0;
};

class load_shard {
public:
    // `plan` must outlive the shard. The load begins at `start`.
    load_shard(const engine_plan& plan, schedule_share share, time_point start);
    load_shard(const load_shard&) = delete;
    load_shard& operator=(const load_shard&) = delete;

    // Blocks until every request that was begun is over; calls `at_tick` every few milliseconds.
    void run(const std::function<void()>& at_tick);
    // From any thread. No further request is begun; what is under way is waited for, or not.
    void ask_to_end() { wish_.store(wish::to_end, std::memory_order_relaxed); }
    void ask_to_abandon() { wish_.store(wish::to_abandon, std::memory_order_relaxed); }
    load_progress progress() const;

    // When it has run.
    engine_tally tally() const;

private:
    enum class wish { to_run, to_end, to_abandon };

    void make_clients();
    template <class Dialogue>
    std::unique_ptr<engine_client> make_client();
    void let_speak(time_point now);
    void begin();
    void tick(time_point now);
    void wake_idle(time_point now);
    void dismiss(time_point now);
    void tell_progress();
    duration tick_length() const;

    const engine_plan& plan_;
    const schedule_share share_;
    engine_state state_;
    attack_conduct conduct_;  // of all clients
    // Of all clients; neither: plain TCP.
    std::optional<openssl_client> openssl_;
    std::optional<tls13::client> own_tls_;
    std::vector<std::unique_ptr<engine_client>> clients_;
    bool is_over_ = false;
    time_point ended_{};
    std::atomic<wish> wish_ = wish::to_run;
    std::atomic<std::uint64_t> answered_ = 0;
    std::atomic<std::uint64_t> unusual_ = 0;
    std::atomic<std::uint64_t> connections_ = 0;
};

}  // namespace stormdrain
