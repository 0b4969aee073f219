#include "servers/reference/deadline_queue.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace reference {

namespace asio = boost::asio;

deadline_owner::deadline_owner(deadline_queue& queue)
    : queue_(queue), position_(queue.entries_.emplace(never, this)) {}

deadline_owner::~deadline_owner() {
    queue_.entries_.erase(position_);
}

void deadline_owner::set_deadline(time_point deadline) {
    deadline_ = deadline;
    if (deadline < position_->first) {
        queue_.move(*this, deadline);
    }
}

void deadline_queue::move(deadline_owner& owner, time_point deadline) {
    auto node = entries_.extract(owner.position_);
    node.key() = deadline;
    owner.position_ = entries_.insert(std::move(node));
    if (owner.position_ == entries_.begin()) {
        timer_.cancel();
    }
}

void deadline_queue::look_at_first(time_point now) {
    deadline_owner& owner = *entries_.begin()->second;
    if (owner.deadline_ > now) {
        move(owner, owner.deadline_);
        return;
    }
    owner.deadline_ = never;
    move(owner, never);
    owner.on_deadline();
}

asio::awaitable<void> deadline_queue::run() {
    constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
    while (!stopped_) {
        timer_.expires_at(entries_.empty() ? never : entries_.begin()->first);
        // Cancelled when an earlier deadline comes first: the loop looks again in any case.
        co_await timer_.async_wait(as_result);
        const time_point now = clock::now();
        while (!entries_.empty() && entries_.begin()->first <= now) {
            look_at_first(now);
        }
    }
}

void deadline_queue::stop() {
    stopped_ = true;
    timer_.cancel();
}

}  // namespace reference
