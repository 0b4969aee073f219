#include "harness/cycle/traffic.hpp"

#include "faults/crowd.hpp"
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
      groups_(planned.what),
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
}

void traffic::begin_turn(fault_time wanted) {
    for (fault_group& group : groups_.all()) {
        if (group.when != wanted) {
            continue;
        }
        if (as_crowd(*group.use->what) != nullptr) {
            tasks_.spawn(run_crowd(group));
            continue;
        }
        for (std::uint32_t number = 0; number < group.size; ++number) {
            tasks_.spawn(run_slot(group, number));
        }
    }
    group_moved_on();  // also when there is none
}

asio::awaitable<void> traffic::strike_start(time_point standing_deadline) {
    begin_turn(fault_time::at_start);
    co_await hindrance_stands_.wait(standing_deadline);
}

asio::awaitable<void> traffic::begin(time_point standing_deadline) {
    begin_turn(fault_time::holding);
    co_await holders_stand_.wait(standing_deadline);
    const duration way_up = delay_of(planned_.what.links, link_place::load_and_target).up;
    if (groups_.hold_anything() && way_up > duration::zero()) {
        co_await pause(way_up);  // what they said last is on its way
    }
    if (groups_.hold_anything() && planned_.session != nullptr) {
        co_await until_taken_up(std::min(standing_deadline, clock::now() + take_up_limit));
    }
    begin_turn(fault_time::besetting);
    co_await server_is_beset_.wait(standing_deadline);
    load_began_ = clock::now();
    begin_turn(fault_time::striking);
    if (load_) {
        tasks_.spawn(load_->run(deadline_));
    }
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

bool traffic::may_go_on(const fault_group& group) const {
    return !released_.is_open() && (!stopping_ || group.when == fault_time::after_stop);
}

asio::awaitable<void> traffic::run_slot(fault_group& group, std::uint32_t number) {
    // Also when it throws: nobody may wait for a slot that is gone.
    struct on_the_way_out {
        traffic& all;
        fault_group& group;
        bool in_place = false;
        void is_in_place(bool stands) {
            group.in_place_count += static_cast<std::uint32_t>(stands) - (in_place ? 1U : 0U);
            in_place = stands;
        }
        ~on_the_way_out() {
            is_in_place(false);
            ++group.ended_count;
            all.group_moved_on();
        }
    };
    on_the_way_out leaving{*this, group};
    const fault_use& use = *group.use;
    for (std::uint32_t time = 0; time < use.times && may_go_on(group); ++time) {
        const fault_turn its_turn{group.index, number, time};
        fault_context context =
            make_context(use, fault_seed(planned_.what, its_turn, planned_.cycle_seed));
        context.on_in_place = [this, &leaving] {
            leaving.is_in_place(true);
            group_moved_on();
        };
        injection seen = co_await use.what->inject(context);
        leaving.is_in_place(false);
        record(group, std::move(seen));
    }
}

// The same for all connections of a fault that are carried out together.
asio::awaitable<void> traffic::run_crowd(fault_group& group) {
    struct on_the_way_out {
        traffic& all;
        fault_group& group;
        ~on_the_way_out() {
            group.in_place_count = 0;
            group.ended_count = group.size;
            all.group_moved_on();
        }
    };
    const on_the_way_out leaving{*this, group};
    const fault_use& use = *group.use;
    const fault_turn first{group.index, 0, 0};
    fault_context context =
        make_context(use, fault_seed(planned_.what, first, planned_.cycle_seed));
    std::vector<std::uint32_t> times(group.size);
    crowd all{context, group.size};
    all.on_in_place = [this, &group](std::uint32_t) {
        ++group.in_place_count;
        group_moved_on();
    };
    all.on_ended = [this, &group, &times, &use](std::uint32_t number, injection seen) {
        group.in_place_count -= seen.delivered ? 1U : 0U;
        record(group, std::move(seen));
        const bool once_more = ++times[number] < use.times && may_go_on(group);
        group.ended_count += once_more ? 0U : 1U;
        group_moved_on();
        return once_more;
    };
    co_await as_crowd(*use.what)->inject_all(all);
}

void traffic::record(const fault_group& group, injection seen) {
    using state = fault_groups::stop_state;
    groups_.record(group, std::move(seen), stopping_ ? state::triggered : state::to_come);
}

void traffic::group_moved_on() {
    if (groups_.have_stood(fault_time::at_start)) {
        hindrance_stands_.open();
    }
    if (groups_.have_stood(fault_time::holding)) {
        holders_stand_.open();
    }
    if (groups_.have_stood(fault_time::besetting)) {
        server_is_beset_.open();
    }
    if (groups_.have_stood(fault_time::striking)) {
        strikers_done_.open();
    }
    if (groups_.have_struck_ahead()) {
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
    begin_turn(fault_time::after_stop);
    if (load_) {
        load_->stop_triggered();
    }
}

asio::awaitable<void> traffic::strike_ahead_of_signal(time_point deadline) {
    co_await struck_ahead_.wait(deadline);
}

std::vector<held_condition> traffic::held() const {
    std::vector<held_condition> held = groups_.held();
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
    return groups_.records();
}

const request_tally& traffic::tally() const {
    return load_ ? load_->tally() : no_requests_;
}

}  // namespace stormdrain
