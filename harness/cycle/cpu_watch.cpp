#include "harness/cycle/cpu_watch.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sched.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

thread_times operator-(const thread_times& later, const thread_times& earlier) {
    return {later.ran - earlier.ran, later.ready - earlier.ready,
            later.turns_count - earlier.turns_count};
}

// As many as our affinity mask allows, which the server inherits. The C++ library counts those of
// the machine.
unsigned processors_count() {
    cpu_set_t allowed;
    const bool known = ::sched_getaffinity(0, sizeof(allowed), &allowed) == 0;
    return known ? static_cast<unsigned>(CPU_COUNT(&allowed))
                 : std::max(1U, std::thread::hardware_concurrency());  // beyond 1,024
}

}  // namespace

// A thread that began meanwhile counts with all it has. One that ended is not seen: what it waited
// for is over too.
cpu_want cpu_meter::between(const sample& from, const sample& to) const {
    cpu_want want;
    want.within = to.when - from.when;
    want.processors = processors_;
    for (const auto& [number, times] : to.times) {
        const auto earlier = from.times.find(number);
        const thread_times spent = earlier == from.times.end() ? times : times - earlier->second;
        want.waited = std::max(want.waited, spent.ready);
        want.ran += spent.ran;
    }
    return want;
}

void cpu_meter::take(time_point when, tree_times times) {
    samples_.push_back({when, std::move(times)});
    // The youngest sample that is a whole window old begins the window.
    while (samples_.size() > 1 && samples_[1].when + window <= when) {
        samples_.pop_front();
    }
    if (samples_.front().when + window > when) {
        return;
    }
    const cpu_want want = between(samples_.front(), samples_.back());
    if (!worst_ || want.kept_from_it() > worst_->kept_from_it()) {
        worst_ = want;
    }
}

cpu_watch::cpu_watch(const asio::any_io_executor& executor,
                     std::function<std::vector<pid_t>()> tree)
    : tree_(std::move(tree)),
      meter_(processors_count()),
      timer_(executor) {}

asio::awaitable<void> cpu_watch::run() {
    while (!stopped_) {
        meter_.take(clock::now(), read_tree_times(tree_()));
        timer_.expires_after(interval);
        boost::system::error_code woken;  // by stop(), or when it is time
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

void cpu_watch::stop() {
    stopped_ = true;
    timer_.cancel();
}

}  // namespace stormdrain
