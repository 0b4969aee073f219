#include "harness/cycle/traffic.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/base/pause.hpp"
#include "harness/cycle/server_session.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// Longest busy wait of the last_close moment: seeds.md measured the race within 200 us.
constexpr duration last_close_jitter_max = std::chrono::microseconds(200);

// A server that is not overloaded has accepted and read long before; then the stop comes all the
// same, for whether what is held did stand is looked at once more.
constexpr duration take_up_limit = std::chrono::milliseconds(200);
constexpr duration take_up_interval = std::chrono::milliseconds(1);

// More than any server answers before a stop that comes at a set time: the time ends it.
constexpr std::uint32_t requests_until_stop = 100'000'000;

}  // namespace

traffic::traffic(const asio::any_io_executor& executor, connector_table& connectors,
                 const cycle_clock& cycle, plan planned, time_point deadline)
    : executor_(executor),
      connectors_(connectors),
      clock_(cycle),
      planned_(planned),
      deadline_(deadline),
      random_(moment_seed(planned.cycle_seed)),
      released_(executor),
      hindrance_stands_(executor),
      holders_stand_(executor),
      server_is_beset_(executor),
      strikers_done_(executor),
      stop_begins_(executor),
      struck_ahead_(executor),
      tasks_(executor) {
    const scenario& what = planned_.what;
    if (what.load) {
        load_profile profile = *what.load;
        if (what.stop.at == stop_moment::during_load || what.stop.at == stop_moment::accept_burst) {
            // The stop must find the load under way, however fast the server is.
            profile.requests_per_client = requests_until_stop;
        }
        std::vector<route> routes;
        for (const std::string& name : profile.routes) {
            routes.push_back(planned_.routes.find(name)->second);
        }
        load_ = std::make_unique<load_generator>(executor, *connectors_.find(profile.port)->second,
                                                 clock_, std::move(routes), profile);
    }
    make_slots();
}

void traffic::make_slots() {
    const scenario& what = planned_.what;
    for (std::size_t index = 0; index < what.faults.size(); ++index) {
        const fault_use& use = what.faults[index];
        fault_record record;
        record.kind = use.kind;
        record.settings = use.settings;
        record.point = to_text(use.what->point());
        record.strikes_process = strikes_process(use.what->point());
        record.disturbs_requests = use.what->disturbs_requests();
        record.ends_the_server = use.what->ends_the_server();
        // What strikes at the stop looks for itself whether that found it in time.
        if (use.what->stands_until_released() && !use.what->strikes_at_stop()) {
            record.holds = use.what->holds();
        }
        records_.push_back(std::move(record));
        for (std::uint32_t number = 0; number < connections_of(use, what.load); ++number) {
            auto slot = std::make_unique<fault_slot>();
            slot->fault_index = index;
            slot->number = number;
            slots_.push_back(std::move(slot));
        }
    }
}

traffic::turn traffic::turn_of(const fault_slot& slot) const {
    const fault& what = *planned_.what.faults[slot.fault_index].what;
    switch (what.point()) {
        case strike_point::start:
            return turn::at_start;
        case strike_point::after_stop:
            return turn::after_stop;
        case strike_point::serving:
            return what.stands_until_released() ? turn::besetting : turn::striking;
        default:
            return what.stands_until_released() ? turn::holding : turn::striking;
    }
}

void traffic::begin_turn(turn wanted) {
    for (const std::unique_ptr<fault_slot>& slot : slots_) {
        if (turn_of(*slot) == wanted) {
            tasks_.spawn(run_slot(*slot));
        }
    }
    slot_moved_on();  // also when there is none
}

asio::awaitable<void> traffic::strike_start(time_point standing_deadline) {
    begin_turn(turn::at_start);
    co_await hindrance_stands_.wait(standing_deadline);
}

asio::awaitable<void> traffic::begin(time_point standing_deadline) {
    begin_turn(turn::holding);
    co_await holders_stand_.wait(standing_deadline);
    const duration way_up = delay_of(planned_.what.links, link_place::load_and_target).up;
    if (holds_anything() && way_up > duration::zero()) {
        co_await pause(way_up);  // what they said last is on its way
    }
    if (holds_anything() && planned_.session != nullptr) {
        co_await until_taken_up(std::min(standing_deadline, clock::now() + take_up_limit));
    }
    begin_turn(turn::besetting);
    co_await server_is_beset_.wait(standing_deadline);
    load_began_ = clock::now();
    begin_turn(turn::striking);
    if (load_) {
        tasks_.spawn(load_->run(deadline_));
    }
}

bool traffic::holds_anything() const {
    return std::ranges::any_of(slots_, [this](const std::unique_ptr<fault_slot>& slot) {
        return slot->in_place && records_[slot->fault_index].holds != held_condition::none;
    });
}

// A client's bytes are with the server's kernel before the server knows of them: what is held is
// what the server has accepted and read.
asio::awaitable<void> traffic::until_taken_up(time_point deadline) {
    const auto is_waiting = [](const tcp_socket_facts& socket) {
        const bool has_fin = socket.state == tcp_state::close_wait;
        const std::uint32_t fin_bytes =
            has_fin ? 1 : 0;  // which the kernel counts until it is read
        return (has_fin || socket.state == tcp_state::established) &&
               (socket.inode == 0 || socket.receive_queue_bytes > fin_bytes);
    };
    while (clock::now() < deadline && planned_.session->running() &&
           std::ranges::any_of(planned_.session->client_sockets(), is_waiting)) {
        co_await pause(take_up_interval);
    }
}

fault_context traffic::make_context(const fault_use& use, seed slot_seed) {
    fault_context context(*connectors_.find(use.port)->second, planned_.routes, clock_, released_,
                          random_source(slot_seed), deadline_);
    context.stop = planned_.stop;
    context.stop_begins = &stop_begins_;
    if (planned_.session != nullptr) {
        context.process = planned_.session->process();
        context.output = planned_.session->capture();
        context.origins = &planned_.session->origins();
    }
    return context;
}

asio::awaitable<void> traffic::run_slot(fault_slot& slot) {
    // Also when it throws: nobody may wait for a slot that is gone.
    struct on_the_way_out {
        traffic& all;
        fault_slot& slot;
        ~on_the_way_out() {
            slot.ended = true;
            slot.in_place = false;
            all.slot_moved_on();
        }
    };
    const on_the_way_out leaving{*this, slot};
    const fault_use& use = planned_.what.faults[slot.fault_index];
    const bool follows_stop = turn_of(slot) == turn::after_stop;
    for (std::uint32_t time = 0; time < use.times && !released_.is_open(); ++time) {
        if (stopping_ && !follows_stop) {
            break;
        }
        const fault_turn its_turn{slot.fault_index, slot.number, time};
        fault_context context =
            make_context(use, fault_seed(planned_.what, its_turn, planned_.cycle_seed));
        context.on_in_place = [this, &slot] {
            slot.in_place = true;
            slot_moved_on();
        };
        injection seen = co_await use.what->inject(context);
        slot.in_place = false;
        record(slot, std::move(seen));
    }
}

void traffic::record(const fault_slot& slot, injection seen) {
    // A stop that came first is no failure of the fault: it was overtaken, not undelivered.
    const bool waits_for_stop = turn_of(slot) == turn::after_stop ||
                                planned_.what.faults[slot.fault_index].what->strikes_at_stop();
    fault_record& record = records_[slot.fault_index];
    if (!seen.delivered && (seen.overtaken || (stopping_ && !waits_for_stop))) {
        ++record.overtaken_count;
        return;
    }
    ++record.planned_count;
    record.delivered_count += seen.delivered ? 1U : 0U;
    record.unavailable_count += seen.unavailable ? 1U : 0U;
    record.held_back_count += !seen.delivered && seen.held_back ? 1U : 0U;
    if (record.injections.size() < fault_record::injections_max) {
        record.injections.push_back(std::move(seen));
    }
}

bool traffic::has_stood(turn wanted) const {
    return std::ranges::all_of(slots_, [&](const std::unique_ptr<fault_slot>& slot) {
        // A fault that strikes is over when it has ended; the others stand until they are released.
        const bool stands = slot->in_place && wanted != turn::striking;
        return turn_of(*slot) != wanted || stands || slot->ended;
    });
}

bool traffic::has_struck_ahead() const {
    return std::ranges::all_of(slots_, [this](const std::unique_ptr<fault_slot>& slot) {
        const fault& what = *planned_.what.faults[slot->fault_index].what;
        return slot->ended || !what.strikes_ahead_of_signal();
    });
}

void traffic::slot_moved_on() {
    if (has_stood(turn::at_start)) {
        hindrance_stands_.open();
    }
    if (has_stood(turn::holding)) {
        holders_stand_.open();
    }
    if (has_stood(turn::besetting)) {
        server_is_beset_.open();
    }
    if (has_stood(turn::striking)) {
        strikers_done_.open();
    }
    if (has_struck_ahead()) {
        struck_ahead_.open();
    }
}

asio::awaitable<bool> traffic::reach(const stop_choice& stop, time_point deadline) {
    if (stop.at == stop_moment::during_load || stop.at == stop_moment::accept_burst) {
        co_return co_await reach_time(stop, deadline);
    }
    if (stop.at == stop_moment::at_rest || stop.at == stop_moment::after_load || !load_) {
        co_return co_await reach_end(deadline);
    }
    if (stop.at == stop_moment::last_close) {
        co_return co_await reach_last_close(deadline);
    }
    load_moments& moments = load_->moments();
    gate& moment =
        stop.at == stop_moment::mid_response ? moments.mid_response : moments.awaiting_first_byte;
    co_return co_await before_load_ends(moment, deadline);
}

asio::awaitable<bool> traffic::reach_end(time_point deadline) {
    if (load_) {
        co_await load_->moments().finished.wait(deadline);
    }
    const gate_result struck = co_await strikers_done_.wait(deadline);
    co_return struck == gate_result::opened && (!load_ || load_->moments().finished.is_open());
}

asio::awaitable<bool> traffic::before_load_ends(gate& moment, time_point deadline) {
    co_await first_of(until_open(moment, deadline),
                      until_open(load_->moments().finished, deadline));
    co_return moment.is_open();
}

asio::awaitable<bool> traffic::reach_last_close(time_point deadline) {
    const bool reached = co_await before_load_ends(load_->moments().last_response, deadline);
    // The client closes one turn of the loop after this moment: half of the cycles let it go
    // first, and all of them vary the distance.
    if (random_.below(2) == 1) {
        co_await asio::post(executor_, asio::use_awaitable);
        co_await asio::post(executor_, asio::use_awaitable);
    }
    const auto jitter = random_.below(static_cast<std::uint64_t>(last_close_jitter_max.count()));
    const time_point until = clock::now() + duration(static_cast<duration::rep>(jitter));
    while (clock::now() < until) {  // too short for a timer, and nothing else is to run
    }
    co_return reached;
}

asio::awaitable<bool> traffic::reach_time(const stop_choice& stop, time_point deadline) {
    const duration offset = seeded_offset(stop, planned_.cycle_seed);
    asio::steady_timer timer(executor_, std::min(load_began_ + offset, deadline));
    co_await timer.async_wait(asio::use_awaitable);
    co_return load_began_ + offset <= deadline;
}

void traffic::stop_triggered() {
    stopping_ = true;
    stop_begins_.open();
    begin_turn(turn::after_stop);
    if (load_) {
        load_->stop_triggered();
    }
}

asio::awaitable<void> traffic::strike_ahead_of_signal(time_point deadline) {
    co_await struck_ahead_.wait(deadline);
}

std::vector<held_condition> traffic::held() const {
    std::vector<held_condition> held;
    for (const std::unique_ptr<fault_slot>& slot : slots_) {
        const held_condition holds = planned_.what.faults[slot->fault_index].what->holds();
        if (slot->in_place && holds != held_condition::none) {
            held.push_back(holds);
        }
    }
    if (load_) {
        const bool goes_on = !load_->moments().finished.is_open();
        const bool stays = planned_.what.load->after == after_stop::stay_idle;
        const bool is_tunnels = planned_.what.load->protocol == load_protocol::websocket;
        if (is_tunnels && (goes_on || stays)) {
            held.push_back(held_condition::upgraded);
        }
        if (!is_tunnels && stays) {
            held.push_back(held_condition::idle_keep_alive);
        }
        if (!is_tunnels && goes_on) {
            held.push_back(held_condition::in_flight);
        }
    }
    std::ranges::sort(held);
    const auto repeated = std::ranges::unique(held);
    held.erase(repeated.begin(), repeated.end());
    return held;
}

void traffic::release() {
    released_.open();
    if (load_) {
        load_->release();
    }
}

asio::awaitable<void> traffic::finish(time_point deadline) {
    asio::steady_timer timer(executor_, deadline);
    timer.async_wait([this](boost::system::error_code error) {
        if (!error) {
            tasks_.cancel();
        }
    });
    co_await tasks_.join();
    // The handler refers to this object: it must have run before the object may die.
    timer.cancel();
    co_await asio::post(executor_, asio::use_awaitable);
}

std::vector<fault_record> traffic::fault_records() const {
    return records_;
}

const request_tally& traffic::tally() const {
    return load_ ? load_->tally() : no_requests_;
}

}  // namespace stormdrain
