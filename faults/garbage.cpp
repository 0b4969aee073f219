// Sends bytes that mean nothing: another protocol's client, a broken middlebox, a scanner. They
// come as the first bytes on the connection, behind the beginning of a request that was in order so
// far, or inside a TLS record that was.

#include "faults/acknowledgement.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace stormdrain::faults {

namespace {

// What a plaintext record may carry (RFC 8446 section 5.1), so that only its contents are wrong.
constexpr std::uint64_t garbage_bytes_max = 16 * 1024;

// A server is free to wait for more: garbage may look like the beginning of something.
constexpr duration answer_after_garbage = std::chrono::seconds(1);

std::string make_garbage(random_source& random, std::uint64_t bytes_count) {
    constexpr std::uint64_t values_of_byte = 256;
    std::string bytes(bytes_count, '\0');
    std::ranges::generate(bytes,
                          [&random] { return static_cast<char>(random.below(values_of_byte)); });
    return bytes;
}

// A record of the type handshake, version and length as they should be.
std::string in_record(const std::string& contents) {
    constexpr std::size_t values_of_byte = 256;
    std::string record("\x16\x03\x01", 3);
    record += static_cast<char>(contents.size() / values_of_byte);
    record += static_cast<char>(contents.size() % values_of_byte);
    return record + contents;
}

struct garbage_options {
    strike_point at = strike_point::connect;
    std::string route;
    std::uint64_t bytes_count = 0;
};

class garbage_fault : public connection_fault {
public:
    explicit garbage_fault(garbage_options options)
        : connection_fault(traits_of(options)), options_(std::move(options)) {}

    // It is over by itself, and soon; the stop may meet it all the same.
    bool stands_until_released() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = begun_request(here);
        if (!request) {
            co_return;
        }
        connect_options connecting;
        connecting.tls =
            point() == strike_point::request_headers ? tls_use::as_the_port_speaks : tls_use::never;
        bool goes_on = co_await here.connect(std::move(connecting));
        if (goes_on) {
            goes_on = co_await is_open(here);
        }
        if (goes_on) {
            const std::string bytes = make_bytes(here.context().random, *request);
            const transfer sent = co_await here.connection().write(bytes, here.deadline());
            co_await conclude(here, *request, sent);
        }
    }

private:
    static traits traits_of(const garbage_options& options) {
        switch (options.at) {
            case strike_point::handshake:
                return {"garbage", held_condition::tls_hello, options.at, {}, needed_port::tls};
            case strike_point::request_headers:
                return {"garbage",
                        held_condition::partial_header,
                        options.at,
                        {options.route},
                        needed_port::http};
            default:
                return {
                    "garbage", held_condition::partial_header, options.at, {}, needed_port::http};
        }
    }

    // False: the server has ended the connection already, which is noted.
    static boost::asio::awaitable<bool> is_open(strike_attempt& here) {
        const std::string ended = co_await why_unacknowledged(here);
        const std::optional<tcp_socket_facts> server = here.server_socket();
        // With TCP_DEFER_ACCEPT (tcp(7)) the server has no such socket until a byte comes.
        const bool is_closed =
            !ended.empty() || (server && server->state != tcp_state::established &&
                               server->state != tcp_state::syn_received);
        if (is_closed) {
            here.not_delivered("the server ended the connection before a byte was sent: " +
                               to_text(server));
        }
        co_return !is_closed;
    }

    // The request whose beginning is sent; elsewhere one that only says how an answer is to be
    // read.
    std::optional<rendered_request> begun_request(strike_attempt& here) const {
        if (point() == strike_point::request_headers) {
            return here.request_for(route_name());
        }
        return render(route(), here.context().connections.authority(), connection_use::keep_alive);
    }

    std::string make_bytes(random_source& random, const rendered_request& request) const {
        const std::string garbage = make_garbage(random, options_.bytes_count);
        if (point() == strike_point::handshake) {
            return in_record(garbage);
        }
        if (point() == strike_point::request_headers) {
            const std::size_t request_line = request.text.find("\r\n") + 2;
            return request.text.substr(0, request_line) + garbage;
        }
        return garbage;
    }

    boost::asio::awaitable<void> conclude(strike_attempt& here, const rendered_request& request,
                                          transfer sent) const {
        if (sent.error == boost::asio::error::operation_aborted) {
            throw boost::system::system_error(sent.error);
        }
        const bool was_reset = sent.error == boost::asio::error::connection_reset ||
                               sent.error == boost::asio::error::broken_pipe;
        if (sent.error && !was_reset) {
            here.not_delivered("the server did not take the garbage: " + sent.error.message());
            co_return;
        }
        const std::string why_not = co_await why_unacknowledged(here);
        // A reset behind our first bytes answers them: nothing else was wrong with the connection.
        const bool is_reset = was_reset || !here.server_socket();
        if (!why_not.empty() && !is_reset) {
            here.not_delivered(why_not);
            co_return;
        }
        here.delivered(described() + (why_not.empty() ? " acknowledged by the server's kernel"
                                                      : " sent, and the connection was reset"));
        co_await watch(here, request);
    }

    std::string described() const {
        const std::string bytes = std::to_string(options_.bytes_count) + " bytes of garbage";
        switch (point()) {
            case strike_point::handshake:
                return bytes + " in a record of the type handshake";
            case strike_point::request_headers:
                return bytes + " behind a request line";
            default:
                return bytes + " as the first bytes";
        }
    }

    static boost::asio::awaitable<void> watch(strike_attempt& here,
                                              const rendered_request& request) {
        const time_point give_up = std::min(here.deadline(), clock::now() + answer_after_garbage);
        http_exchange answer(here.connection(), request);
        co_await answer.receive(give_up);
        here.saw_response(answer);
        const int status = answer.response().head().status;
        if (status != 0) {
            here.add_to_proof("; answered " + std::to_string(status));
        }
        const server_close ended = co_await here.connection().wait_for_server_close(give_up);
        switch (ended) {
            case server_close::end_of_stream:
                here.add_to_proof("; then the server's FIN");
                break;
            case server_close::reset:
                here.add_to_proof("; then the server's RST");
                break;
            case server_close::still_open:
                here.add_to_proof("; then nothing");
                break;
        }
    }

    garbage_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    constexpr std::uint64_t bytes_usual = 64;
    garbage_options options;
    options.at = read_point(
        keys, {strike_point::connect, strike_point::request_headers, strike_point::handshake});
    if (options.at == strike_point::request_headers) {
        options.route = keys.text("route", "small");
    }
    options.bytes_count = keys.size_bytes("bytes", 1, garbage_bytes_max, bytes_usual);
    return std::make_unique<garbage_fault>(std::move(options));
}

}  // namespace

extern const fault_kind garbage{
    "garbage", "A client that sends random bytes where a request or a handshake is expected.",
    read};

}  // namespace stormdrain::faults
