// Has a request in the server's handler when the stop comes: the ordinary client of a rolling
// restart. It asks again when it was answered before, so that there is one whenever that is.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

// More than any server answers before its stop; it bounds the loop.
constexpr int requests_max = 100'000;

class in_flight_request_fault : public connection_fault {
public:
    explicit in_flight_request_fault(std::string route)
        : connection_fault({"in_flight_request",
                            held_condition::in_flight,
                            strike_point::handler,
                            {std::move(route)}}) {}

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        if (!request || !co_await here.connect()) {
            co_return;
        }
        const fault_context& context = here.context();
        for (int number = 0; number < requests_max; ++number) {
            http_exchange exchange(here.connection(), *request);
            exchange.on_awaiting_first_byte = [&here] { note_delivery(here); };
            co_await exchange.send(here.deadline());
            co_await exchange.receive(here.deadline());
            here.saw_response(exchange);
            if (!here.is_delivered()) {
                here.not_delivered(exchange.report().end == exchange_end::whole
                                       ? "it was answered before it could be seen to wait"
                                       : why_cut_short(exchange.report()));
                co_return;
            }
            const bool stop_came = context.stop_begins != nullptr && context.stop_begins->is_open();
            if (stop_came || !exchange.report().persists) {
                co_return;
            }
        }
    }

private:
    static void note_delivery(strike_attempt& here) {
        if (here.is_delivered()) {
            return;
        }
        const std::optional<tcp_socket_facts> server = here.established_server_socket();
        if (server) {
            here.delivered(
                "the request was sent whole and waits for its answer, the server's "
                "socket is " +
                to_text(server));
        }
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<in_flight_request_fault>(keys.text("route", "delayed"));
}

}  // namespace

extern const fault_kind in_flight_request{
    "in_flight_request", "A client whose request is being handled whenever the stop comes.", read};

}  // namespace stormdrain::faults
