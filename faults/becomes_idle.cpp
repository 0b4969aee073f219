// Has a request in its handler when the stop comes, takes the answer, and keeps the connection: to
// the server an idle client that was none when it looked for them.

#include "faults/handler_at_stop.hpp"
#include "faults/strike.hpp"
#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

// Rule R2: who sent it that long before the stop is owed an answer, by a server that promises to
// complete what is in flight.
constexpr duration owed_after = std::chrono::milliseconds(100);

class becomes_idle_fault : public connection_fault {
public:
    explicit becomes_idle_fault(std::string route)
        : connection_fault({"becomes_idle",
                            held_condition::becomes_idle,
                            strike_point::handler,
                            {std::move(route)}}) {}

    bool strikes_at_stop() const override { return true; }

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        bool is_connected = false;
        if (request) {
            is_connected = co_await here.connect();
        }
        if (!is_connected) {
            co_return;
        }
        const handled_request handled = co_await handler_at_stop(here, *request);
        if (!handled.exchange) {
            co_return;
        }
        here.delivered("the stop found " + handled.moment);
        fault_context& context = here.context();
        co_await first_of(become_idle(here, handled),
                          until_open(context.released, context.deadline));
    }

private:
    static boost::asio::awaitable<void> become_idle(strike_attempt& here,
                                                    const handled_request& handled) {
        http_exchange& exchange = *handled.exchange;
        co_await exchange.receive(here.deadline());
        here.saw_response(exchange);
        if (handled.age >= owed_after) {
            demand_answer(here, exchange.report());
        }
        if (exchange.report().end != exchange_end::whole) {
            here.add_to_proof("; then " + why_cut_short(exchange.report()));
            co_return;
        }
        here.add_to_proof("; answered after it, " + std::string(exchange.report().persists
                                                                    ? "no close announced"
                                                                    : "the close announced"));
        if (exchange.report().persists) {
            here.stays_idle(exchange.report().ended);
        }
        co_await here.hold_until_server_closes();
    }

    static void demand_answer(strike_attempt& here, const exchange_report& report) {
        demand what;
        what.what = "the whole answer to a request that was in its handler when the stop came";
        what.section = "rule R2";
        what.met = report.end == exchange_end::whole;
        what.seen = what.met ? "a whole answer" : why_cut_short(report);
        what.holds_at_stop = true;
        here.demanded(std::move(what));
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<becomes_idle_fault>(keys.text("route", "delayed"));
}

}  // namespace

extern const fault_kind becomes_idle{
    "becomes_idle", "A client whose request is answered behind the stop, and who then stays.",
    read};

}  // namespace stormdrain::faults
