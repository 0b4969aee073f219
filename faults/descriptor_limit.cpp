// Leaves the server no descriptor for another connection: RLIMIT_NOFILE of the running process is
// lowered to what it holds, so that accept(2) fails with EMFILE. A server must neither spin (the
// connection that it cannot accept keeps its listener readable) nor be deaf afterwards.

#include "faults/process_fault.hpp"
#include "faults/usage_watch.hpp"
#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/census/census_reader.hpp"
#include "harness/process/machine/descriptor_limits.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace stormdrain::faults {

namespace {

// For a server that can accept to have accepted.
constexpr duration time_to_accept = std::chrono::milliseconds(100);

// What counts is how the time ends: a server whose attempts each beget several more spins only
// after some of them, as asyncio does once a second (python/cpython#151615).
constexpr duration watched_at_the_end = std::chrono::seconds(3);

// What becomes of the limit when it has stood for its time.
enum class afterwards {
    restore,  // the server must serve again
    keep,     // the stop finds the server without descriptors
};

constexpr std::array<std::pair<std::string_view, afterwards>, 2> afterwards_words{
    {{"restore", afterwards::restore}, {"keep", afterwards::keep}}};

struct limit_options {
    std::uint32_t spare_count = 0;
    std::uint32_t clients_count = 0;
    duration length{};
    afterwards then = afterwards::restore;
    std::string route;
};

// The limit is one more than the highest number that may be given (getrlimit(2)), and the lowest
// free one is given first: so this leaves exactly that many.
rlim_t limit_leaving(std::uint32_t spare_count, const process_facts& process) {
    std::vector<int> taken;
    for (const descriptor& held : process.descriptors) {
        taken.push_back(held.number);
    }
    std::ranges::sort(taken);
    int limit = 0;
    auto next_taken = taken.begin();
    for (std::uint32_t free_count = 0;; ++limit) {
        if (next_taken != taken.end() && *next_taken == limit) {
            ++next_taken;
        } else if (free_count++ == spare_count) {
            return static_cast<rlim_t>(limit);
        }
    }
}

// Limits as they were, put back whatever happens.
class lowered_limits {
public:
    explicit lowered_limits(const server_process& server) : server_(server) {}
    lowered_limits(const lowered_limits&) = delete;
    lowered_limits& operator=(const lowered_limits&) = delete;
    ~lowered_limits() { restore(); }

    boost::system::error_code lower(const process_facts& process, std::uint32_t spare_count) {
        const boost::system::result<rlimit> before = descriptor_limit_of(process.pid);
        if (!before) {
            return before.error();
        }
        rlimit wanted = *before;  // the hard limit could not be raised again
        wanted.rlim_cur = std::min(limit_leaving(spare_count, process), before->rlim_cur);
        if (const auto refused = set_descriptor_limit(process.pid, wanted)) {
            return refused;
        }
        before_[process.pid] = *before;
        return {};
    }
    // Of the server's processes only: the pid of one that has ended may be another's by now.
    void restore() {
        for (const pid_t pid : server_.tree()) {
            if (const auto found = before_.find(pid); found != before_.end()) {
                set_descriptor_limit(pid, found->second);  // fails when it has ended
            }
        }
        before_.clear();
    }

private:
    const server_process& server_;
    std::map<pid_t, rlimit> before_;
};

class descriptor_limit_fault : public process_fault {
public:
    explicit descriptor_limit_fault(limit_options options)
        : process_fault({"descriptor_limit", strike_point::serving, {options.route}}),
          options_(std::move(options)) {}

    bool disturbs_requests() const override { return true; }
    bool stands_until_released() const override { return options_.then == afterwards::keep; }

    bool needs_tcp() const override { return true; }

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override {
        lowered_limits limits(here.process());
        if (!lower(here, limits)) {
            co_return;
        }
        const std::string proof = co_await crowd(here);
        if (proof.empty()) {
            co_return;
        }
        const bool is_kept = options_.then == afterwards::keep;
        if (!is_kept) {
            here.delivered(proof);
        }
        const duration watched = std::min(options_.length, watched_at_the_end);
        if (watched < options_.length) {
            co_await here.stand(options_.length - watched);
        }
        const usage_watch watch(here);
        co_await here.stand(watched);
        if (const std::optional<double> share = watch.cpu_share()) {
            here.used_cpu(*share);
        }
        if (is_kept) {
            here.delivered(proof);
            co_await keep(here);
            co_return;
        }
        limits.restore();
        here.close_connections();
        co_await here.demand_service(route_name());
    }

private:
    // The crowd leaves when the stop comes: it must not be what holds the server up.
    static boost::asio::awaitable<void> keep(process_attempt& here) {
        fault_context& context = here.context();
        if (context.stop_begins != nullptr) {
            co_await first_of(until_open(*context.stop_begins, here.deadline()),
                              until_open(context.released, here.deadline()));
            here.close_connections();
        }
        co_await context.released.wait(here.deadline());
    }

    bool lower(process_attempt& here, lowered_limits& limits) const {
        socket_table sockets;
        const std::vector<pid_t> tree = here.process().tree();
        const census now = take_census(tree, sockets, here.context().clock.now());
        if (now.processes.empty()) {
            here.not_delivered("the server had ended already");
            return false;
        }
        here.begins();
        for (const process_facts& process : now.processes) {
            const boost::system::error_code refused =
                process.descriptors_readable
                    ? limits.lower(process, options_.spare_count)
                    : make_error_code(boost::system::errc::permission_denied);
            if (refused) {
                here.unavailable("the limit of " + process.command +
                                 " could not be lowered: " + refused.message());
                return false;
            }
        }
        return true;
    }

    // Brings more clients than it has descriptors for. The proof; empty: the reason is noted.
    boost::asio::awaitable<std::string> crowd(process_attempt& here) const {
        for (std::uint32_t client = 0; client < options_.clients_count; ++client) {
            const boost::system::error_code error = co_await here.open_connection();
            if (error && here.connections_count() == 0) {
                here.not_delivered("no connection: " + error.message());
                co_return std::string();
            }
            if (error) {
                break;  // its queue is full: the rest would only wait for it
            }
        }
        co_await here.pause(time_to_accept);
        const process_attempt::queue_facts queue = here.look_at_connections();
        const std::size_t turned_away = queue.waiting_count + queue.ended_count;
        const std::string counts = std::to_string(turned_away) + " of " +
                                   std::to_string(here.connections_count()) + " connections";
        if (turned_away == 0) {
            here.not_delivered("the server accepted all connections");
            co_return std::string();
        }
        co_return "with no descriptor left " + counts +
            " were not taken: " + std::to_string(queue.waiting_count) + " wait to be accepted, " +
            std::to_string(queue.ended_count) + " were ended";
    }

    limit_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    limit_options options;
    options.spare_count = static_cast<std::uint32_t>(keys.integer("spare", 0, 1'000'000, 0));
    options.clients_count = static_cast<std::uint32_t>(keys.integer("clients", 1, 10'000, 20));
    options.length = keys.length_of_time("for", 1ms, 1h, 1s);
    options.then = keys.choice<afterwards>("then", afterwards_words, afterwards::restore);
    options.route = keys.text("route", "small");
    return std::make_unique<descriptor_limit_fault>(std::move(options));
}

}  // namespace

extern const fault_kind descriptor_limit{
    "descriptor_limit", "A server that has no descriptor left to accept connections with.", read,
    "prlimit(2) on a process of the same user, or by root"};

}  // namespace stormdrain::faults
