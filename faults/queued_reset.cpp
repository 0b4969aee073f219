// Resets connections that the server has not accepted yet: it is stopped by SIGSTOP, clients
// connect, send and give up, and it goes on. Linux hands such a connection out all the same, and
// what a server asks about it next fails (getpeername(2): ENOTCONN); elsewhere accept(2) itself
// does, with ECONNABORTED.

#include "faults/process_fault.hpp"
#include "harness/config/object_reader.hpp"

#include <array>
#include <utility>

namespace stormdrain::faults {

namespace {

// So that a small queue is not filled with us alone.
constexpr std::int64_t clients_max = 1000;

enum class sends { request, nothing };

constexpr std::array<std::pair<std::string_view, sends>, 2> sends_words{
    {{"request", sends::request}, {"nothing", sends::nothing}}};

struct queued_reset_options {
    whom struck = whom::tree;
    std::uint32_t clients_count = 0;
    sends before = sends::request;
    std::string route;
};

class queued_reset_fault : public process_fault {
public:
    explicit queued_reset_fault(queued_reset_options options)
        : process_fault({"queued_reset", strike_point::serving, {options.route}}),
          options_(std::move(options)) {}

    bool needs_tcp() const override { return true; }

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override {
        const struck_processes which(here.process(), options_.struck);
        paused_processes paused(which);
        const std::string why_not = co_await paused.stop_all(here);
        if (!why_not.empty()) {
            here.not_delivered(why_not);
            co_return;
        }
        const std::string unconnected = co_await fill_queue(here);
        const std::size_t gone_count = co_await here.reset_waiting();
        paused.go_on();
        here.close_connections();
        if (gone_count == 0) {
            note_empty_queue(here, unconnected);
            co_return;
        }
        here.delivered(std::to_string(gone_count) + " of " +
                       std::to_string(options_.clients_count) +
                       " connections ended by RST before " + which.names() +
                       ", stopped (state T), could accept them" + unconnected);
        co_await here.demand_service(route_name());
    }

private:
    // Says why there are fewer than wanted, if so.
    boost::asio::awaitable<std::string> fill_queue(process_attempt& here) const {
        const std::string first = first_bytes(here);
        for (std::uint32_t number = 0; number < options_.clients_count; ++number) {
            const boost::system::error_code error = co_await here.open_connection(first);
            if (error) {
                co_return "; then no connection: " + error.message();
            }
        }
        co_return "";
    }

    // With TCP_DEFER_ACCEPT who says nothing never gets into the queue (tcp(7), verdict rule R11).
    void note_empty_queue(process_attempt& here, const std::string& unconnected) const {
        const std::string why = "no connection waited to be accepted" + unconnected;
        if (options_.before == sends::nothing && unconnected.empty()) {
            here.unavailable(why);
        } else {
            here.not_delivered(why);
        }
    }

    // What a client of a TLS port would send before it knows the server cannot be a request.
    std::string first_bytes(process_attempt& here) const {
        constexpr std::string_view handshake_record = "\x16";  // RFC 8446 section 5.1
        if (options_.before == sends::nothing) {
            return {};
        }
        if (here.context().connections.port().tls != nullptr) {
            return std::string(handshake_record);
        }
        const std::optional<rendered_request> request = here.request_for(route_name());
        return request ? request->text : std::string();
    }

    queued_reset_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    queued_reset_options options;
    options.struck = read_whom(keys);
    options.clients_count = static_cast<std::uint32_t>(keys.integer("clients", 1, clients_max, 16));
    options.before = keys.choice<sends>("sends", sends_words, sends::request);
    options.route = keys.text("route", "small");
    return std::make_unique<queued_reset_fault>(std::move(options));
}

}  // namespace

extern const fault_kind queued_reset{
    "queued_reset", "Clients that reset their connections before the server could accept them.",
    read};

}  // namespace stormdrain::faults
