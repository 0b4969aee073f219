#pragma once
// The links that a scenario puts into the path, in a thread of their own: neither the load nor what
// the harness looks at holds them up, and what they take of the CPU is not the server's. They live
// as long as the server that they lead to.

#include "faults/link/fault_link.hpp"
#include "harness/cycle/link_record.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/origin/origin_set.hpp"
#include "harness/plan/link_use.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace stormdrain {

class path_links final : public passage_source, private link_observer {
public:
    path_links(std::vector<link_use> uses, seed randomness);
    path_links(const path_links&) = delete;
    path_links& operator=(const path_links&) = delete;
    ~path_links();

    // Puts the scenario's links before an origin, or a port of the target, if there are any for it.
    // Throws environment_error.
    void place(link_place between, const std::string& name, const endpoint& upstream);
    void place_before(const origin_set& origins);
    // UNIX sockets have none before them.
    void place_before(const std::map<std::string, endpoint>& ports);
    // Where to connect to instead; empty: no link is there.
    std::optional<endpoint> before(link_place between, std::string_view name) const;
    path_delay delay_before(link_place between, std::string_view name) const;
    const std::vector<link_use>& uses() const { return uses_; }

    // Nothing was counted yet. To be called before the first connection of a cycle.
    void begin_cycle();
    std::vector<passage> take_passages() override;
    // The far side of a connection that the target made to a link; empty: it is none of them.
    std::optional<link_passage> passage_of(const endpoint& client, const endpoint& link) const;
    // What they did in the cycle. Connections of strikes are named as the log knows them.
    path_record record(const connection_log& log, const cycle_clock& cycle);

    // Ends the links and their thread, with every connection that is still open.
    void stop();

private:
    struct placed_link {
        const link_use* use = nullptr;
        std::string leads_to;
        std::unique_ptr<fault_link> link;
        endpoint listens_on;
        endpoint upstream;
    };
    struct seen_strike {
        std::string toxic;
        endpoint client;
        endpoint link;
        time_point began;
        time_point ended;
    };
    struct seen_refusal {
        endpoint client;
        endpoint link;
    };

    void dial_begins() override;
    void dial_began(const link_passage* made) override;
    void dial_failed(const endpoint& client, const endpoint& link,
                     const boost::system::error_code& why) override;
    void was_struck(const endpoint& client, const endpoint& link, const link_toxic& by,
                    time_point accepted) override;

    // In the links' thread, and waits for it.
    void ask(const std::function<void()>& what);
    const placed_link* find(link_place between, std::string_view name) const;
    bool leads_to_origin(const endpoint& link) const;
    link_record record_of(const placed_link& placed, const connection_log& log,
                          const cycle_clock& cycle);

    std::vector<link_use> uses_;
    seed randomness_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::vector<placed_link> placed_;

    // Shared with the links' thread. Held from before a dial's connect(2) until its ports are
    // known: nobody asks whose a connection of the server is before that can be told.
    mutable std::mutex mutex_;
    std::vector<passage> passages_;         // of our connections, not taken yet
    std::vector<link_passage> to_origins_;  // of the target's, all of them
    std::vector<seen_strike> strikes_;
    std::uint64_t strikes_count_ = 0;
    std::vector<seen_refusal> refusals_;

    std::thread thread_;
};

}  // namespace stormdrain
