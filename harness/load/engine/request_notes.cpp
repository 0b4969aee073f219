#include "harness/load/engine/request_notes.hpp"

#include <utility>

namespace stormdrain {

// One that took long is not to make all seem to take long.
constexpr int latencies_of_late = 32;

std::optional<since_start> offset(const cycle_clock& started, time_point instant) {
    return instant != time_point{} ? std::optional(started.at(instant)) : std::nullopt;
}

void request_notes::connect_begins(time_point now) {
    connection_ = conduct_.connect_begins();
    opened_ = now;
}

void request_notes::connected(const connection_begin& how) {
    load_.book.connected(how.established - opened_, how.open - how.established);
    if (how.is_resumed) {
        load_.book.handshake_resumed();
    }
}

void request_notes::closed() {
    requests_on_connection_ = 0;
    last_is_asked_ = false;
}

request_under_way request_notes::begin(const due_request& due, time_point now,
                                       std::size_t others_count) {
    const std::uint32_t cap = load_.plan.requests_per_connection;
    request_under_way begun;
    begun.id = due.id;
    begun.route_index = due.id % load_.plan.routes.size();
    begun.intended = due.intended;
    begun.started = begun.write_began = now;
    begun.idle_since = others_count == 0 ? previous_response_ : now;
    begun.number_on_connection = requests_on_connection_++;
    begun.is_last = last_is_asked_ = cap != 0 && requests_on_connection_ >= cap;
    return begun;
}

void request_notes::ordinary(const request_under_way& done, const whole_answer& answer) {
    ordinary_request answered;
    answered.latency = answer.ended - done.write_began;
    load_.usual_latency += (answered.latency - load_.usual_latency) / latencies_of_late;
    answered.whole_time = answer.ended - done.started;
    answered.receiving_time = answer.ended - answer.first_byte_received;
    answered.response_bytes = answer.response_bytes;
    answered.number_on_connection = done.number_on_connection;
    if (is_open_loop(load_.plan)) {
        answered.send_lag = done.write_began - done.intended;
    }
    conduct_.ordinary(answered, done, answer);
    previous_response_ = answer.ended;
}

request_row request_notes::row_of(const request_under_way& done, time_point ended) const {
    const asked_route& asked = route_of(done);
    request_row row;
    row.id = done.id;
    row.connection = connection_;
    row.number_on_connection = done.number_on_connection;
    row.route = asked.name;
    row.idempotent = is_idempotent(asked.what);
    row.started = load_.clock.at(done.started);
    row.first_byte_sent = offset(load_.clock, done.write_began);
    row.all_sent = offset(load_.clock, done.all_sent);
    row.ended = load_.clock.at(ended);
    if (done.number_on_connection != 0) {
        row.idle_before = done.write_began - done.idle_since;
        row.connection_age = done.write_began - opened_;
    }
    row.family = family_of(place_of(load_.plan.remote));
    return row;
}

void request_notes::unusual(request_row row, time_point ended) {
    conduct_.unusual(std::move(row));
    previous_response_ = ended;
}

}  // namespace stormdrain
