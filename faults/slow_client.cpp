#include "faults/slow_client.hpp"

#include "harness/base/tick.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// What one client reads before the others have their turn.
constexpr int reads_in_a_row_max = 16;

}  // namespace

slow_client::slow_client(slow_stage& stage, slow_connection opened, time_point standing_deadline)
    : stage_(stage),
      line_(std::move(opened), stage.clock),
      standing_deadline_(standing_deadline),
      answer_(stage.request) {}

bool slow_client::sends_slowly() const {
    return stage_.fault.manner().what == slow_settings::slow_in::sending;
}

// What comes before it is said at once.
std::size_t slow_client::slow_from() const {
    return stage_.fault.point() == strike_point::request_body ? stage_.request.head_bytes : 0;
}

bool slow_client::is_sipping() const {
    return !sends_slowly() && answer_.is_last_turn() && all_said_;
}

void slow_client::begin(std::string_view early, time_point now) {
    if (!sends_slowly()) {
        ++line_.row().requests_count;
        if (answer_.turns().empty()) {
            say(stage_.request.text, writing::opening, now);
        } else {
            begin_turn(now);
        }
    } else if (slow_from() > 0) {
        say(std::string_view(stage_.request.text).substr(0, slow_from()), writing::opening, now);
    } else {
        drip(now);
    }
    take(early, now);
}

std::optional<time_point> slow_client::wakes_at() const {
    if (reads_on_) {
        return time_point::min();
    }
    const time_point first = stands() ? wakes_at_ : std::min(wakes_at_, standing_deadline_);
    return first == time_point::max() ? std::nullopt : std::optional(first);
}

void slow_client::woken(time_point now) {
    if (!stands() && now >= standing_deadline_) {
        times_out();
        return;
    }
    if (std::exchange(reads_on_, false)) {
        read(now);
    }
    if (is_over() || now < wakes_at_) {
        return;
    }
    wakes_at_ = time_point::max();
    if (in_turn_) {
        ++step_;
        go_on_with_turn(now);
    } else if (sends_slowly()) {
        drip(now);
    } else {
        look();
        sip(now);
    }
}

void slow_client::times_out() {
    if (!stands() && sends_slowly() && writing_ == writing::chunk) {
        note_why("the server did not take the first chunk in time");
    } else if (!stands() && sends_slowly() && writing_ == writing::opening) {
        note_why("the server did not take what was sent in time");
    }
    answer_.end(exchange_end::timed_out);
}

void slow_client::failed(std::string_view why) {
    const std::string text = "the harness failed: " + std::string(why);
    if (stands()) {
        why_ = std::make_unique<std::string>("; then " + text);
    } else {
        note_why(text);
    }
    has_failed_ = true;
}

// Of thousands that pause, those that are due wake up together (attempt::pause_among_many).
void slow_client::pause(time_point now) {
    constexpr duration tick_max = std::chrono::milliseconds(10);
    const duration every = stage_.fault.manner().every;
    const duration tick = std::min<duration>(tick_max, every / 10);
    wakes_at_ = tick > duration::zero() ? next_tick(now + every, tick) : now + every;
}

// One thing at a time: what is being written comes first.
void slow_client::say(std::string_view text, writing what, time_point now) {
    writing_ = what;
    said_now_bytes_ = what == writing::step ? 0 : text.size();
    wrote(line_.say(text), now);
}

void slow_client::wrote(const error_code& error, time_point now) {
    if (error == asio::error::would_block) {
        return;  // can_write() goes on
    }
    if (error) {
        not_said(error, now);
    } else if (writing_ != writing::nothing) {
        said(now);
    }
}

void slow_client::said(time_point now) {
    sent_bytes_ += said_now_bytes_;
    switch (std::exchange(writing_, writing::nothing)) {
        case writing::chunk:
            chunk_is_said(now);
            break;
        case writing::opening:
            if (sends_slowly()) {
                drip(now);
            } else {
                all_said_ = true;
                sip(now);
            }
            break;
        case writing::step:
            ++step_;
            go_on_with_turn(now);
            break;
        case writing::nothing:
            break;
    }
}

void slow_client::not_said(const error_code& error, time_point now) {
    send_error_ = error;
    wakes_at_ = time_point::max();
    const writing what = std::exchange(writing_, writing::nothing);
    in_turn_ = false;
    if (what == writing::opening && sends_slowly()) {
        note_why("sending failed after " + std::to_string(sent_bytes_) +
                 " bytes: " + error.message());
        answer_.end(end_for(error));
        return;
    }
    all_said_ = true;  // as far as it goes
    read(now);         // the reading side knows more: an early answer, a reset
}

void slow_client::drip(time_point now) {
    if (writing_ != writing::nothing || send_error_) {
        return;
    }
    const std::string_view left = std::string_view(stage_.request.text).substr(sent_bytes_);
    if (!left.empty()) {
        say(left.substr(0, stage_.fault.manner().chunk_bytes), writing::chunk, now);
    }
}

void slow_client::chunk_is_said(time_point now) {
    if (!stands()) {
        look();
    }
    if (sent_bytes_ == stage_.request.text.size()) {
        whole_ = stage_.clock.now();
    } else {
        pause(now);
    }
}

void slow_client::look() {
    if (stands()) {
        return;
    }
    if (!stage_.table) {
        stage_.table.emplace();
    }
    stage_.connections.catch_up();
    connection_row& row = line_.row();
    const std::optional<tcp_socket_facts> server =
        stage_.table->find(row.at_server.local, row.at_server.remote);
    if (server && server->inode != 0) {
        row.server_inode = server->inode;
    }
    held_back_ = server && server->state == tcp_state::syn_received;
    const slow_progress far{sent_bytes_, stage_.request.text.size() - sent_bytes_,
                            answer_.response_bytes()};
    slow_look seen = stage_.fault.look_at(far, server);
    if (seen.proof) {
        proof_ = seen.proof;
        struck_ = stage_.clock.now();
        why_.reset();
    } else if (!seen.why_not.empty()) {
        note_why(std::move(seen.why_not));
    }
}

// True: there may be more.
bool slow_client::hear(std::size_t bytes_max, time_point now) {
    const std::span<char> all(stage_.buffer);
    const slow_line::heard what = line_.hear(all.first(std::min(bytes_max, all.size())));
    if (what.error == asio::error::would_block) {
        return false;
    }
    take(what.text, now);
    if (what.error) {
        answer_.fail(what.error, send_error_);
    } else {
        wrote(line_.flush(), now);  // what TLS itself has to say to that
    }
    return !is_over();
}

void slow_client::take(std::string_view text, time_point now) {
    answer_.take(text);
    if (answer_.turn_is_whole()) {
        answer_.begin_next_turn();
        begin_turn(now);
    }
}

void slow_client::can_write(time_point now) {
    if (writing_ != writing::nothing) {
        wrote(line_.flush(), now);
    }
}

void slow_client::can_read(time_point now) {
    if (is_sipping()) {
        if (std::exchange(awaits_bytes_, false)) {
            sip(now);
        }
    } else if (!in_turn_) {
        read(now);
    }
}

void slow_client::sip(time_point now) {
    if (is_over()) {
        return;
    }
    awaits_bytes_ = !hear(stage_.fault.manner().chunk_bytes, now);
    if (!awaits_bytes_) {
        pause(now);
    }
}

// All that is there, until it is the client's turn, or what comes is to be sipped.
void slow_client::read(time_point now) {
    bool may_hear = true;
    for (int turn = 0; turn < reads_in_a_row_max && may_hear; ++turn) {
        if (is_over() || in_turn_) {
            return;
        }
        if (is_sipping()) {
            sip(now);
            return;
        }
        may_hear = hear(stage_.buffer.size(), now);
    }
    reads_on_ = may_hear && !is_over() && !in_turn_;
}

// The client's part of it; what is sent slowly is said already, or is being said.
void slow_client::begin_turn(time_point now) {
    in_turn_ = true;
    all_said_ = false;
    step_ = 0;
    const bool is_the_slow_one =
        sends_slowly() && answer_.turn() == first_sending(stage_.request.turns->first);
    if (is_the_slow_one) {
        step_ = static_cast<std::uint32_t>(answer_.turns()[answer_.turn()].before.size());
    }
    go_on_with_turn(now);
}

void slow_client::go_on_with_turn(time_point now) {
    const std::vector<script_step>& steps = answer_.turns()[answer_.turn()].before;
    for (; step_ < steps.size(); ++step_) {
        const script_step& step = steps[step_];
        if (step.does == script_step::kind::send) {
            say(step.text, writing::step, now);  // which goes on once it is said
            return;
        }
        if (step.does == script_step::kind::wait) {
            wakes_at_ = now + step.length;
            return;
        }
        // A barrier is for the clients of a load: nobody else is there, and all pass.
    }
    in_turn_ = false;
    all_said_ = true;
    if (sends_slowly() && !whole_) {
        pause(now);
    }
    answer_.go_on();
    if (answer_.turn_is_whole()) {
        answer_.begin_next_turn();
        begin_turn(now);
    } else {
        read(now);
    }
}

void slow_client::note_why(std::string why) {
    why_ = std::make_unique<std::string>(std::move(why));
}

std::string slow_client::proof() const {
    if (proof_) {
        return stage_.fault.describe(*proof_) + (why_ ? *why_ : std::string());
    }
    exchange_report ended = answer_.report();
    if (all_said_) {
        ended.all_sent = clock::now();
    }
    std::string why = has_failed_ || !is_over() ? std::string() : stage_.fault.why_missed(ended);
    if (why.empty()) {
        why = why_ ? *why_ : "ended before it could strike";
    }
    return why;
}

injection slow_client::finish() {
    line_.close(stage_.buffer);
    const connection_row& row = line_.row();
    injection seen;
    seen.connection = row.id;
    seen.delivered = stands();
    seen.proof = proof();
    seen.struck = struck_;
    seen.request_whole = whole_;
    seen.held_back = held_back_;
    seen.server_closed = row.server_closed;
    seen.server_reset = row.end == connection_end::reset_by_server;
    if (const response_parser* const response = answer_.response()) {
        const int status = response->head().status;
        seen.response_complete = answer_.report().end == exchange_end::whole;
        if (status != 0) {
            seen.response_status = status;
        }
        if (seen.response_complete && status != 0) {  // a script's answer announces nothing
            seen.close_announced = response->head().close_announced;
        }
    }
    seen.ended = stage_.clock.now();
    return seen;
}

}  // namespace stormdrain
