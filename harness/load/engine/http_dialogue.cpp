#include "harness/load/engine/http_dialogue.hpp"

#include "harness/load/request_fates.hpp"

#include <boost/asio/error.hpp>

#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr time_point not_yet{};

std::optional<since_start> offset(const cycle_clock& started, time_point instant) {
    return instant != not_yet ? std::optional(started.at(instant)) : std::nullopt;
}

}  // namespace

http_dialogue::http_dialogue(engine_state& load)
    : load_(load), requests_(load.plan.pipeline_depth) {
    parser_.share(load.known);
}

std::string_view http_dialogue::text_of(const request_under_way& one) const {
    const asked_route& asked = route_of(one);
    return one.is_last ? asked.last_request.text : asked.request.text;
}

bool http_dialogue::may_ask() const {
    return !requests_.is_full() && !last_is_asked_;
}

std::string_view http_dialogue::ask(time_point now, std::size_t count_max) {
    const std::size_t before = requests_.size();
    const std::uint32_t cap = load_.plan.requests_per_connection;
    for (std::size_t count = 0; count < count_max && may_ask(); ++count) {
        const std::optional<due_request> due = load_.take(now);
        if (!due) {
            break;
        }
        request_under_way& added = requests_.push();
        added.id = due->id;
        added.route_index = due->id % load_.plan.routes.size();
        added.intended = due->intended;
        added.started = added.write_began = now;
        added.idle_since = requests_.size() == 1 ? previous_response_ : now;
        added.number_on_connection = requests_on_connection_++;
        added.is_last = last_is_asked_ = cap != 0 && requests_on_connection_ >= cap;
    }
    const std::size_t added_count = requests_.size() - before;
    if (before == 0 && added_count > 0) {
        await_next();
    }
    if (added_count == 0) {
        return {};
    }
    if (added_count == 1) {
        return text_of(requests_[before]);
    }
    texts_.clear();
    for (std::size_t index = before; index < requests_.size(); ++index) {
        texts_.append(text_of(requests_[index]));
    }
    return texts_;
}

time_point http_dialogue::deadline() const {
    return requests_.front().started + load_.plan.request_timeout;
}

void http_dialogue::connect_begins(time_point now) {
    connection_ = load_.next_connection();
    opened_ = now;
}

void http_dialogue::connected(time_point now) {
    load_.book.connected(now - opened_, duration::zero());
}

void http_dialogue::connect_failed(connect_stage stage, error_code error, time_point now) {
    const failure_phase phase =
        stage == connect_stage::tls_handshake ? failure_phase::tls : failure_phase::connect;
    requests_.front().write_began = not_yet;
    finish({end_of_connect(stage, error), error.message(), phase}, now);
}

void http_dialogue::closed() {
    requests_on_connection_ = 0;
    last_is_asked_ = false;
    send_error_ = {};
}

void http_dialogue::write_begins(time_point now) {
    requests_.front().write_began = now;
}

http_dialogue::connection_fate http_dialogue::all_sent(time_point now) {
    for (std::size_t index = requests_.size(); index-- > 0;) {
        if (requests_[index].all_sent != not_yet) {
            break;
        }
        requests_[index].all_sent = now;
    }
    return answered_early_ != not_yet ? finish_whole(answered_early_) : connection_fate::kept;
}

http_dialogue::connection_fate http_dialogue::send_failed(error_code error) {
    send_error_ = error;
    return answered_early_ != not_yet ? finish_whole(answered_early_) : connection_fate::kept;
}

http_dialogue::connection_fate http_dialogue::take(std::string_view bytes, time_point now) {
    while (!bytes.empty()) {
        if (requests_.is_empty()) {
            ++load_.times.unasked_answers;
            return connection_fate::to_be_closed;
        }
        if (first_byte_received_ == not_yet) {
            first_byte_received_ = now;
        }
        const std::size_t used = answered_early_ == not_yet ? parser_.feed(bytes) : std::size_t{0};
        response_bytes_ += used;
        bytes.remove_prefix(used);
        if (parser_.state() == parse_state::malformed) {
            response_bytes_ += bytes.size();
            finish({request_end::malformed, parser_.error(), {}}, now);
            abandon_all("behind an answer that is no HTTP", now);
            return connection_fate::to_be_closed;
        }
        if (parser_.state() != parse_state::complete) {
            continue;
        }
        if (!bytes.empty() && requests_.size() == 1) {
            // Nothing else was asked for, so these bytes answer nothing.
            response_bytes_ += bytes.size();
            finish({request_end::malformed,
                    std::to_string(bytes.size()) + " bytes after the response's end",
                    failure_phase::close},
                   now);
            return connection_fate::to_be_closed;
        }
        const bool is_sent = requests_.front().all_sent != not_yet || send_error_;
        if (!is_sent && requests_.size() == 1) {
            answered_early_ = now;  // an answer to half a request: the other half is still to go
            return connection_fate::kept;
        }
        if (finish_whole(now) == connection_fate::to_be_closed) {
            return connection_fate::to_be_closed;
        }
    }
    return connection_fate::kept;
}

http_dialogue::connection_fate http_dialogue::finish_whole(time_point now) {
    const bool persists =
        !parser_.head().close_announced && !requests_.front().is_last && !send_error_;
    finish({request_end::answered, {}, {}}, now);
    if (persists) {
        return connection_fate::kept;
    }
    abandon_all("behind an answer that was announced to be the last", now);
    return connection_fate::to_be_closed;
}

void http_dialogue::ended(error_code error, time_point now) {
    if (requests_.is_empty()) {
        ++load_.times.closed_while_idle;
        return;
    }
    if (answered_early_ != not_yet) {
        finish({request_end::answered, {}, {}}, answered_early_);
    } else if (error == asio::error::eof) {
        parser_.end_of_stream();
        if (parser_.state() == parse_state::complete) {
            finish({request_end::answered, {}, {}}, now);
            abandon_all("behind an answer that was announced to be the last", now);
        }
    }
    // The failed write came first and says more: reading it only showed that no answer is left.
    const error_code first = send_error_ ? send_error_ : error;
    while (!requests_.is_empty()) {
        finish({end_of_exchange(end_for(first)), first.message(), {}}, now);
    }
}

void http_dialogue::timed_out(time_point now) {
    if (answered_early_ != not_yet) {
        finish({request_end::answered, {}, {}}, answered_early_);
    } else {
        finish({request_end::timed_out, error_code(asio::error::timed_out).message(), {}}, now);
    }
    abandon_all("behind an answer that did not come in time", now);
}

void http_dialogue::abandon(time_point now) {
    abandon_all("", now);
}

void http_dialogue::abandon_all(const std::string& why, time_point now) {
    while (!requests_.is_empty()) {
        finish({request_end::abandoned, why, {}}, now);
    }
}

void http_dialogue::await_next() {
    if (requests_.is_empty()) {
        return;
    }
    const request_under_way& next = requests_.front();
    const asked_route& asked = route_of(next);
    parser_.restart((next.is_last ? asked.last_request : asked.request).kind);
    response_bytes_ = 0;
    first_byte_received_ = not_yet;
    answered_early_ = not_yet;
}

void http_dialogue::finish(ending how, time_point now) {
    const request_under_way& done = requests_.front();
    const bool is_ordinary = how.end == request_end::answered &&
                             parser_.head().status == route_of(done).what.expected_status;
    if (is_ordinary) {
        finish_ordinary(done, now);
    } else {
        finish_unusual(done, std::move(how), now);
    }
    previous_response_ = now;
    answered_early_ = not_yet;
    requests_.pop();
    await_next();
}

void http_dialogue::finish_ordinary(const request_under_way& done, time_point now) {
    ordinary_request answered;
    answered.latency = now - done.write_began;
    answered.whole_time = now - done.started;
    answered.receiving_time = now - first_byte_received_;
    answered.response_bytes = response_bytes_;
    answered.number_on_connection = done.number_on_connection;
    load_.book.ordinary(answered);
    load_.book.had_body(route_of(done).name, parser_.body_bytes());
    if (is_open_loop(load_.plan)) {
        load_.times.latency_from_intended.record(now - done.intended);
        load_.times.send_lag.record(done.write_began - done.intended);
    }
}

void http_dialogue::finish_unusual(const request_under_way& done, ending how, time_point now) {
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
    row.first_byte_received = offset(load_.clock, first_byte_received_);
    row.ended = load_.clock.at(now);
    if (done.number_on_connection != 0) {
        row.idle_before = done.write_began - done.idle_since;
        row.connection_age = done.write_began - opened_;
    }
    const response_head& head = parser_.head();
    row.status = head.status;
    row.response_bytes = response_bytes_;
    row.body_bytes = parser_.body_bytes();
    row.body_announced = head.content_length;
    row.chunked = head.chunked;
    row.close_announced = head.close_announced;
    row.end = how.end;
    row.error = std::move(how.error);
    row.phase = how.phase ? *how.phase
                          : phase_of(parser_, {.all_sent = done.all_sent != not_yet,
                                               .whole = how.end == request_end::answered});
    row.family = family_of(place_of(load_.plan.remote));
    load_.book.unusual(std::move(row));
}

}  // namespace stormdrain
