// Takes a large answer in sips, so that the server's writes block again and again.

#include "faults/slow_fault.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <memory>
#include <string>

namespace stormdrain::faults {

namespace {

constexpr std::size_t chunk_bytes_max = 64 * 1024;
// Set before connect; the kernel doubles it. The answer must not fit into our side (tcp(7)).
constexpr int receive_buffer_bytes = 4096;

class slow_reader_fault : public slow_fault {
public:
    using slow_fault::slow_fault;

    // The server waits for us when its kernel holds bytes that ours has no room for.
    slow_look look_at(const slow_progress& client,
                      const std::optional<tcp_socket_facts>& server) const override {
        slow_look seen;
        if (server && server->state == tcp_state::established && server->send_queue_bytes > 0) {
            seen.proof = slow_proof{client.response_bytes, server->send_queue_bytes};
        }
        return seen;
    }

    std::string describe(const slow_proof& proof) const override {
        return std::to_string(proof.moved_bytes) + " bytes of the response read, " +
               std::to_string(proof.waiting_bytes) + " bytes wait in the server's socket";
    }

    std::string why_missed(const exchange_report& ended) const override {
        return ended.end == exchange_end::whole
                   ? "the answer was over before the server had to wait for us"
                   : why_cut_short(ended);
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    slow_settings manner;
    manner.kind = "slow_reader";
    manner.what = slow_settings::slow_in::reading;
    manner.holds = held_condition::slow_reader;
    manner.point = strike_point::response_body;
    manner.receive_buffer_bytes = receive_buffer_bytes;
    manner.route = keys.text("route", "large");
    manner.chunk_bytes = keys.size_bytes("chunk", 1, chunk_bytes_max, 1024);
    manner.every = keys.length_of_time("every", 1ms, 1h, 100ms);
    return std::make_unique<slow_reader_fault>(std::move(manner));
}

}  // namespace

extern const fault_kind slow_reader{
    "slow_reader", "A client that reads a large response a few bytes at a time.", read};

}  // namespace stormdrain::faults
