#pragma once
// One proxied connection: a client that was accepted, the dial of the upstream, and two pumps. It
// belongs to a fault_link, which frees it some time after it ended.

#include "faults/link/address_lookup.hpp"
#include "faults/link/alarm_clock.hpp"
#include "faults/link/link_pump.hpp"
#include "faults/link/link_side.hpp"
#include "faults/link/readiness.hpp"
#include "faults/link/toxic.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <utility>

namespace stormdrain {

class link_connection;

// What a connection needs of its link.
class link_connection_host {
public:
    // Null: not known yet, and resume() will be called. Empty: there is none.
    virtual const address_lookup::addresses* upstream_addresses() = 0;
    // A socket of that family, non-blocking and without Nagle's delay.
    virtual owned_descriptor upstream_socket(int family, boost::system::error_code& error) = 0;
    virtual dial_change change_of_dial(const link_connection& one) = 0;
    // connect(2) of the dial; the error that it has at once.
    virtual boost::system::error_code connect(const link_connection& one, int socket,
                                              const boost::asio::ip::tcp::endpoint& where) = 0;
    // The upstream answered: now there is a stream for toxics.
    virtual void established(link_connection& one) = 0;
    virtual void dial_failed(const link_connection& one) = 0;
    virtual void was_reset() = 0;
    // It wants its turn again, after the others.
    virtual void wants_turn(link_connection& one) = 0;
    virtual void ended(link_connection& one) = 0;

protected:
    ~link_connection_host() = default;
};

// What of the link is lent to its connections.
struct link_connection_tools {
    link_connection_host& host;
    readiness& sockets;
    alarm_clock& alarms;
    std::span<char> shared;
    link_traffic& upward;
    link_traffic& downward;
    duration dial_limit;
};

class link_connection {
public:
    // The number counts the link's connections: it is what their randomness is derived from.
    link_connection(const link_connection_tools& tools, owned_descriptor client,
                    boost::asio::ip::tcp::endpoint peer, std::uint64_t number);
    link_connection(const link_connection&) = delete;
    link_connection& operator=(const link_connection&) = delete;

    // Begins the dial; may end at once. `self` is its place in the link's list.
    void begin(std::list<link_connection>::iterator self);
    std::list<link_connection>::iterator self() const { return self_; }
    // What it waited for may have changed: the upstream's address, a toxic on the dial, its turn.
    void resume();
    // Closes both sockets at once, and tells nobody.
    void abandon();
    void reset();

    const boost::asio::ip::tcp::endpoint& peer() const { return peer_; }
    boost::asio::ip::address source() const { return peer_.address(); }
    std::uint64_t number() const { return number_; }
    time_point accepted_at() const { return accepted_at_; }
    // Those who follow it were told what struck it. False: they were told before.
    bool tell_of_strikes() { return !std::exchange(strikes_are_told_, true); }
    // Nobody asked yet what becomes of its dial.
    bool is_new() const { return is_new_; }
    bool is_established() const { return stage_ == stage::open; }
    bool has_ended() const { return stage_ == stage::ended; }
    link_pump& upward() { return upward_; }
    link_pump& downward() { return downward_; }
    // Why the last address could not be dialled.
    const boost::system::error_code& dial_error() const { return dial_error_; }

private:
    enum class stage { waiting, dialling, open, closing, ended };

    class side_watcher final : public readiness::watcher {
    public:
        side_watcher(link_connection& of, link_side& side) : connection_(of), side_(side) {}
        void ready(std::uint32_t events) override { connection_.heard(side_, events); }

    private:
        link_connection& connection_;
        link_side& side_;
    };

    void heard(link_side& side, std::uint32_t events);
    void ring();
    void dial();
    void dial_next();
    void dialled();
    void run();
    bool settle(pump_result result, const link_pump& other, link_side& to);
    void begin_close();
    void drain_close();
    void end();

    const link_connection_tools& tools_;
    boost::asio::ip::tcp::endpoint peer_;
    std::uint64_t number_;
    std::list<link_connection>::iterator self_{};
    stage stage_ = stage::waiting;
    bool is_new_ = true;
    bool has_turn_waiting_ = false;
    bool strikes_are_told_ = false;
    time_point accepted_at_ = clock::now();
    time_point dial_ends_{};
    std::size_t next_address_ = 0;
    boost::system::error_code dial_error_;
    address_lookup::addresses addresses_;
    link_side client_;
    link_side server_;
    side_watcher client_watcher_{*this, client_};
    side_watcher server_watcher_{*this, server_};
    link_pump upward_;
    link_pump downward_;
    alarm_clock::alarm alarm_;
};

}  // namespace stormdrain
