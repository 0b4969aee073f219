// Sends its request in the smallest records that TLS has: a byte in each. Servers that read one
// record a wakeup leave the others where no wakeup comes from (inspircd/inspircd#1848), and the
// client waits.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace stormdrain::faults {

namespace {

// For the answer, with the sending of the request: far more than a route of a scenario takes, also
// on a machine that has little time for it.
constexpr duration silence_max = std::chrono::seconds(10);
constexpr std::uint64_t record_bytes_max = 16 * 1024;  // RFC 8446 section 5.1

enum class pacing {
    one_by_one,  // each record in a segment of its own
    together,    // as many as a segment holds
};

constexpr std::array<std::pair<std::string_view, pacing>, 2> pacing_words{
    {{"one_by_one", pacing::one_by_one}, {"together", pacing::together}}};

struct small_tls_records_options {
    std::string route;
    std::uint64_t record_bytes = 0;
    pacing sent = pacing::one_by_one;
};

enum class cork { in, out };

// While it is in, the kernel waits for whole segments, 200 ms at most (tcp(7), TCP_CORK).
boost::system::error_code set_cork(stream_socket& socket, cork where) {
    const int value = where == cork::in ? 1 : 0;
    const int result =
        ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
    return {result == 0 ? 0 : errno, boost::system::system_category()};
}

// Says that the request did not arrive as it was sent (RFC 9110 sections 15.5.1 and 15.5.9).
bool is_complaint(int status) {
    return status == 400 || status == 408;
}

std::string describe(const exchange_report& report, int status) {
    switch (report.end.value_or(exchange_end::timed_out)) {
        case exchange_end::whole:
            return "a whole answer of status " + std::to_string(status);
        case exchange_end::timed_out:
            return std::to_string(report.response_bytes) +
                   " bytes of an answer, then nothing for " + to_text(silence_max);
        default:
            return why_cut_short(report);
    }
}

class small_tls_records_fault : public connection_fault {
public:
    explicit small_tls_records_fault(small_tls_records_options options)
        : connection_fault({"small_tls_records",
                            held_condition::none,
                            strike_point::request_headers,
                            {options.route},
                            needed_port::tls}),
          options_(std::move(options)) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        bool goes_on = false;
        if (request) {
            goes_on = co_await here.connect();
        }
        if (goes_on && here.context().connections.port().tls == nullptr) {
            here.unavailable("the port does not speak TLS");
            goes_on = false;
        }
        if (goes_on) {
            goes_on = co_await send_in_records(here, request->text);
        }
        if (goes_on) {
            // Before it is counted: a script's first request on a connection has another answer.
            http_exchange answer(here.connection(), *request);
            ++here.connection().row().requests_count;
            co_await answer.receive(std::min(here.context().deadline, clock::now() + silence_max));
            here.saw_response(answer);
            conclude(here, answer);
        }
    }

private:
    // False: the reason is noted. A server that resets amid them was struck.
    boost::asio::awaitable<bool> send_in_records(strike_attempt& here,
                                                 std::string_view text) const {
        auto& socket = here.connection().socket();
        boost::system::error_code error;
        if (options_.sent == pacing::together) {
            error = set_cork(socket, cork::in);
        }
        std::uint64_t records_count = 0;
        while (!error && !text.empty()) {
            const std::string_view one = text.substr(0, options_.record_bytes);
            const transfer sent = co_await here.connection().write(one, here.deadline());
            error = sent.error;
            records_count += error ? 0U : 1U;
            text.remove_prefix(one.size());
        }
        if (!error && options_.sent == pacing::together) {
            error = set_cork(socket, cork::out);
        }
        if (error == boost::asio::error::operation_aborted) {
            throw boost::system::system_error(error);
        }
        const bool was_reset = error == boost::asio::error::connection_reset ||
                               error == boost::asio::error::broken_pipe;
        if (error && !was_reset) {
            here.not_delivered("the request could not be sent in records: " + error.message());
            co_return false;
        }
        here.delivered("the request was sent in " + counted(records_count) +
                       (was_reset ? ", then the server reset the connection" : ""));
        co_return true;
    }

    // "57 records of 1 byte, together"
    std::string counted(std::uint64_t records_count) const {
        return std::to_string(records_count) + " records of " +
               std::to_string(options_.record_bytes) +
               (options_.record_bytes == 1 ? " byte" : " bytes") +
               (options_.sent == pacing::together ? ", together" : ", one by one");
    }

    void conclude(strike_attempt& here, const http_exchange& answer) const {
        const int status = answer.response().head().status;
        const bool is_whole = answer.report().end == exchange_end::whole;
        if (!is_whole && clock::now() >= here.context().deadline) {
            return;  // the cycle ended first
        }
        demand what;
        what.what = "a whole answer to a request in records of " +
                    std::to_string(options_.record_bytes) +
                    (options_.record_bytes == 1 ? " byte" : " bytes");
        what.section = "RFC 8446 section 5.1";
        what.met = is_whole && !is_complaint(status);
        what.seen = describe(answer.report(), status);
        here.demanded(std::move(what));
    }

    small_tls_records_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    small_tls_records_options options;
    options.route = keys.text("route", "small");
    options.record_bytes = keys.size_bytes("bytes", 1, record_bytes_max, 1);
    options.sent = keys.choice<pacing>("sent", pacing_words, pacing::one_by_one);
    return std::make_unique<small_tls_records_fault>(std::move(options));
}

}  // namespace

extern const fault_kind small_tls_records{
    "small_tls_records", "A client whose request comes in TLS records of one byte each.", read};

}  // namespace stormdrain::faults
