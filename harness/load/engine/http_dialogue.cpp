#include "harness/load/engine/http_dialogue.hpp"

#include "harness/load/request_fates.hpp"

#include <boost/asio/error.hpp>

#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr time_point not_yet{};

}  // namespace

http_dialogue::http_dialogue(engine_state& load, client_conduct& conduct)
    : load_(load), conduct_(conduct), notes_(load, conduct), requests_(load.plan.pipeline_depth) {
    parser_.share(load.known);
}

std::string_view http_dialogue::text_of(const request_under_way& one) const {
    const asked_route& asked = notes_.route_of(one);
    return one.is_last ? asked.last_request.text : asked.request.text;
}

bool http_dialogue::may_ask() const {
    return !requests_.is_full() && notes_.takes_requests();
}

std::string_view http_dialogue::ask(time_point now, std::size_t count_max) {
    const std::size_t before = requests_.size();
    for (std::size_t count = 0; count < count_max && may_ask(); ++count) {
        const std::optional<due_request> due = conduct_.take(now);
        if (!due) {
            break;
        }
        requests_.push() = notes_.begin(*due, now, requests_.size());
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
    return load_.deadline_of(requests_.front().started);
}

void http_dialogue::connect_failed(connect_stage stage, error_code error, time_point now) {
    const failure_phase phase =
        stage == connect_stage::tls_handshake ? failure_phase::tls : failure_phase::connect;
    requests_.front().write_began = not_yet;
    finish({end_of_connect(stage, error), error.message(), phase}, now);
}

void http_dialogue::closed() {
    notes_.closed();
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
    if (!requests_.is_empty() && first_byte_received_ == not_yet) {
        conduct_.awaits_first_byte();
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

bool http_dialogue::is_amid_answer() const {
    return !requests_.is_empty() && first_byte_received_ != not_yet && answered_early_ == not_yet;
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

http_dialogue::connection_fate http_dialogue::timed_out(time_point now) {
    if (answered_early_ != not_yet) {
        finish({request_end::answered, {}, {}}, answered_early_);
    } else {
        finish({request_end::timed_out, error_code(asio::error::timed_out).message(), {}}, now);
    }
    abandon_all("behind an answer that did not come in time", now);
    return connection_fate::to_be_closed;
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
    const asked_route& asked = notes_.route_of(next);
    parser_.restart((next.is_last ? asked.last_request : asked.request).kind);
    response_bytes_ = 0;
    first_byte_received_ = not_yet;
    answered_early_ = not_yet;
}

void http_dialogue::finish(ending how, time_point now) {
    const request_under_way& done = requests_.front();
    const bool is_ordinary = how.end == request_end::answered &&
                             parser_.head().status == notes_.route_of(done).what.expected_status;
    if (is_ordinary) {
        notes_.ordinary(done, {first_byte_received_, now, response_bytes_, parser_.body_bytes()});
        if (notes_.keeps_row_of(done)) {
            notes_.keep(row_of(done, std::move(how), now));
        }
    } else {
        notes_.unusual(row_of(done, std::move(how), now), now);
    }
    answered_early_ = not_yet;
    requests_.pop();
    await_next();
}

request_row http_dialogue::row_of(const request_under_way& done, ending how, time_point now) const {
    request_row row = notes_.row_of(done, now);
    row.first_byte_received = offset(load_.clock, first_byte_received_);
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
    return row;
}

}  // namespace stormdrain
