#include "harness/load/engine/cycle_conduct.hpp"

#include <boost/asio/error.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// Each client makes its own; those of an open loop share theirs.
std::uint64_t own_requests(const load_profile& profile) {
    return is_open_loop(profile) ? UINT64_MAX : profile.requests_per_client;
}

// A listener's queue that is full is tried again so soon.
constexpr duration queue_look_interval = std::chrono::milliseconds(1);

bool is_reset(boost::system::error_code error) {
    // A send meets EPIPE where a receive meets ECONNRESET (tcp(7)).
    return error == asio::error::connection_reset || error == asio::error::broken_pipe;
}

}  // namespace

cycle_conduct::cycle_conduct(load_state& cycle, engine_state& engine, wake_list& wakes, place here)
    : cycle_(cycle),
      engine_(engine),
      wakes_(wakes),
      here_(std::move(here)),
      course_(own_requests(cycle.profile), cycle.profile.think_time, cycle.profile.after) {}

client_outlook cycle_conduct::outlook(time_point now) const {
    client_outlook seen;
    seen.is_stopping = cycle_.stopping.is_open();
    seen.must_end = cycle_.released.is_open() || now >= here_.deadline;
    seen.has_connection = row_ != nullptr;
    return seen;
}

std::optional<due_request> cycle_conduct::take(time_point now) {
    const bool is_scheduled = is_open_loop(engine_.plan);
    if (is_scheduled && engine_.is_over(now)) {
        course_.end_planned();
    }
    act_ = course_.next(outlook(now));
    heed_course();
    std::optional<due_request> due;
    if (act_ == client_act::ask_at_once) {
        due = due_request{cycle_.book.begin(), now};
    } else if (act_ == client_act::ask) {
        due = engine_.take(now);
    }
    if (due) {
        acknowledges_at_once_ = cycle_.acknowledgement.acknowledges_at_once();
        if (row_ != nullptr) {
            ++row_->requests_count;
        }
    }
    return due;
}

void cycle_conduct::ordinary(ordinary_request answered, const request_under_way& done,
                             const whole_answer& answer) {
    answered.begun_after_stop = is_after_stop(done.started);
    answered.acknowledged_at_once = acknowledges_at_once_;
    cycle_.book.ordinary(answered);
    if (!cycle_.stopped_at) {
        cycle_.book.had_body(engine_.plan.routes[done.route_index].name, answer.body_bytes);
    }
    cycle_.acknowledgement.answered(answered.receiving_time);
    request_ended(request_end::answered);
}

bool cycle_conduct::keeps_row_of(const request_under_way& done) const {
    return cycle_.stopped_at && !is_after_stop(done.started);
}

void cycle_conduct::unusual(request_row row) {
    const bool ended_by_time = row.end == request_end::timed_out ||
                               row.end == request_end::connect_failed ||
                               row.end == request_end::handshake_failed;
    if (ended_by_time && clock::now() >= here_.deadline) {
        row.end = request_end::abandoned;
    }
    row.begun_after_stop = cycle_.began_after_stop(row);
    const request_end how = row.end;
    cycle_.book.unusual(std::move(row));
    request_ended(how);
}

void cycle_conduct::request_ended(request_end how) {
    const bool is_stopping = cycle_.stopping.is_open();
    const bool is_last = course_.is_planned() && --cycle_.planned_requests_left == 0;
    course_.request_ended(is_stopping);
    heed_course();
    if (is_last && !is_stopping && how == request_end::answered) {
        open_moment(cycle_.moments.last_response);
        lingers_ = true;
    }
}

void cycle_conduct::heed_course() {
    if (!course_.is_planned() && std::exchange(has_planned_, false) &&
        --cycle_.clients_to_finish == 0) {
        cycle_.moments.finished.open();
    }
}

void cycle_conduct::open_moment(gate& moment) {
    if (!moment.is_open()) {
        moment.open();
        wakes_.has_moment = true;
        engine_.loop.interrupt();
    }
}

connection_id cycle_conduct::connect_begins() {
    const port_address& port = cycle_.connections.port();
    row_ = &cycle_.connections.log().open("load", port.name, port.where);
    row_->way_up = port.way_up;
    return row_->id;
}

// The source port is logged before the server can show it to a census, which this thread takes.
void cycle_conduct::has_socket(int descriptor) {
    connection_log& log = cycle_.connections.log();
    if (is_unix(engine_.plan.remote)) {
        struct stat facts {};
        if (::fstat(descriptor, &facts) == 0) {
            log.bound(*row_, nameless_unix_end(facts.st_ino));
        }
        return;
    }
    socket_address local;
    auto size = static_cast<socklen_t>(local.capacity());
    if (::getsockname(descriptor, local.data(), &size) == 0) {
        local.resize(size);
        log.bound(*row_, place_of(local));
    }
}

void cycle_conduct::connect_failed(connect_stage stage) {
    if (stage == connect_stage::tcp_connect && row_ != nullptr) {
        row_->closed = cycle_.clock.now();
        row_->end = connection_end::not_established;
        row_ = nullptr;
    }
    connect_is_decided();
}

void cycle_conduct::connected() {
    ++row_->requests_count;
    connect_is_decided();
}

void cycle_conduct::connect_is_decided() {
    if (!std::exchange(connect_is_decided_, true) && --cycle_.clients_to_connect == 0) {
        open_moment(cycle_.moments.connected);
    }
}

void cycle_conduct::heard_end(boost::system::error_code error) {
    const bool by_reset = is_reset(error);
    if (row_ == nullptr || (!by_reset && error != asio::error::eof)) {
        return;
    }
    if (!row_->server_closed) {
        row_->server_closed = cycle_.clock.now();
    }
    if (row_->end == connection_end::open) {
        row_->end = by_reset ? connection_end::reset_by_server : connection_end::closed_by_server;
    }
}

void cycle_conduct::closed() {
    if (row_ == nullptr) {
        return;
    }
    row_->closed = cycle_.clock.now();
    if (row_->end == connection_end::open) {
        row_->end = connection_end::closed_by_client;
    }
    row_ = nullptr;
}

time_point cycle_conduct::end_of_thought(time_point now) const {
    const bool keeps_its_pace = cycle_.profile.after == after_stop::keep_sending;
    const client_outlook seen = outlook(now);
    if (seen.must_end || (seen.is_stopping && !keeps_its_pace)) {
        return now;
    }
    return std::min(here_.deadline, now + cycle_.profile.think_time);
}

client_rest cycle_conduct::rest(engine_client& client, time_point now) {
    if (act_ == client_act::hold) {
        act_ = course_.next(outlook(now));
    }
    switch (act_) {
        case client_act::think:
            wakes_.alarms.emplace(end_of_thought(now), &client);
            return client_rest::waits;
        case client_act::ask:
        case client_act::ask_at_once:
            engine_.idle.push_back(&client);  // until its schedule has something for it
            return client_rest::waits;
        case client_act::hold:
            wakes_.held.push_back(&client);
            return client_rest::holds;
        case client_act::leave:
            break;
    }
    return client_rest::leaves;
}

void cycle_conduct::rest_after_failure(engine_client& client, time_point now) {
    if (is_unix(engine_.plan.remote)) {
        // It may have been about to try a full queue again when its time was up.
        std::erase_if(wakes_.alarms, [&](const auto& alarm) { return alarm.second == &client; });
    }
    wakes_.alarms.emplace(now, &client);
}

bool cycle_conduct::waits_for_queue(engine_client& client, time_point now) {
    wakes_.alarms.emplace(now + queue_look_interval, &client);
    return true;
}

void cycle_conduct::awaits_first_byte() {
    open_moment(cycle_.moments.awaiting_first_byte);
}

// Sends the acknowledgement that waits for its delay (tcp(7), TCP_QUICKACK: not permanent). Where
// it cannot be had, the trial shows no difference.
void cycle_conduct::is_amid_answer(int descriptor) {
    open_moment(cycle_.moments.mid_response);
    if (acknowledges_at_once_) {
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
    }
}

bool cycle_conduct::lingers(engine_client& client) {
    if (!std::exchange(lingers_, false)) {
        return false;
    }
    wakes_.lingering = &client;
    return true;
}

}  // namespace stormdrain
