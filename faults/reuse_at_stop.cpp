// Sends its next request on an idle connection just as the server is told to stop: what a pool of
// connections does at every restart. The server may close without a byte, or answer whole.

#include "faults/stop_offset.hpp"
#include "faults/strike.hpp"
#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

class reuse_at_stop_fault : public connection_fault {
public:
    reuse_at_stop_fault(std::string route, stop_offset offset)
        : connection_fault({"reuse_at_stop",
                            held_condition::idle_keep_alive,
                            strike_point::idle,
                            {std::move(route)}}),
          offset_(offset) {}

    bool strikes_at_stop() const override { return true; }

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        bool is_idle = false;
        if (request) {
            is_idle = co_await here.connect();
        }
        if (is_idle) {
            is_idle = co_await here.exchange(*request);
        }
        if (!is_idle || !here.established_server_socket()) {
            co_return;
        }
        const bool stops = co_await here.await_stop();
        if (!stops) {
            co_return;
        }
        const duration later = co_await offset_.wait(here);
        const std::string server = to_text(here.server_socket());
        http_exchange exchange(here.connection(), *request);
        co_await exchange.send(here.deadline());
        if (!exchange.report().all_sent) {
            here.overtaken("the server had closed when the next request was to be sent: " + server);
            co_return;
        }
        here.delivered("the next request was sent " + to_text(later) +
                       " after the stop; the server's socket was " + server);
        fault_context& context = here.context();
        co_await first_of(see_answer(here, exchange),
                          until_open(context.released, context.deadline));
    }

private:
    static boost::asio::awaitable<void> see_answer(strike_attempt& here, http_exchange& exchange) {
        co_await exchange.receive(here.deadline());
        here.saw_response(exchange);
        here.add_to_proof("; then " + outcome_of(exchange.report()));
        if (exchange.report().response_bytes > 0) {
            demand_whole(here, exchange.report());
        }
    }

    static std::string outcome_of(const exchange_report& report) {
        if (report.end == exchange_end::whole) {
            return report.persists ? "a whole answer, no close announced"
                                   : "a whole answer, the close announced";
        }
        return (report.response_bytes == 0 ? "no byte: " : "a part of an answer: ") +
               why_cut_short(report);
    }

    // Rule R1 lets it close without a byte. What it has begun to answer is another matter (R5).
    static void demand_whole(strike_attempt& here, const exchange_report& report) {
        demand what;
        what.what = "a whole answer or none to a request sent on an idle connection at the stop";
        what.section = "RFC 9112 section 9.6";
        what.met = report.end == exchange_end::whole;
        what.seen = outcome_of(report);
        what.holds_at_stop = true;
        here.demanded(std::move(what));
    }

    stop_offset offset_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    std::string route = keys.text("route", "small");
    return std::make_unique<reuse_at_stop_fault>(std::move(route),
                                                 read_stop_offset(keys, {0ms, 5ms}));
}

}  // namespace

extern const fault_kind reuse_at_stop{
    "reuse_at_stop", "A client that sends its next request just as the server is told to stop.",
    read};

}  // namespace stormdrain::faults
