// Goes on with a long upload although the answer is there already, and reads it only then. A server
// that closes with unread input in its socket sends a RST, which throws away what of its answer is
// not received yet: it has to end its side, drain and close (RFC 9112 section 9.6).

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace stormdrain::faults {

namespace {

// A server that answers before it has the body does so at once, also on a busy machine.
constexpr duration early_within = std::chrono::seconds(5);
// A server that has answered takes no more than fits into its socket, or drains quickly.
constexpr duration stall_max = std::chrono::milliseconds(500);
// For the rest of an answer that is on its way.
constexpr duration silence_max = std::chrono::seconds(10);
// The whole of a small answer would be received before any RST could take it back.
constexpr int receive_buffer_bytes = 4096;
// Read at first, to see that there is an answer.
constexpr std::size_t first_look_bytes = 64;
constexpr std::size_t piece_bytes = 16 * 1024;

class unread_upload_fault : public connection_fault {
public:
    unread_upload_fault(std::string route, std::uint64_t body_bytes)
        : connection_fault({"unread_upload",
                            held_condition::none,
                            strike_point::request_body,
                            {std::move(route)},
                            needed_port::http}),
          body_bytes_(body_bytes) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const auto found = here.context().routes.find(route_name());
        if (found == here.context().routes.end()) {
            here.not_delivered("the target has no route \"" + route_name() + "\"");
            co_return;
        }
        route upload = found->second;
        upload.body_bytes = body_bytes_;
        const rendered_request request =
            render(upload, here.context().connections.authority(), connection_use::keep_alive);
        connect_options options;
        options.receive_buffer_bytes = receive_buffer_bytes;
        const bool is_connected = co_await here.connect(std::move(options));
        if (is_connected) {
            co_await upload_unread(here, request);
        }
    }

private:
    static boost::asio::awaitable<void> upload_unread(strike_attempt& here,
                                                      const rendered_request& request) {
        // Only as much of the body as shows that there is one.
        const std::size_t body_bytes = request.text.size() - request.head_bytes;
        const std::size_t begun = request.head_bytes + std::min(body_bytes / 8, piece_bytes);
        const bool sent = co_await here.send(std::string_view(request.text).substr(0, begun));
        if (!sent) {
            co_return;
        }
        http_exchange answer(here.connection(), request, first_look_bytes);
        ++here.connection().row().requests_count;
        co_await answer.receive_some(std::min(here.deadline(), clock::now() + early_within));
        if (answer.report().response_bytes == 0) {
            here.not_delivered("no answer came before the body was whole: " +
                               why_cut_short(answer.report()));
            co_return;
        }
        const std::size_t more = co_await send_on(here, request, begun);
        here.delivered("the answer began when " + std::to_string(begun) + " of " +
                       std::to_string(request.text.size()) + " bytes were sent; then " +
                       std::to_string(more) + " more, unread");
        fault_context& context = here.context();
        co_await answer.receive(std::min(context.deadline, clock::now() + silence_max));
        here.saw_response(answer);
        const bool cycle_ended = clock::now() >= context.deadline;
        const bool was_waited_for = answer.report().end != exchange_end::timed_out || !cycle_ended;
        if (was_waited_for && !here.stop_has_begun()) {
            demand_answer(here, answer);
        }
    }

    // How much more the server's kernel took. A RST, or a full socket, ends it.
    static boost::asio::awaitable<std::size_t> send_on(strike_attempt& here,
                                                       const rendered_request& request,
                                                       std::size_t begun) {
        std::string_view left = std::string_view(request.text).substr(begun);
        std::size_t taken = 0;
        bool goes_on = true;
        while (goes_on && !left.empty()) {
            const std::string_view piece = left.substr(0, piece_bytes);
            const time_point until = std::min(here.deadline(), clock::now() + stall_max);
            const transfer sent = co_await here.connection().write(piece, until);
            if (sent.error == boost::asio::error::operation_aborted) {
                throw boost::system::system_error(sent.error);
            }
            taken += sent.bytes;
            left.remove_prefix(piece.size());
            goes_on = !sent.error;
        }
        co_return taken;
    }

    static void demand_answer(strike_attempt& here, const http_exchange& answer) {
        const exchange_report& report = answer.report();
        demand what;
        what.what = "the whole of an answer that began before its request was whole";
        what.section = "RFC 9112 section 9.6";
        what.met = report.end == exchange_end::whole;
        const std::string status = std::to_string(answer.response().head().status);
        what.seen = what.met ? "a whole answer of status " + status
                             : std::to_string(report.response_bytes) +
                                   " bytes of it: " + why_cut_short(report);
        here.demanded(std::move(what));
    }

    std::uint64_t body_bytes_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    constexpr std::uint64_t kib = 1024;
    // Servers that drain before they close do so up to a limit: 64 KiB is a usual one
    // (benoitc/gunicorn#3590).
    const std::uint64_t body = keys.size_bytes("body", kib, 64 * kib * kib, 48 * kib);
    return std::make_unique<unread_upload_fault>(keys.text("route", "reject"), body);
}

}  // namespace

extern const fault_kind unread_upload{
    "unread_upload", "A client that goes on with its upload and reads the early answer only then.",
    read};

}  // namespace stormdrain::faults
