#pragma once
// A TCP proxy between two programs that hurts what passes: toxics are put on it and taken off while
// connections are open. Everything happens in one thread and nothing waits, so that no slow peer,
// no dial and no toxic keeps anybody else waiting.
//
//   fault_link link(executor, {.upstream = {"127.0.0.1", 5432}, .randomness = seed});
//   if (const auto error = link.start()) { ... }  // link.listens_on() says the port
//   link.add(read_toxic("latency:latency=20ms,jitter=2ms"));
//   ...
//   link.toxics().front()->deliveries.connections_count   // proof of delivery
//   link.stop();
//
// The process ignores SIGPIPE, as all of stormdrain's commands do: splice(2) cannot be told to.

#include "faults/link/address_lookup.hpp"
#include "faults/link/alarm_clock.hpp"
#include "faults/link/link_connection.hpp"
#include "faults/link/link_observer.hpp"
#include "faults/link/place.hpp"
#include "faults/link/readiness.hpp"
#include "faults/link/toxic_chain.hpp"
#include "faults/link/toxic_spec.hpp"
#include "harness/base/seed.hpp"
#include "harness/net/endpoint.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace stormdrain {

// A dial that is not answered by then is over: as long as Go's and most clients' are patient.
inline constexpr duration dial_limit_preset = std::chrono::seconds(10);

struct link_options {
    place listen = {"127.0.0.1", 0};
    place upstream = {};
    seed randomness = 0;  // what is drawn for a connection follows from this and its number
    duration dial_limit = dial_limit_preset;
    // The upstream sees clients of loopback at their own addresses, though not at their ports.
    enum class source { own, of_client } dials_from = source::own;
    link_observer* observer = nullptr;  // outlives the link
};

struct link_counters {
    std::uint64_t accepted_count = 0;
    std::uint64_t dial_failures_count = 0;
    std::uint64_t resets_count = 0;         // connections that ended by RST
    std::uint64_t accept_pauses_count = 0;  // there was no descriptor for one more
    link_traffic upward;
    link_traffic downward;
};

// A toxic that is on a link.
struct link_toxic {
    toxic_chain::toxic_id id = 0;
    toxic_spec spec;
    toxic_deliveries deliveries;
};

class fault_link final : private link_connection_host {
public:
    fault_link(const boost::asio::any_io_executor& executor, link_options options);
    fault_link(const fault_link&) = delete;
    fault_link& operator=(const fault_link&) = delete;
    ~fault_link();

    // Listens; the second time on the port that was free the first time.
    boost::system::error_code start();
    // Refuses new connections and closes those that are open. Toxics stay.
    void stop();
    bool is_enabled() const { return listener_.is_open(); }
    // Stops it; with start() it goes on there.
    void move_to(place listen, place upstream);

    // As it was asked for, and once started with its port.
    const place& listens_on() const { return options_.listen; }
    const place& upstream() const { return options_.upstream; }

    // On every connection that is open, too. The name is new.
    const link_toxic& add(toxic_spec spec);
    // Null when there is none of that name.
    const link_toxic* find(std::string_view name) const;
    // New settings for the toxic of that name; its counts go on. False: there is none.
    bool change(std::string_view name, attribute_values values, double toxicity);
    // What it holds goes on. False: there was none.
    bool remove(std::string_view name);
    void remove_all();
    // In the order in which they were put on.
    std::span<const std::unique_ptr<link_toxic>> toxics() const { return toxics_; }

    const link_counters& counters() const { return counters_; }
    // Counts of the link and its toxics begin anew.
    void forget_counts();
    // Tells the observer of strikes at connections that are still open; at their end it is not told
    // of them again.
    void tell_of_open();
    std::size_t open_count() const { return open_.size(); }

private:
    class accept_watcher final : public readiness::watcher {
    public:
        explicit accept_watcher(fault_link& of) : link_(of) {}
        void ready(std::uint32_t) override { link_.accept_some(); }

    private:
        fault_link& link_;
    };

    struct life {
        fault_link* owner;
    };

    const address_lookup::addresses* upstream_addresses() override { return lookup_->get(); }
    owned_descriptor upstream_socket(int family, boost::system::error_code& error) override;
    dial_change change_of_dial(const link_connection& one) override;
    boost::system::error_code connect(const link_connection& one, int socket,
                                      const boost::asio::ip::tcp::endpoint& where) override;
    void established(link_connection& one) override;
    void dial_failed(const link_connection& one) override;
    void was_reset() override { ++counters_.resets_count; }
    void wants_turn(link_connection& one) override;
    void ended(link_connection& one) override;

    void accept_some();
    void pause_accepting();
    void resume_accepting();
    bool keep_spare_socket();
    void give_turns();
    void resume_all();
    void bury();
    std::optional<random_source> chosen(const link_toxic& toxic, const link_connection& one) const;
    static link_pump& pump_of(const link_toxic& toxic, link_connection& one);
    void put_on(link_toxic& toxic, link_connection& one);
    void take_off(const link_toxic& toxic);
    void tell_of_strike(const link_connection& one, const link_toxic& by);
    void tell_of_strikes(link_connection& one);

    boost::asio::any_io_executor executor_;
    link_options options_;
    link_counters counters_;
    readiness sockets_;
    alarm_clock alarms_;
    std::unique_ptr<address_lookup> lookup_;
    std::unique_ptr<char[]> shared_;  // its pages are there once they are used
    link_connection_tools tools_;
    owned_descriptor listener_;
    owned_descriptor spare_;  // for the next upstream: who is accepted can be dialled for
    int spare_family_;
    accept_watcher accept_watcher_{*this};
    alarm_clock::alarm accept_again_;
    std::uint64_t last_id_ = 0;
    std::vector<std::unique_ptr<link_toxic>> toxics_;
    std::list<link_connection> open_;
    std::list<link_connection> over_;
    std::vector<link_connection*> turns_;
    std::shared_ptr<life> life_;  // shared with the turns that are to be given
};

}  // namespace stormdrain
