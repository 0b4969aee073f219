// Asks for another protocol on its connection, gets it, and keeps the tunnel: idle, or with a few
// bytes there and back. Servers hand such a connection to somebody else, and often out of what a
// stop waits for.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/net/response_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace stormdrain::faults {

namespace {

constexpr int switching_protocols = 101;  // RFC 9110 section 15.2.2
// For a few bytes to come back, also on a machine that has little time for it.
constexpr duration silence_max = std::chrono::seconds(10);
constexpr std::size_t read_bytes_max = 4096;

enum class activity { idle, echo };

constexpr std::array<std::pair<std::string_view, activity>, 2> activity_words{
    {{"idle", activity::idle}, {"echo", activity::echo}}};

struct tunnel_options {
    activity does = activity::idle;
    std::string route;
    duration every{};
};

// How a read in the tunnel ended.
struct tunnel_read {
    std::string bytes;
    boost::system::error_code error;
};

class upgraded_tunnel_fault : public connection_fault {
public:
    explicit upgraded_tunnel_fault(tunnel_options options)
        : connection_fault(
              {"upgraded_tunnel",
               held_condition::upgraded,
               options.does == activity::idle ? strike_point::idle : strike_point::response_body,
               {options.route},
               needed_port::http}),
          options_(std::move(options)) {}

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        bool is_upgraded = false;
        if (request) {
            is_upgraded = co_await here.connect();
        }
        if (is_upgraded) {
            is_upgraded = co_await upgrade(here, *request);
        }
        if (is_upgraded && options_.does == activity::echo) {
            co_await talk(here);
        }
        if (is_upgraded) {
            co_await here.hold_until_server_closes();
        }
    }

private:
    static boost::asio::awaitable<bool> upgrade(strike_attempt& here,
                                                const rendered_request& request) {
        ++here.connection().row().requests_count;
        const bool sent = co_await here.send(request.text);
        if (!sent) {
            co_return false;
        }
        // What comes behind its head belongs to the other protocol already.
        response_stream answers(here.connection());
        const streamed_response answer = co_await answers.next(request.kind, here.deadline());
        here.saw_response(answer);
        if (answer.head.status != switching_protocols) {
            here.not_delivered("not upgraded: " +
                               (answer.end == exchange_end::whole
                                    ? "answered " + std::to_string(answer.head.status)
                                    : "no whole answer"));
            co_return false;
        }
        const std::optional<tcp_socket_facts> server = here.established_server_socket();
        if (server) {
            here.delivered("answered 101, the server's socket is " + to_text(server));
        }
        co_return server.has_value();
    }

    // Until the server ends the tunnel, or does not give back what it got.
    boost::asio::awaitable<void> talk(strike_attempt& here) const {
        std::uint64_t told_count = 0;
        std::string failure;
        while (failure.empty() && clock::now() < here.deadline()) {
            const std::string said = "stormdrain " + std::to_string(told_count) + "\n";
            failure = co_await exchange_bytes(here, said);
            if (failure.empty()) {
                ++told_count;
                demand_echo(here, told_count, failure);
                failure = co_await rest(here);
            }
        }
        demand_echo(here, told_count, failure);
        here.add_to_proof("; " + std::to_string(told_count) + " lines there and back" +
                          (failure.empty() ? "" : ", then " + failure));
    }

    // Says what came instead of them.
    static boost::asio::awaitable<std::string> exchange_bytes(strike_attempt& here,
                                                              std::string said) {
        const time_point until = std::min(here.deadline(), clock::now() + silence_max);
        const transfer sent = co_await here.connection().write(said, until);
        throw_if_cancelled(sent.error);
        std::string heard;
        boost::system::error_code error = sent.error;
        while (!error && heard.size() < said.size()) {
            const tunnel_read more = co_await read_some(here, until);
            heard += more.bytes;
            error = more.error;
        }
        if (error) {
            co_return describe(error);
        }
        co_return heard == said ? "" : "other bytes than were sent";
    }

    // Leaves the tunnel alone for a while; says what happened meanwhile.
    boost::asio::awaitable<std::string> rest(strike_attempt& here) const {
        const time_point until = std::min(here.deadline(), clock::now() + options_.every);
        const tunnel_read unasked = co_await read_some(here, until);
        if (unasked.error == boost::asio::error::timed_out) {
            co_return "";
        }
        co_return unasked.error ? describe(unasked.error) : "bytes that nobody had sent";
    }

    static boost::asio::awaitable<tunnel_read> read_some(strike_attempt& here, time_point until) {
        std::vector<char> buffer(read_bytes_max);
        const transfer got = co_await here.connection().read_some(buffer, until);
        throw_if_cancelled(got.error);
        tunnel_read seen;
        seen.bytes.assign(buffer.data(), got.bytes);
        seen.error = got.error;
        co_return seen;
    }

    static void throw_if_cancelled(const boost::system::error_code& error) {
        if (error == boost::asio::error::operation_aborted) {
            throw boost::system::system_error(error);
        }
    }

    static std::string describe(const boost::system::error_code& error) {
        if (error == boost::asio::error::timed_out) {
            return "nothing for " + to_text(silence_max);
        }
        return error == boost::asio::error::eof ? "the tunnel's end" : error.message();
    }

    // What becomes of a tunnel once the server stops is its contract's affair.
    static void demand_echo(strike_attempt& here, std::uint64_t told_count,
                            const std::string& failure) {
        if (here.stop_has_begun() || clock::now() >= here.context().deadline) {
            return;
        }
        demand what;
        what.what = "its bytes back through a tunnel that was granted by 101";
        what.section = "RFC 9110 section 7.8";
        what.met = failure.empty();
        what.seen =
            std::to_string(told_count) + " lines" + (failure.empty() ? "" : ", then " + failure);
        here.demanded(std::move(what));
    }

    tunnel_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    tunnel_options options;
    options.does = keys.choice<activity>("activity", activity_words, activity::idle);
    options.route = keys.text("route", "tunnel");
    options.every = keys.length_of_time("every", 1ms, 1h, 20ms);
    return std::make_unique<upgraded_tunnel_fault>(std::move(options));
}

}  // namespace

extern const fault_kind upgraded_tunnel{
    "upgraded_tunnel",
    "A client that was granted another protocol on its connection and keeps the tunnel.", read};

}  // namespace stormdrain::faults
