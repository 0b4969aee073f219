// Sends its request in drops: a phone at the edge of the network, or Slowloris. Left alone it
// sends all of it and waits for the answer. With `every` just below a server's timeout between two
// reads it is what such a timeout never ends: only a limit for the whole request does. It reads all
// the while: the server may answer 408, or hang up, amid the request.

#include "faults/slow_fault.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <memory>
#include <string>

namespace stormdrain::faults {

namespace {

class slow_sender_fault : public slow_fault {
public:
    using slow_fault::slow_fault;

    std::string why_unfit(const rendered_request& request) const override {
        const bool lacks_body = point() == strike_point::request_body && !request.has_body();
        return lacks_body ? "the route's request has no body that could be sent slowly" : "";
    }

    slow_look look_at(const slow_progress& client,
                      const std::optional<tcp_socket_facts>& server) const override {
        slow_look seen;
        if (client.left_bytes == 0) {
            seen.why_not = "the request fits into one chunk";
        } else if (server && server->state == tcp_state::established) {
            seen.proof = slow_proof{client.sent_bytes, client.left_bytes};
        } else {
            seen.why_not = "the server's socket was not ESTABLISHED when it was to be struck: " +
                           to_text(server);
        }
        return seen;
    }

    std::string describe(const slow_proof& proof) const override {
        return "the server's socket took " + std::to_string(proof.moved_bytes) +
               " bytes of the request, " + std::to_string(proof.waiting_bytes) + " are missing";
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    slow_settings manner;
    manner.kind = "slow_sender";
    manner.what = slow_settings::slow_in::sending;
    manner.point = read_point(keys, {strike_point::request_headers, strike_point::request_body});
    const bool in_body = manner.point == strike_point::request_body;
    manner.holds = in_body ? held_condition::partial_body : held_condition::partial_header;
    manner.route = keys.text("route", in_body ? "upload" : "small");
    manner.chunk_bytes = keys.size_bytes("chunk", 1, 1024 * 1024, 1);
    manner.every = keys.length_of_time("every", 1ms, 1h, 1s);
    return std::make_unique<slow_sender_fault>(std::move(manner));
}

}  // namespace

extern const fault_kind slow_sender{"slow_sender",
                                    "A client that sends its request a few bytes at a time.", read};

}  // namespace stormdrain::faults
