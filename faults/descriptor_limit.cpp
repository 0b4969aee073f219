// Leaves the server no descriptor for another connection: RLIMIT_NOFILE of the running process is
// lowered to what it holds, so that accept(2) fails with EMFILE. A server must neither spin (the
// connection that it cannot accept keeps its listener readable) nor be deaf afterwards.

#include "faults/process_fault.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/census_reader.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <map>

namespace stormdrain::faults {

namespace {

// For a server that can accept to have accepted.
constexpr duration time_to_accept = std::chrono::milliseconds(100);
// A shorter look says nothing about the use of CPU: a tick of the kernel is up to 10 ms.
constexpr duration cpu_window_min = std::chrono::milliseconds(500);

struct limit_options {
    std::uint32_t spare_count = 0;
    std::uint32_t clients_count = 0;
    duration length{};
    std::string route;
};

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

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
    lowered_limits() = default;
    lowered_limits(const lowered_limits&) = delete;
    lowered_limits& operator=(const lowered_limits&) = delete;
    ~lowered_limits() { restore(); }

    boost::system::error_code lower(const process_facts& process, std::uint32_t spare_count) {
        rlimit before{};
        if (::prlimit(process.pid, RLIMIT_NOFILE, nullptr, &before) != 0) {
            return last_error();
        }
        rlimit wanted = before;  // the hard limit could not be raised again
        wanted.rlim_cur = std::min(limit_leaving(spare_count, process), before.rlim_cur);
        if (::prlimit(process.pid, RLIMIT_NOFILE, &wanted, nullptr) != 0) {
            return last_error();
        }
        before_[process.pid] = before;
        return {};
    }
    void restore() {
        for (const auto& [pid, before] : before_) {
            ::prlimit(pid, RLIMIT_NOFILE, &before, nullptr);  // fails when it has ended
        }
        before_.clear();
    }

private:
    std::map<pid_t, rlimit> before_;
};

// What the server did from then on.
class usage_watch {
public:
    explicit usage_watch(process_attempt& here)
        : here_(here), began_(clock::now()), cpu_(cpu()), traffic_(traffic()) {}

    // Empty when it was asked for something meanwhile (verdict rule R21), or looked at too short.
    std::optional<double> cpu_share() const {
        const duration length = clock::now() - began_;
        const duration used = cpu() - cpu_;
        if (length < cpu_window_min || used < duration::zero() || traffic() != traffic_) {
            return std::nullopt;
        }
        return std::chrono::duration<double>(used) / std::chrono::duration<double>(length);
    }

private:
    duration cpu() const {
        duration used{};
        for (const pid_t pid : here_.process().tree()) {
            used += read_process(pid).cpu_time;
        }
        return used;
    }
    // How much has come on each connection that it accepted.
    std::map<endpoint, std::uint64_t> traffic() const {
        std::map<endpoint, std::uint64_t> received;
        const std::uint16_t port = here_.context().connections.port().where.port;
        for (const tcp_socket_facts& socket : socket_table().with_local_port(port)) {
            if (socket.inode != 0 && socket.state != tcp_state::listen) {
                received[socket.remote] = socket.received_bytes;
            }
        }
        return received;
    }

    process_attempt& here_;
    time_point began_;
    duration cpu_;
    std::map<endpoint, std::uint64_t> traffic_;
};

class descriptor_limit_fault : public process_fault {
public:
    explicit descriptor_limit_fault(limit_options options)
        : process_fault({"descriptor_limit", strike_point::serving, {options.route}}),
          options_(std::move(options)) {}

    bool disturbs_requests() const override { return true; }

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override {
        lowered_limits limits;
        if (!lower(here, limits) || !co_await crowd(here)) {
            co_return;
        }
        const usage_watch watch(here);
        co_await here.stand(options_.length);
        if (const std::optional<double> share = watch.cpu_share()) {
            here.used_cpu(*share);
        }
        limits.restore();
        here.close_connections();
        co_await here.demand_service(route_name());
    }

private:
    bool lower(process_attempt& here, lowered_limits& limits) const {
        socket_table sockets;
        const std::vector<pid_t> tree = here.process().tree();
        const census now = take_census(tree, sockets, here.context().clock.now());
        if (now.processes.empty()) {
            here.not_delivered("the server had ended already");
            return false;
        }
        for (const process_facts& process : now.processes) {
            const boost::system::error_code refused =
                process.descriptors_readable
                    ? limits.lower(process, options_.spare_count)
                    : make_error_code(boost::system::errc::permission_denied);
            if (refused) {
                here.unavailable("the limit of process " + std::to_string(process.pid) +
                                 " could not be lowered: " + refused.message());
                return false;
            }
        }
        return true;
    }

    // Brings more clients than it has descriptors for.
    boost::asio::awaitable<bool> crowd(process_attempt& here) const {
        for (std::uint32_t client = 0; client < options_.clients_count; ++client) {
            const boost::system::error_code error = co_await here.open_connection();
            if (error && here.connections_count() == 0) {
                here.not_delivered("no connection: " + error.message());
                co_return false;
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
            co_return false;
        }
        here.delivered("with no descriptor left " + counts + " were not taken: " +
                       std::to_string(queue.waiting_count) + " wait to be accepted, " +
                       std::to_string(queue.ended_count) + " were ended");
        co_return true;
    }

    limit_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    limit_options options;
    options.spare_count = static_cast<std::uint32_t>(keys.integer("spare", 0, 1'000'000, 0));
    options.clients_count = static_cast<std::uint32_t>(keys.integer("clients", 1, 10'000, 20));
    options.length = keys.length_of_time("for", 1ms, 1h, 1s);
    options.route = keys.text("route", "small");
    return std::make_unique<descriptor_limit_fault>(std::move(options));
}

}  // namespace

extern const fault_kind descriptor_limit{
    "descriptor_limit", "A server that has no descriptor left to accept connections with.", read,
    "prlimit(2) on a process of the same user, without root"};

}  // namespace stormdrain::faults
