// Clients that have their answers end their connections, or only their sides of them, and then
// nobody asks for anything. A server that does not take such an end for one finds the socket ready
// again and again, and spins (tokio-rs/mio#933, eclipse-mosquitto/mosquitto#2807).

#include "faults/process_fault.hpp"
#include "faults/strike.hpp"
#include "faults/usage_watch.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/census/socket_table.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <memory>
#include <vector>

namespace stormdrain::faults {

namespace {

// For a server that lets go of a connection to have done so.
constexpr duration time_to_close = std::chrono::milliseconds(250);

enum class departure { closed, reset, half_closed };

constexpr std::array<std::pair<std::string_view, departure>, 3> departure_words{
    {{"close", departure::closed},
     {"reset", departure::reset},
     {"half_close", departure::half_closed}}};

struct hang_up_options {
    departure how = departure::closed;
    std::uint32_t clients_count = 0;
    duration length{};
    std::string route;
};

using client_list = std::vector<std::unique_ptr<transport>>;

// What the server's kernel has of them: the end of a client shows there.
struct end_facts {
    std::size_t untold_count = 0;  // still ESTABLISHED
    std::size_t kept_count = 0;    // told, and not closed
};

end_facts look_at(const client_list& clients) {
    end_facts facts;
    socket_table sockets;
    for (const std::unique_ptr<transport>& client : clients) {
        const connection_row& row = client->row();
        const std::optional<tcp_socket_facts> server =
            sockets.find(row.at_server.local, row.at_server.remote);
        if (server && server->state == tcp_state::established) {
            ++facts.untold_count;
        } else if (server && server->inode != 0) {
            ++facts.kept_count;
        }
    }
    return facts;
}

boost::system::error_code depart(transport& client, departure how) {
    switch (how) {
        case departure::reset:
            return client.reset();
        case departure::half_closed:
            return client.half_close();
        case departure::closed:
            break;
    }
    client.close();
    return {};
}

class hang_up_fault : public process_fault {
public:
    explicit hang_up_fault(hang_up_options options)
        : process_fault({"hang_up", strike_point::serving, {options.route}}),
          options_(std::move(options)) {}

    bool needs_tcp() const override { return true; }

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override {
        client_list clients;
        const bool served = co_await be_served(here, clients);
        if (!served) {
            co_return;
        }
        for (const std::unique_ptr<transport>& client : clients) {
            const boost::system::error_code error = depart(*client, options_.how);
            if (error) {
                here.not_delivered("a connection could not be ended: " + error.message());
                co_return;
            }
        }
        co_await here.pause(time_to_close + here.context().connections.port().way_up);
        here.context().connections.catch_up();
        const end_facts facts = look_at(clients);
        if (facts.untold_count > 0) {
            here.not_delivered(std::to_string(facts.untold_count) +
                               " sockets of the server are still ESTABLISHED");
            co_return;
        }
        here.delivered(std::to_string(clients.size()) + " clients ended their connections (" +
                       std::string(word_of(options_.how)) + "); the server keeps " +
                       std::to_string(facts.kept_count) + " of its sockets");
        const usage_watch watch(here);
        co_await here.stand(options_.length);
        if (const std::optional<double> share = watch.cpu_share()) {
            here.used_cpu(*share);
        }
        clients.clear();
        co_await here.demand_service(route_name());
    }

private:
    static std::string_view word_of(departure how) {
        return departure_words.at(static_cast<std::size_t>(how)).first;
    }

    boost::asio::awaitable<bool> be_served(process_attempt& here, client_list& clients) const {
        const std::optional<rendered_request> request = here.request_for(route_name());
        if (!request) {
            co_return false;
        }
        for (std::uint32_t client = 0; client < options_.clients_count; ++client) {
            connect_options connecting;
            connecting.purpose = "fault hang_up";
            connect_outcome outcome =
                co_await here.context().connections.connect(std::move(connecting), here.deadline());
            if (outcome.error == boost::asio::error::operation_aborted) {
                throw boost::system::system_error(outcome.error);
            }
            if (!outcome.connection) {
                here.not_delivered(why_not_connected(outcome));
                co_return false;
            }
            clients.push_back(std::move(outcome.connection));
            http_exchange exchange(*clients.back(), *request);
            co_await exchange.run(here.deadline());
            if (exchange.report().end != exchange_end::whole) {
                here.not_delivered(why_cut_short(exchange.report()));
                co_return false;
            }
        }
        co_return true;
    }

    hang_up_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    hang_up_options options;
    options.how = keys.choice<departure>("by", departure_words, departure::closed);
    options.clients_count = static_cast<std::uint32_t>(keys.integer("clients", 1, 10'000, 5));
    options.length = keys.length_of_time("for", 1ms, 1h, 2s);  // R21: no shorter look says much
    options.route = keys.text("route", "small");
    return std::make_unique<hang_up_fault>(std::move(options));
}

}  // namespace

extern const fault_kind hang_up{
    "hang_up", "Clients that end their connections, and then nobody who asks for anything.", read};

}  // namespace stormdrain::faults
