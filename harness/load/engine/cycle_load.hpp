#pragma once
// A cycle's load on the engine, in the cycle's own thread: the engine's epoll descriptor is one of
// those that Asio waits for (epoll(7): it is readable while something in it is ready), and one
// timer stands for all of the engine's. What a scenario's clients do is cycle_conduct.hpp's.

#include "harness/base/gate.hpp"
#include "harness/load/client.hpp"
#include "harness/load/engine/cycle_conduct.hpp"
#include "harness/load/engine/engine_plan.hpp"
#include "harness/load/engine/engine_state.hpp"
#include "harness/net/openssl_session.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

namespace stormdrain {

class cycle_load {
public:
    // Whether the engine carries such a load: HTTP/1.1, and no scripts.
    static bool carries(const load_state& load);

    // `load` outlives it.
    cycle_load(boost::asio::any_io_executor executor, load_state& load);
    cycle_load(const cycle_load&) = delete;
    cycle_load& operator=(const cycle_load&) = delete;

    // As load_generator::run().
    boost::asio::awaitable<void> run(time_point deadline);
    // The load's stop, or its release, has come.
    void outlook_changed();

private:
    void prepare(time_point deadline);
    void make_client(std::uint32_t number, time_point deadline);
    void step();
    void carry_on();
    void begin_clients();
    void heed_outlook(time_point now);
    void wake_alarms(time_point until);
    void wake_idle(time_point now);
    void wake(std::vector<engine_client*> clients);
    void abandon_all();
    void arm();
    void arm_timer();
    void post_step();
    void give_turns(int left);
    void turns_are_over();
    void handler_is_gone();
    time_point next_look() const;

    boost::asio::any_io_executor executor_;
    load_state& load_;
    engine_plan plan_;
    time_point deadline_{};
    std::optional<engine_state> engine_;
    std::optional<openssl_client> tls_;  // of all clients; none: plain
    wake_list wakes_;
    std::vector<std::unique_ptr<cycle_conduct>> conducts_;
    std::vector<std::unique_ptr<engine_client>> clients_;
    std::size_t begun_count_ = 0;  // of the clients
    boost::asio::posix::stream_descriptor events_;
    boost::asio::steady_timer timer_;
    time_point timer_due_ = time_point::max();
    bool is_waiting_ = false;  // for the engine's sockets
    bool is_posted_ = false;
    bool gives_turns_ = false;
    bool is_over_ = false;
    bool heeded_stop_ = false;
    bool heeded_end_ = false;
    std::size_t handlers_count_ = 0;  // that refer to this
    std::exception_ptr failure_;
    gate over_;
    gate quiet_;  // no handler is left
};

}  // namespace stormdrain
