#include "faults/link/api_server.hpp"
#include "faults/link/link_api.hpp"
#include "faults/link/link_file.hpp"
#include "faults/link/link_set.hpp"
#include "harness/base/concurrently.hpp"
#include "harness/base/environment_error.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/version.hpp"
#include "harness/net/endpoint.hpp"
#include "harness/process/machine/descriptor_limits.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <ostream>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

constexpr std::string_view only_link_name = "link";
// Of the Toxiproxy whose API is spoken: some clients refuse what they think too old.
constexpr std::string_view spoken_api_version = "2.12.0";

place read_place_option(std::string_view option, const std::string& text) {
    const std::optional<place> where = read_place(text);
    if (!where) {
        throw usage_error("--" + std::string(option) +
                          ": expected an address such as 127.0.0.1:5432, got \"" + text + "\"");
    }
    return *where;
}

// The file's links, and the one of the command line.
link_file read_wishes(const invocation& asked) {
    link_file wishes;
    if (!asked.link_config_file.empty()) {
        std::vector<problem> problems;
        wishes = read_link_file(asked.link_config_file, problems);
        if (!problems.empty()) {
            throw config_error(std::move(problems));
        }
    }
    if (!asked.link_upstream.empty()) {
        link_spec spec;
        spec.name = only_link_name;
        spec.listen = read_place_option("listen", asked.link_listen);
        spec.upstream = read_place_option("upstream", asked.link_upstream);
        for (const std::string& toxic : asked.link_toxics) {
            spec.toxics.push_back(read_toxic(toxic));
            for (std::size_t before = 0; before + 1 < spec.toxics.size(); ++before) {
                if (spec.toxics[before].name == spec.toxics.back().name) {
                    throw usage_error("--toxic: two are named " + spec.toxics.back().name +
                                      "; give one a name=");
                }
            }
        }
        wishes.links.push_back(std::move(spec));
    } else if (!asked.link_toxics.empty()) {
        throw usage_error("--toxic needs the --upstream of the link that it is for");
    } else if (asked.link_config_file.empty() && asked.link_api.empty()) {
        throw usage_error(
            "'stormdrain link' needs --upstream, --config or --api; see 'stormdrain help link'");
    }
    return wishes;
}

// That of the command line, or of the file, or one of this moment; it is printed.
seed seed_of(const invocation& asked, const link_file& wishes) {
    if (asked.run_seed || wishes.randomness) {
        return asked.run_seed ? *asked.run_seed : *wishes.randomness;
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return derive(static_cast<seed>(now), "link", 0) & UINT32_MAX;
}

// Two sockets a connection, and pipes: what the soft limit is for is gone since poll(2).
void take_all_descriptors() {
    const auto limit = descriptor_limit_of(::getpid());
    if (limit) {
        // Without it the link pauses sooner, and says so in its counts.
        set_descriptor_limit(::getpid(), {limit->rlim_max, limit->rlim_max});
    }
}

void add(link_set& links, const link_spec& spec) {
    const boost::system::error_code error = links.add(spec);
    if (error) {
        throw environment_error("link " + spec.name + " cannot listen on " +
                                to_text(endpoint{spec.listen.host, spec.listen.port}) + ": " +
                                error.message());
    }
}

void print(std::ostream& out, const link_set& links) {
    for (const auto& [name, link] : links.all()) {
        const place& on = link->listens_on();
        const place& to = link->upstream();
        out << name << ": " << to_text(endpoint{on.host, on.port}) << " -> "
            << to_text(endpoint{to.host, to.port}) << (link->is_enabled() ? "" : " (disabled)")
            << "\n";
    }
    out << std::flush;
}

std::string counted(std::uint64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// What happened: a toxic that struck nobody proves nothing.
void print_deliveries(std::ostream& out, const link_set& links) {
    for (const auto& [name, link] : links.all()) {
        const link_counters& counts = link->counters();
        out << name << ": " << counted(counts.accepted_count, "connection") << ", "
            << counted(counts.dial_failures_count, "failed dial") << ", "
            << counts.upward.sent_bytes << " bytes up, " << counts.downward.sent_bytes
            << " bytes down\n";
        for (const std::unique_ptr<link_toxic>& toxic : link->toxics()) {
            out << name << ": " << toxic->spec.name << " struck "
                << counted(toxic->deliveries.connections_count, "connection") << ", "
                << counted(toxic->deliveries.strikes_count, "time") << "\n";
        }
    }
}

void listen(api_server& server, const place& where) {
    if (const boost::system::error_code error = server.listen(where)) {
        throw environment_error("the API cannot listen on " +
                                to_text(endpoint{where.host, where.port}) + ": " + error.message());
    }
}

asio::awaitable<void> until_told_to_stop(asio::signal_set& stops) {
    co_await stops.async_wait(asio::use_awaitable);
}

// Until SIGINT or SIGTERM. The links need no task: they live in the context's events.
void run(asio::io_context& context, api_server* server) {
    asio::signal_set stops(context, SIGINT, SIGTERM);
    std::exception_ptr failure;
    const auto ended = [&](std::exception_ptr thrown, auto&&...) {
        failure = std::move(thrown);
        context.stop();
    };
    if (server == nullptr) {
        asio::co_spawn(context, until_told_to_stop(stops), ended);
    } else {
        asio::co_spawn(context, first_of(until_told_to_stop(stops), server->serve()), ended);
    }
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace

exit_code link_command(const program& self, const invocation& asked) {
    const link_file wishes = read_wishes(asked);
    std::signal(SIGPIPE, SIG_IGN);  // a peer that goes away amid a splice(2) ends no link
    take_all_descriptors();
    asio::io_context context{1};
    const seed randomness = seed_of(asked, wishes);
    link_set links(context.get_executor(), randomness);
    for (const link_spec& spec : wishes.links) {
        add(links, spec);
    }
    link_api api(
        links, std::string(spoken_api_version) + "+stormdrain." + std::string(stormdrain_version));
    api_server server(context.get_executor(), api);
    const bool is_served = !asked.link_api.empty();
    if (is_served) {
        listen(server, read_place_option("api", asked.link_api));
    }
    self.out << "seed: " << to_hex(randomness) << "\n";
    print(self.out, links);
    if (is_served) {
        self.out << "api: " << to_text(server.where()) << std::endl;
    }
    run(context, is_served ? &server : nullptr);
    print_deliveries(self.out, links);
    return exit_code::kept;
}

}  // namespace stormdrain
