// Connects many times at once, with a request each or without a word: the clients of a service that
// was away for a moment. The kernel takes what fits into the listener's queue, and the rest comes
// again with the next SYN, a second later (verdict rule R20).

#include "faults/strike.hpp"
#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/census/socket_table.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

namespace stormdrain::faults {

namespace {

// Rule R20: who is served within this time was not turned away.
constexpr duration served_within = std::chrono::seconds(10);
// More descriptors of ours than that would be a test of the harness.
constexpr std::int64_t size_max = 4000;

enum class sends { request, nothing };

constexpr std::array<std::pair<std::string_view, sends>, 2> sends_words{
    {{"request", sends::request}, {"nothing", sends::nothing}}};

struct burst_options {
    std::uint32_t size_count = 0;
    sends then = sends::request;
    std::vector<std::string> routes;  // one, where something is sent
};

struct burst_client {
    connect_outcome outcome;
    time_point connected{};
    std::string failure;  // empty: answered
};

// Ours, not the server's.
bool is_harness_failure(const boost::system::error_code& error) {
    constexpr std::array<int, 5> ours{EMFILE, ENFILE, EADDRNOTAVAIL, ENOBUFS, ENOMEM};
    return error.category() == boost::system::system_category() &&
           std::ranges::find(ours, error.value()) != ours.end();
}

class burst_attempt : public attempt {
public:
    explicit burst_attempt(fault_context& context) : attempt(context) {}

    void began_with(connection_id first) { happened().connection = first; }
    void demanded(demand what) {
        what.decided = context().clock.now();
        happened().demanded = std::move(what);
    }
    injection finish() {
        happened().ended = context().clock.now();
        return happened();
    }
};

class connect_burst_fault : public fault {
public:
    explicit connect_burst_fault(burst_options options) : options_(std::move(options)) {}

    held_condition holds() const override { return held_condition::none; }
    strike_point point() const override { return strike_point::connect; }
    std::vector<std::string> needed_routes() const override { return options_.routes; }
    bool needs_tcp() const override { return true; }

    boost::asio::awaitable<injection> inject(fault_context& context) const override {
        burst_attempt here(context);
        std::vector<burst_client> clients(options_.size_count);
        co_await here.carry_out(strike(here, clients));
        clients.clear();
        injection happened = here.finish();
        co_return happened;
    }

private:
    boost::asio::awaitable<void> strike(burst_attempt& here,
                                        std::vector<burst_client>& clients) const {
        std::optional<rendered_request> request;
        if (options_.then == sends::request) {
            request = here.request_for(options_.routes.front());
            if (!request) {
                co_return;
            }
        }
        const time_point began = clock::now();
        const time_point until = std::min(here.context().deadline, began + served_within);
        co_await connect_all(here, clients, until);
        here.began_with(clients.front().outcome.id);
        note_delivery(here, clients, began);
        if (!here.is_delivered() || !request) {
            co_return;
        }
        co_await ask_all(*request, clients, until);
        // The stop, or the end of the cycle, may have come first: then nothing is owed.
        if (until < here.context().deadline && !here.stop_has_begun()) {
            demand_answers(here, clients);
        }
    }

    // A tree of both_of(), so that cancelling one side cancels and joins all of it.
    boost::asio::awaitable<void> connect_all(burst_attempt& here, std::span<burst_client> clients,
                                             time_point until) const {
        if (clients.size() == 1) {
            co_await connect(here, clients.front(), until);
            co_return;
        }
        const std::size_t half = clients.size() / 2;
        co_await both_of(connect_all(here, clients.first(half), until),
                         connect_all(here, clients.subspan(half), until));
    }

    boost::asio::awaitable<void> connect(burst_attempt& here, burst_client& client,
                                         time_point until) const {
        connect_options options;
        options.purpose = "fault connect_burst";
        options.tls =
            options_.then == sends::request ? tls_use::as_the_port_speaks : tls_use::never;
        client.outcome = co_await here.context().connections.connect(std::move(options), until);
        client.connected = clock::now();
        if (client.outcome.error == boost::asio::error::operation_aborted) {
            throw boost::system::system_error(client.outcome.error);
        }
        if (!client.outcome.connection) {
            client.failure = why_not_connected(client.outcome);
        }
    }

    static boost::asio::awaitable<void> ask_all(const rendered_request& request,
                                                std::span<burst_client> clients, time_point until) {
        if (clients.size() == 1) {
            co_await ask(request, clients.front(), until);
            co_return;
        }
        const std::size_t half = clients.size() / 2;
        co_await both_of(ask_all(request, clients.first(half), until),
                         ask_all(request, clients.subspan(half), until));
    }

    static boost::asio::awaitable<void> ask(const rendered_request& request, burst_client& client,
                                            time_point until) {
        if (!client.outcome.connection) {
            co_return;
        }
        http_exchange exchange(*client.outcome.connection, request);
        co_await exchange.run(until);
        if (exchange.report().end != exchange_end::whole) {
            client.failure = why_cut_short(exchange.report());
        }
        client.outcome.connection->close();
    }

    // What the kernel shows of them; a server that was quick may have closed some already.
    static void note_delivery(burst_attempt& here, const std::vector<burst_client>& clients,
                              time_point began) {
        std::size_t connected_count = 0;
        std::size_t established_count = 0;
        std::size_t waiting_count = 0;
        time_point last = began;
        here.context().connections.catch_up();
        socket_table sockets;
        for (const burst_client& client : clients) {
            if (is_harness_failure(client.outcome.error)) {
                here.not_delivered("the harness could not connect: " + client.failure);
                return;
            }
            if (!client.outcome.connection) {
                continue;
            }
            ++connected_count;
            last = std::max(last, client.connected);
            const connection_row& row = client.outcome.connection->row();
            const std::optional<tcp_socket_facts> server =
                sockets.find(row.at_server.local, row.at_server.remote);
            const bool stands = server && server->state == tcp_state::established;
            established_count += stands ? 1U : 0U;
            waiting_count += stands && server->inode == 0 ? 1U : 0U;
        }
        if (connected_count == 0) {
            here.not_delivered(clients.front().failure);
            return;
        }
        here.delivered(std::to_string(connected_count) + " of " + std::to_string(clients.size()) +
                       " connected within " + to_text(last - began) + "; then " +
                       std::to_string(established_count) + " were ESTABLISHED at the server, " +
                       std::to_string(waiting_count) + " of them not accepted yet");
    }

    // Not HTTP/1.1's demand but ours: who connects in a burst may have to wait, and no more.
    static void demand_answers(burst_attempt& here, const std::vector<burst_client>& clients) {
        const auto unserved = std::ranges::find_if(
            clients, [](const burst_client& client) { return !client.failure.empty(); });
        const auto served_count = std::ranges::count_if(
            clients, [](const burst_client& client) { return client.failure.empty(); });
        demand what;
        what.what = "an answer on each of " + std::to_string(clients.size()) +
                    " connections made at once, within " + to_text(served_within);
        what.section = "rule R20";
        what.met = unserved == clients.end();
        what.seen = std::to_string(served_count) + " answers" +
                    (what.met ? "" : ", and to another: " + unserved->failure);
        here.demanded(std::move(what));
    }

    burst_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    burst_options options;
    options.size_count = static_cast<std::uint32_t>(keys.integer("size", 1, size_max, 64));
    options.then = keys.choice<sends>("sends", sends_words, sends::request);
    if (options.then == sends::request) {
        options.routes.push_back(keys.text("route", "small"));
    }
    return std::make_unique<connect_burst_fault>(std::move(options));
}

}  // namespace

extern const fault_kind connect_burst{
    "connect_burst", "Many clients that connect at once, with a request each or without a word.",
    read};

}  // namespace stormdrain::faults
