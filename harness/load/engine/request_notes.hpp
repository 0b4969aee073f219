#pragma once
// What a dialogue writes down of a client's connections, one after the other, and of the requests
// on them: the same whatever protocol they speak.

#include "harness/load/engine/client_conduct.hpp"
#include "harness/load/engine/engine_state.hpp"
#include "harness/load/engine/request_ring.hpp"
#include "harness/load/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace stormdrain {

enum class connection_fate { kept, to_be_closed };

// How a connection came to be.
struct connection_begin {
    time_point established{};  // TCP is there
    time_point open{};         // text can be sent: behind the handshake, where there is one
    bool is_resumed = false;   // the handshake was a short one
};

class request_notes {
public:
    request_notes(engine_state& load, client_conduct& conduct) : load_(load), conduct_(conduct) {}

    void connect_begins(time_point now);
    void connected(const connection_begin& how);
    // The next request is the first of another connection.
    void closed();
    // False behind the last one that the plan allows on a connection.
    bool takes_requests() const { return !last_is_asked_; }

    // The next one on the connection, beside as many others that are under way there.
    request_under_way begin(const due_request& due, time_point now, std::size_t others_count);
    const asked_route& route_of(const request_under_way& one) const {
        return load_.plan.routes[one.route_index];
    }
    void ordinary(const request_under_way& done, const whole_answer& answer);
    // Whether there is to be a row of an ordinary request, too.
    bool keeps_row_of(const request_under_way& done) const { return conduct_.keeps_row_of(done); }
    void keep(request_row row) { conduct_.keep(std::move(row)); }
    // The row of a request, but for what the answer was.
    request_row row_of(const request_under_way& done, time_point ended) const;
    void unusual(request_row row, time_point ended);

private:
    engine_state& load_;
    client_conduct& conduct_;
    connection_id connection_ = 0;
    std::uint32_t requests_on_connection_ = 0;
    bool last_is_asked_ = false;
    time_point opened_{};
    time_point previous_response_{};
};

// Zero: it did not come to that.
std::optional<since_start> offset(const cycle_clock& started, time_point instant);

}  // namespace stormdrain
