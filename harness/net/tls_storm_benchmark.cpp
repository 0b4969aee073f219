// tls_storm SESSION LOAD PORT CONNECTIONS REQUESTS [CERTIFICATE]
//
// The least that a client of HTTPS on 127.0.0.1 can do around one of our TLS sessions: an
// edge-triggered epoll loop, one recv and one send a turn. ci/benchmarks measures the sessions with
// it beside other clients; it prints how many handshakes and answers there were.
//   SESSION: openssl | openssl_resuming | own | own_resuming | own_unproven, which reuses its key
//       share and checks no signature
//   LOAD: handshakes (one request a connection) | keep_alive
//   CERTIFICATE: in PEM, of localhost; without it the signature is checked, but not whose it is

#include "harness/net/openssl_session.hpp"
#include "harness/net/response_parser.hpp"
#include "harness/net/tls13/session.hpp"
#include "harness/net/tls_client.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace stormdrain {
namespace {

// A server that says nothing for so long makes the benchmark fail, not hang.
constexpr int silence_ms_max = 10'000;
constexpr std::size_t read_bytes_max = std::size_t{64} * 1024;
constexpr std::size_t events_max = 256;

struct session_source {
    std::function<std::unique_ptr<tls_codec>()> make;
    std::function<void(tls_codec&)> retire = [](tls_codec&) {};  // before it says goodbye
};

enum class load_kind { handshakes, keep_alive };

struct storm_options {
    load_kind load = load_kind::handshakes;
    std::uint16_t port = 0;
    std::size_t connections_count = 1;
    std::uint64_t requests_count = 1;
};

struct tally {
    std::uint64_t full_handshakes_count = 0;
    std::uint64_t resumed_handshakes_count = 0;
    std::uint64_t answers_count = 0;
};

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct connection {
    int descriptor = -1;
    std::unique_ptr<tls_codec> tls;
    response_parser answer;
    bool was_greeted = false;
};

class storm {
public:
    storm(storm_options options, session_source sessions)
        : options_(options),
          sessions_(std::move(sessions)),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)),
          connections_(options.connections_count),
          buffer_(read_bytes_max),
          request_(std::string("GET /small HTTP/1.1\r\nHost: localhost\r\n") +
                   (options.load == load_kind::handshakes ? "Connection: close\r\n\r\n" : "\r\n")) {
        if (epoll_ < 0) {
            fail("epoll_create1");
        }
    }
    storm(const storm&) = delete;
    storm& operator=(const storm&) = delete;
    ~storm() { ::close(epoll_); }

    tally run() {
        for (connection& one : connections_) {
            connect(one);
        }
        std::array<epoll_event, events_max> events{};
        while (seen_.answers_count < options_.requests_count) {
            const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                           silence_ms_max);
            if (count <= 0) {
                throw std::runtime_error("the server says nothing any more");
            }
            for (int index = 0; index < count; ++index) {
                take_turn(*static_cast<connection*>(events[static_cast<unsigned>(index)].data.ptr));
            }
        }
        for (connection& one : connections_) {
            hang_up(one);
        }
        return seen_;
    }

private:
    void connect(connection& one) {
        if (begun_count_ == options_.requests_count) {
            return;
        }
        ++begun_count_;
        one.descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(options_.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (one.descriptor < 0 || (::connect(one.descriptor, reinterpret_cast<sockaddr*>(&address),
                                             sizeof(address)) != 0 &&
                                   errno != EINPROGRESS)) {
            fail("connect");
        }
        one.tls = sessions_.make();
        one.was_greeted = false;
        flush(one);  // on loopback it is connected when connect() returns
        epoll_event event{};
        event.events = EPOLLIN | EPOLLET;
        event.data.ptr = &one;
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, one.descriptor, &event) != 0) {
            fail("epoll_ctl");
        }
    }

    void take_turn(connection& one) {
        if (one.descriptor < 0) {
            return;
        }
        const ssize_t count = ::recv(one.descriptor, buffer_.data(), buffer_.size(), 0);
        if (count < 0 && errno == EAGAIN) {
            return;
        }
        if (count <= 0) {
            throw std::runtime_error("the server ended a connection before it had answered");
        }
        one.tls->feed({buffer_.data(), static_cast<std::size_t>(count)});
        if (one.tls->state() == tls_codec_state::failed) {
            throw std::runtime_error(one.tls->failure_text());
        }
        if (one.tls->state() != tls_codec_state::handshaking && !one.was_greeted) {
            one.was_greeted = true;
            ++(one.tls->is_resumed() ? seen_.resumed_handshakes_count
                                     : seen_.full_handshakes_count);
            ask(one);
        }
        const std::string_view text = one.tls->plaintext();
        if (!text.empty()) {
            one.answer.feed(text);
        }
        if (one.answer.state() == parse_state::complete) {
            take_answer(one);
        } else {
            flush(one);
        }
    }

    void take_answer(connection& one) {
        if (one.answer.head().status != 200) {
            throw std::runtime_error("the server answers " +
                                     std::to_string(one.answer.head().status));
        }
        ++seen_.answers_count;
        if (options_.load == load_kind::keep_alive && begun_count_ < options_.requests_count) {
            ++begun_count_;
            ask(one);
            flush(one);
            return;
        }
        hang_up(one);
        connect(one);
    }

    void ask(connection& one) {
        one.answer = response_parser();
        one.tls->seal(request_);
    }

    void hang_up(connection& one) {
        if (one.descriptor >= 0) {
            sessions_.retire(*one.tls);
            one.tls->close();
            flush(one);
            ::close(one.descriptor);
            one.descriptor = -1;
            one.answer = response_parser();
        }
    }

    void flush(connection& one) {
        const std::string_view output = one.tls->output();
        if (output.empty()) {
            return;
        }
        const ssize_t count = ::send(one.descriptor, output.data(), output.size(), MSG_NOSIGNAL);
        // What does not fit into an empty send buffer is not what this program sends. Behind the
        // answer the server may be gone already.
        const bool is_gone = count < 0 && (errno == EPIPE || errno == ECONNRESET);
        if (!is_gone && static_cast<std::size_t>(count) != output.size()) {
            fail("send");
        }
        one.tls->sent(output.size());
    }

    storm_options options_;
    session_source sessions_;
    int epoll_;
    std::vector<connection> connections_;
    std::vector<char> buffer_;
    std::string request_;
    std::uint64_t begun_count_ = 0;  // requests for which there is a connection
    tally seen_;
};

std::uint64_t number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw std::invalid_argument(std::string(text) + " is no number");
    }
    return number;
}

struct storm_request {
    std::string_view session;
    std::string certificate_path;  // empty: whose signature it is does not matter
    storm_options options;
};

tally storm_with_openssl(const storm_request& asked) {
    tls_client_options wished;
    wished.verification = asked.certificate_path.empty() ? tls_verification::none
                                                         : tls_verification::trusted_certificate;
    wished.trusted_certificate_path = asked.certificate_path;
    wished.server_name = "localhost";
    const tls_client client(wished);
    openssl_client shared(client);
    tls_session latest;
    tls_handshake_wish wish;
    wish.session = asked.session == "openssl_resuming" ? &latest : nullptr;
    const auto make = [&] { return std::make_unique<openssl_session>(shared, wish); };
    return storm(asked.options, {make}).run();
}

tally storm_with_our_own(const storm_request& asked) {
    const bool resumes = asked.session == "own_resuming";
    tls13::client_options wished;
    wished.server.server_name = "localhost";
    wished.server.trusted_certificate_path = asked.certificate_path;
    wished.server.proof = asked.certificate_path.empty() ? tls13::server_proof::signature
                                                         : tls13::server_proof::trusted;
    if (asked.session == "own_unproven") {
        wished.server.proof = tls13::server_proof::none;
        wished.key_share = tls13::key_share_use::reused;
    }
    wished.tickets = resumes ? tls13::client_hello_options::tickets::wanted
                             : tls13::client_hello_options::tickets::unwanted;
    tls13::client shared(wished);
    tls13::session_options next;
    const auto make = [&] { return std::make_unique<tls13::session>(shared, next); };
    const auto retire = [&](tls_codec& ended) {
        const auto& tickets = static_cast<tls13::session&>(ended).tickets();
        if (!tickets.empty()) {
            next.offered = tickets.back();
        }
    };
    return storm(asked.options, {make, retire}).run();
}

tally run(const std::vector<std::string_view>& arguments) {
    constexpr std::size_t needed_count = 5;
    if (arguments.size() < needed_count || arguments.size() > needed_count + 1) {
        throw std::invalid_argument(
            "tls_storm SESSION LOAD PORT CONNECTIONS REQUESTS [CERTIFICATE]");
    }
    storm_request asked;
    asked.session = arguments[0];
    asked.options.load =
        arguments[1] == "keep_alive" ? load_kind::keep_alive : load_kind::handshakes;
    asked.options.port = static_cast<std::uint16_t>(number_of(arguments[2]));
    asked.options.connections_count = number_of(arguments[3]);
    asked.options.requests_count = number_of(arguments[4]);
    asked.certificate_path = arguments.size() > needed_count ? arguments.back() : "";
    return asked.session.starts_with("openssl") ? storm_with_openssl(asked)
                                                : storm_with_our_own(asked);
}

}  // namespace
}  // namespace stormdrain

int main(int count, char** arguments) {
    try {
        const stormdrain::tally seen = stormdrain::run({arguments + 1, arguments + count});
        std::printf("%llu full handshakes, %llu resumed, %llu answers\n",
                    static_cast<unsigned long long>(seen.full_handshakes_count),
                    static_cast<unsigned long long>(seen.resumed_handshakes_count),
                    static_cast<unsigned long long>(seen.answers_count));
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "tls_storm: %s\n", failure.what());
        return 1;
    }
}
