// Sends FIN (shutdown(2), SHUT_WR) and goes on reading: legal for a client that has nothing more
// to say, and what `nc -N` and many health probes do.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>

namespace stormdrain::faults {

namespace {

// A server that has answered and read our FIN has nothing to wait for.
constexpr duration close_after_answer = std::chrono::seconds(1);

class half_close_fault : public connection_fault {
public:
    half_close_fault(strike_point at, std::string route)
        : connection_fault({"half_close", held_condition::half_closed, at, {std::move(route)}}) {}

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        if (!request || !co_await here.connect()) {
            co_return;
        }
        http_exchange exchange(here.connection(), *request);
        fault_context& context = here.context();
        if (point() == strike_point::handler) {
            co_await exchange.send(here.deadline());
        } else if (!here.can_be_cut(*request)) {
            co_return;
        } else {
            const std::size_t cut = 1 + context.random.below(request->head_bytes - 1);
            if (!co_await here.send(std::string_view(request->text).substr(0, cut))) {
                co_return;
            }
        }
        if (!here.established_server_socket()) {
            co_return;
        }
        if (point() == strike_point::handler && !exchange.report().all_sent) {
            here.not_delivered(why_cut_short(exchange.report()));
            co_return;
        }
        std::string nothing_before;
        const bool has_struck = co_await here.send_fin(std::move(nothing_before));
        if (!has_struck) {
            co_return;
        }
        // The fault has struck; a server that never answers must not keep it until the deadline.
        const time_point patience = clock::now() + context.stands_within;
        co_await exchange.receive(std::min(context.deadline, patience));
        here.saw_response(exchange);
        const time_point close_by = clock::now() + close_after_answer;
        co_await here.connection().wait_for_server_close(std::min(context.deadline, close_by));
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    const strike_point at =
        read_point(keys, {strike_point::handler, strike_point::request_headers});
    return std::make_unique<half_close_fault>(at, keys.text("route", "small"));
}

}  // namespace

extern const fault_kind half_close{
    "half_close", "A client that sends FIN behind its request, or amid it, and goes on reading.",
    read};

}  // namespace stormdrain::faults
