// Has its answer and the server's close_notify, and neither answers that nor closes: RFC 8446
// section 6.1 lets a server close all the same, and one that waits for the client's without limit
// (trojan-gfw/trojan#77) keeps the connection, and its stop, for as long as the client likes.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <vector>

namespace stormdrain::faults {

namespace {

class withheld_close_notify_fault : public connection_fault {
public:
    explicit withheld_close_notify_fault(std::string route)
        : connection_fault({"withheld_close_notify",
                            held_condition::fin_ignored,
                            strike_point::idle,
                            {std::move(route)},
                            needed_port::https}) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request =
            here.request_for(route_name(), connection_use::one_request);
        bool goes_on = false;
        if (request) {
            goes_on = co_await here.connect();
        }
        if (goes_on && here.context().connections.port().tls == nullptr) {
            here.unavailable("the port does not speak TLS");
            goes_on = false;
        }
        if (goes_on) {
            goes_on = co_await get_answer(here, *request);
        }
        if (goes_on) {
            goes_on = co_await get_end_of_stream(here);
        }
        if (goes_on) {
            co_await keep_open(here);
        }
    }

private:
    static boost::asio::awaitable<bool> get_answer(strike_attempt& here,
                                                   const rendered_request& request) {
        http_exchange exchange(here.connection(), request);
        co_await exchange.run(here.deadline());
        here.saw_response(exchange);
        const bool is_whole = exchange.report().end == exchange_end::whole;
        if (!is_whole) {
            here.not_delivered(why_cut_short(exchange.report()));
        }
        co_return is_whole;
    }

    // Of the server's stream; TCP's end may come later.
    static boost::asio::awaitable<bool> get_end_of_stream(strike_attempt& here) {
        constexpr std::size_t read_bytes_max = std::size_t{16} * 1024;  // a record's worth
        std::vector<char> dropped(read_bytes_max);
        transfer read;
        while (!read.error) {
            read = co_await here.connection().read_some(dropped, here.deadline());
        }
        if (read.error == boost::asio::error::operation_aborted) {
            throw boost::system::system_error(read.error);
        }
        if (read.error == boost::asio::error::timed_out) {
            here.not_delivered("no close_notify of the server came in time behind its last answer");
        } else if (read.error != boost::asio::error::eof) {
            here.not_delivered("the server did not end the stream behind its answer: " +
                               read.error.message());
        }
        co_return read.error == boost::asio::error::eof;
    }

    static boost::asio::awaitable<void> keep_open(strike_attempt& here) {
        const std::string ended = here.connection().truncated()
                                      ? "the server's FIN came without close_notify"
                                      : "the server's close_notify came";
        here.delivered("answered, " + ended +
                       ", ours is withheld and the connection kept open; the server's socket is " +
                       to_text(here.server_socket()));
        const fault_context& context = here.context();
        const time_point began = clock::now();
        const server_close how = co_await here.connection().wait_for_server_close(context.deadline);
        if (how == server_close::end_of_stream && !here.connection().truncated()) {
            here.add_to_proof("; its FIN was there after " + to_text(clock::now() - began));
        }
        if (how != server_close::still_open) {
            co_await here.context().released.wait(context.deadline);
        }
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<withheld_close_notify_fault>(keys.text("route", "small"));
}

}  // namespace

extern const fault_kind withheld_close_notify{
    "withheld_close_notify",
    "A client that does not answer the server's close_notify, and does not close.", read};

}  // namespace stormdrain::faults
