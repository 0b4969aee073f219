#pragma once
// Slow clients by the thousand within one cycle: all of them share one epoll(7), which waits inside
// Asio's, and one clock. A coroutine with a timer and a buffer of its own takes a hundred times the
// memory, and wakes the thread for each byte.

#include "faults/crowd.hpp"
#include "faults/slow_client.hpp"
#include "faults/strike.hpp"
#include "harness/base/gate.hpp"
#include "harness/base/task_group.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

namespace stormdrain {

// The loopback address that the connection is to come from, of so many to the same place; empty:
// the kernel chooses, for one address has ports enough or there is no other.
std::string source_of(std::uint32_t number, std::uint32_t size, const endpoint& remote);

class slow_crowd {
public:
    // Both outlive it. Throws environment_error when there is no epoll to be had, or no TLS.
    slow_crowd(const slow_fault& what, crowd& wanted, const boost::asio::any_io_executor& executor);
    slow_crowd(const slow_crowd&) = delete;
    slow_crowd& operator=(const slow_crowd&) = delete;
    ~slow_crowd();

    // See crowd_fault::inject_all().
    boost::asio::awaitable<void> run();

    // Of the harness for each connection, its row of the connection log and what OpenSSL holds for
    // it left out.
    static std::size_t bytes_of_client();

private:
    struct place {
        std::unique_ptr<slow_client> client;
        time_point queued_for = time_point::max();
        std::uint32_t events = 0;  // that epoll tells of
    };
    struct waking {
        time_point at;
        std::uint32_t number = 0;
        bool operator<(const waking& other) const { return at > other.at; }  // the earliest first
    };
    // On the way to a connection.
    struct opening {
        opening(const fault_context& shared, std::string_view kind)
            : context(shared), here(context, kind) {}
        fault_context context;
        strike_attempt here;
        bool is_connected = false;
        std::unique_ptr<openssl_session> tls = nullptr;
        std::string early = {};  // what the server said with the end of the handshake
    };

    // Connects under way. More would be dropped by an accept queue of a usual length, and would be
    // tried again by the kernel after a second.
    static constexpr std::uint32_t openers_max = 64;
    // Clients that are looked after before others of the thread have their turn.
    static constexpr int in_a_row_max = 256;

    bool is_fit();
    boost::asio::awaitable<void> guarded(boost::asio::awaitable<void> task);
    void open_more();
    boost::asio::awaitable<void> open_some();
    boost::asio::awaitable<void> open(std::uint32_t number);
    boost::asio::awaitable<void> approach(opening& way, std::uint32_t number);
    boost::asio::awaitable<void> connect(opening& way, std::uint32_t number);
    boost::asio::awaitable<void> shake_hands(opening& way);
    void adopt(std::uint32_t number, opening& way);
    boost::asio::awaitable<void> keep_time();
    void wake_due();
    boost::asio::awaitable<void> listen();
    void tell_ready();
    boost::asio::awaitable<void> let_go();
    template <class Act>
    void look_after(std::uint32_t number, Act act);
    void schedule(std::uint32_t number);
    void watch(std::uint32_t number);
    void end(std::uint32_t number);
    void ended(std::uint32_t number, injection seen);

    const slow_fault& what_;
    crowd& wanted_;
    boost::asio::any_io_executor executor_;
    std::optional<rendered_request> request_;
    std::unique_ptr<openssl_client> tls_;  // null: the port speaks none
    std::optional<slow_stage> stage_;      // once there is a request
    std::vector<place> places_;
    std::priority_queue<waking> wakings_;
    std::deque<std::uint32_t> to_open_;
    boost::asio::posix::stream_descriptor readiness_;
    boost::asio::steady_timer timer_;
    std::uint32_t openers_count_ = 0;
    std::uint32_t ended_count_ = 0;
    bool is_let_go_ = false;
    gate over_;
    task_group tasks_;
};

}  // namespace stormdrain
