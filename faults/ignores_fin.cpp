// Keeps its end open after the server closed: the server's socket stays in FIN_WAIT_2, and a
// server that waits for the client's FIN (lingering close, TLS close_notify) waits for it.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace stormdrain::faults {

namespace {

bool is_in_close_wait(stream_socket& socket) {
    tcp_info kernel{};
    socklen_t size = sizeof(kernel);
    return ::getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_INFO, &kernel, &size) == 0 &&
           kernel.tcpi_state == TCP_CLOSE_WAIT;
}

class ignores_fin_fault : public connection_fault {
public:
    explicit ignores_fin_fault(std::string route)
        : connection_fault({"ignores_fin",
                            held_condition::fin_ignored,
                            strike_point::idle,
                            {std::move(route)}}) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        if (!request || !co_await here.connect()) {
            co_return;
        }
        if (!co_await here.exchange(*request)) {
            co_return;
        }
        // Its FIN may be there already: what counts is that it did not reset.
        if (!here.server_socket()) {
            here.not_delivered("the server reset the connection behind its answer");
            co_return;
        }
        // It stands from here on, although there is a FIN to ignore only when the server sends it.
        here.delivered("answered, no close announced, the connection is kept open");
        fault_context& context = here.context();
        const server_close how = co_await here.connection().wait_for_server_close(context.deadline);
        if (how == server_close::end_of_stream && is_in_close_wait(here.connection().socket())) {
            here.add_to_proof("; the server's FIN came, our end stays in CLOSE_WAIT");
            co_await context.released.wait(context.deadline);
        }
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<ignores_fin_fault>(keys.text("route", "small"));
}

}  // namespace

extern const fault_kind ignores_fin{
    "ignores_fin", "A client that does not close its end when the server closes the connection.",
    read};

}  // namespace stormdrain::faults
