// Becomes an HTTP/2 connection just as the server is told to stop: what a stop sweeps once, it
// registers behind (golang/go#81153), and then it waits for a GOAWAY that nobody sends. Over TLS
// the handshake's last flight comes with the stop, without TLS the preface does.

#include "faults/handshake_steps.hpp"
#include "faults/http2_talk.hpp"
#include "faults/stop_offset.hpp"
#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/net/offline_handshake.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <optional>
#include <vector>

namespace stormdrain::faults {

namespace {

class http2_at_stop_fault : public connection_fault {
public:
    explicit http2_at_stop_fault(stop_offset offset)
        // Until it strikes it has said nothing that a request could come of.
        : connection_fault({"http2_at_stop",
                            held_condition::silent,
                            strike_point::connect,
                            {},
                            needed_port::http2}),
          offset_(offset) {}

    bool strikes_at_stop() const override { return true; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const tls_client* const tls = here.context().connections.port().tls;
        if (tls == nullptr) {
            co_await strike_plain(here);
        } else {
            co_await strike_over_tls(here, *tls);
        }
    }

private:
    boost::asio::awaitable<void> strike_plain(strike_attempt& here) const {
        http2_talk talk(here);
        const bool is_connected = co_await talk.connect();
        bool is_held = false;
        if (is_connected) {
            is_held = co_await is_accepted(here);
        }
        if (is_held) {
            const std::string greeting =
                http2_greeting() + to_bytes(acknowledgement_of(settings_frame()));
            const bool is_said = co_await say_at_stop(here, greeting, "its preface and SETTINGS");
            if (is_said) {
                co_await first_of(talk.hear_the_end(), until_let_go(here));
                const std::string heard = talk.farewells();
                see_end(here, heard.empty() ? "no GOAWAY" : heard);
            }
        }
    }

    boost::asio::awaitable<void> strike_over_tls(strike_attempt& here,
                                                 const tls_client& tls) const {
        const std::string protocol = "h2";
        offline_handshake shaking(tls, protocol);
        const bool is_there = co_await go_to_server_flight(here, shaking);
        if (!is_there) {
            co_return;
        }
        std::string last = shaking.output();
        const std::string greeting =
            http2_greeting() + to_bytes(acknowledgement_of(settings_frame()));
        const bool is_last = shaking.is_complete();  // TLS 1.3: the server has nothing more to say
        if (is_last) {
            last += shaking.seal(greeting);
        }
        std::string what = "its last flight of the TLS handshake";
        what += is_last ? ", its preface and SETTINGS" : "";
        const bool is_said = co_await say_at_stop(here, last, what);
        if (is_said) {
            co_await first_of(go_on(here, shaking, greeting), until_let_go(here));
            see_end(here, "what it said is sealed");
        }
    }

    static boost::asio::awaitable<void> go_on(strike_attempt& here, offline_handshake& shaking,
                                              const std::string& greeting) {
        bool is_greeted = shaking.is_complete();
        if (!is_greeted) {
            is_greeted = co_await greet_behind(here, shaking, greeting);
        }
        if (is_greeted) {
            co_await here.hold_until_server_closes();
        }
    }

    // TLS 1.2: once the server has had the last word.
    static boost::asio::awaitable<bool> greet_behind(strike_attempt& here,
                                                     offline_handshake& shaking,
                                                     std::string greeting) {
        std::vector<char> buffer(http_exchange::read_bytes_max);
        while (!shaking.is_complete()) {
            const transfer read = co_await here.connection().read_some(buffer, here.deadline());
            if (read.error == boost::asio::error::operation_aborted) {
                throw boost::system::system_error(read.error);
            }
            const bool goes_on =
                !read.error && shaking.take(std::string_view(buffer.data(), read.bytes)) !=
                                   offline_handshake::progress::failed;
            if (!goes_on) {
                here.add_to_proof("; the server ended it amid the handshake");
                co_return false;
            }
        }
        const std::string sealed = shaking.seal(greeting);
        const transfer sent = co_await here.connection().write(sealed, here.deadline());
        if (sent.error == boost::asio::error::operation_aborted) {
            throw boost::system::system_error(sent.error);
        }
        here.add_to_proof(sent.error ? "; the server closed behind the handshake"
                                     : "; then its preface and SETTINGS");
        co_return !sent.error;
    }

    static boost::asio::awaitable<bool> is_accepted(strike_attempt& here) {
        const std::optional<tcp_socket_facts> server = co_await here.server_socket_once_accepted();
        const bool is_held =
            server && server->state == tcp_state::established && server->inode != 0;
        if (!is_held) {
            here.not_delivered("the server has not accepted the connection: " + to_text(server));
        }
        co_return is_held;
    }

    boost::asio::awaitable<bool> say_at_stop(strike_attempt& here, std::string bytes,
                                             std::string what) const {
        const bool stops = co_await here.await_stop();
        if (!stops) {
            co_return false;
        }
        const duration later = co_await offset_.wait(here);
        const std::string when =
            later == duration::zero() ? "with the stop" : to_text(later) + " after the stop";
        const std::optional<tcp_socket_facts> server = here.server_socket();
        if (!server || server->state != tcp_state::established) {
            here.overtaken("the server had closed " + to_text(later) + " after the stop");
            co_return false;
        }
        const transfer sent = co_await here.connection().write(bytes, here.deadline());
        if (sent.error == boost::asio::error::operation_aborted) {
            throw boost::system::system_error(sent.error);
        }
        if (sent.error) {
            here.overtaken("the server closed as it was told: " + sent.error.message());
            co_return false;
        }
        here.delivered(what + " were sent " + when + ", the server's socket was " +
                       to_text(server));
        co_return true;
    }

    static boost::asio::awaitable<void> until_let_go(strike_attempt& here) {
        co_await here.context().released.wait(here.context().deadline);
    }

    static void see_end(strike_attempt& here, const std::string& heard) {
        const bool is_closed = here.connection().row().server_closed.has_value();
        here.add_to_proof("; " + heard +
                          (is_closed ? ", then the server closed" : ", and it stayed open"));
    }

    stop_offset offset_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    return std::make_unique<http2_at_stop_fault>(read_stop_offset(keys, {0ms, 0ms}));
}

}  // namespace

extern const fault_kind http2_at_stop{
    "http2_at_stop", "A connection that begins to speak HTTP/2 just as the server is told to stop.",
    read};

}  // namespace stormdrain::faults
