#include "faults/slow_crowd.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/base/environment_error.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <numeric>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} * 1024;  // the largest sip
constexpr std::size_t record_bytes = std::size_t{16} * 1024;
constexpr std::uint32_t all_events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
constexpr std::uint32_t no_events = EPOLLET;  // but for a RST, which is always told

int make_epoll() {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0) {
        throw environment_error("epoll_create1: " + std::string(std::strerror(errno)));
    }
    return descriptor;
}

injection unbegun(const cycle_clock& clock) {
    injection seen;
    seen.proof = "ended before it could strike";
    seen.ended = clock.now();
    return seen;
}

}  // namespace

std::string source_of(std::uint32_t number, std::uint32_t size, const endpoint& remote) {
    // Of the 28,232 ports that Linux gives out by itself (ip(7), ip_local_port_range) a part may be
    // in TIME_WAIT, or somebody else's.
    constexpr std::uint32_t connections_per_source_max = 20'000;
    const bool has_others = remote.address.starts_with("127.");
    if (!has_others || size <= connections_per_source_max) {
        return {};
    }
    return "127.0.0." + std::to_string(1 + number / connections_per_source_max);
}

slow_crowd::slow_crowd(const slow_fault& what, crowd& wanted, const asio::any_io_executor& executor)
    : what_(what),
      wanted_(wanted),
      executor_(executor),
      places_(wanted.size),
      to_open_(wanted.size),
      readiness_(executor, make_epoll()),
      timer_(executor, time_point::max()),
      over_(executor),
      tasks_(executor) {
    std::iota(to_open_.begin(), to_open_.end(), 0U);
    if (const tls_client* const tls = wanted.shared.connections.port().tls) {
        tls_ = std::make_unique<openssl_client>(*tls);
    }
}

slow_crowd::~slow_crowd() = default;

std::size_t slow_crowd::bytes_of_client() {
    return sizeof(slow_client) + sizeof(place) + sizeof(waking);
}

asio::awaitable<void> slow_crowd::run() {
    if (!is_fit()) {
        co_return;
    }
    tasks_.spawn(guarded(listen()));
    tasks_.spawn(guarded(keep_time()));
    tasks_.spawn(guarded(let_go()));
    open_more();
    std::exception_ptr cancelled;
    try {
        co_await over_.wait(time_point::max());
    } catch (const boost::system::system_error&) {
        cancelled = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    tasks_.cancel();
    co_await tasks_.join();
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    if (cancelled) {
        std::rethrow_exception(cancelled);
    }
}

// False: the request cannot be made slowly, and nobody is to try; all are told.
bool slow_crowd::is_fit() {
    const slow_settings& manner = what_.manner();
    strike_attempt first(wanted_.shared, manner.kind);
    request_ = first.request_for(manner.route);
    bool is_fit = request_.has_value();
    if (is_fit && manner.what == slow_settings::slow_in::sending) {
        is_fit = first.can_be_cut(*request_);
    }
    if (is_fit) {
        const std::string why = what_.why_unfit(*request_);
        is_fit = why.empty();
        if (!is_fit) {
            first.not_delivered(why);
        }
    }
    if (is_fit) {
        stage_.emplace(what_, *request_, wanted_.shared, buffer_bytes);
    }
    for (std::uint32_t number = 0; !is_fit && number < wanted_.size; ++number) {
        while (wanted_.on_ended(number, first.finish())) {
        }
    }
    return is_fit;
}

// Nobody is to wait for a part of the crowd that is gone.
asio::awaitable<void> slow_crowd::guarded(asio::awaitable<void> task) {
    try {
        co_await std::move(task);
    } catch (...) {
        over_.open();
        throw;
    }
}

void slow_crowd::open_more() {
    const auto wanted = static_cast<std::uint32_t>(
        std::min<std::size_t>(to_open_.size(), openers_max - openers_count_));
    for (std::uint32_t count = 0; count < wanted; ++count) {
        ++openers_count_;
        tasks_.spawn(guarded(open_some()));
    }
}

asio::awaitable<void> slow_crowd::open_some() {
    while (!to_open_.empty() && !is_let_go_) {
        const std::uint32_t number = to_open_.front();
        to_open_.pop_front();
        co_await open(number);
    }
    --openers_count_;
}

asio::awaitable<void> slow_crowd::open(std::uint32_t number) {
    opening way(wanted_.shared, what_.manner().kind);
    co_await way.here.carry_out(approach(way, number));
    if (way.is_connected) {
        adopt(number, way);
    } else {
        ended(number, way.here.finish());
    }
}

asio::awaitable<void> slow_crowd::approach(opening& way, std::uint32_t number) {
    co_await first_of(connect(way, number), until_open(way.context.released, way.context.deadline));
}

asio::awaitable<void> slow_crowd::connect(opening& way, std::uint32_t number) {
    connect_options options;
    options.tls = tls_use::never;  // it is spoken behind Asio's back
    options.receive_buffer_bytes = what_.manner().receive_buffer_bytes;
    options.source_address =
        source_of(number, wanted_.size, wanted_.shared.connections.port().where);
    bool is_connected = co_await way.here.connect(std::move(options));
    if (is_connected && tls_) {
        co_await shake_hands(way);
        is_connected = way.tls != nullptr;
    }
    way.is_connected = is_connected;
}

asio::awaitable<void> slow_crowd::shake_hands(opening& way) {
    transport& line = way.here.connection();
    auto session = std::make_unique<openssl_session>(*tls_);
    std::vector<char> buffer(record_bytes);
    connect_outcome outcome;
    outcome.stage = connect_stage::tls_handshake;
    while (!outcome.error) {
        if (!session->output().empty()) {
            const transfer sent = co_await line.write(session->output(), way.here.deadline());
            session->sent(sent.bytes);
            outcome.error = sent.error;
        }
        if (outcome.error || session->state() != tls_codec_state::handshaking) {
            break;
        }
        const transfer received = co_await line.read_some(buffer, way.here.deadline());
        outcome.error = received.error;
        session->feed({buffer.data(), received.bytes});
    }
    if (outcome.error == asio::error::operation_aborted) {
        throw boost::system::system_error(outcome.error);
    }
    if (session->state() == tls_codec_state::failed) {
        outcome.error = session->failure_code();
    }
    if (outcome.error) {
        way.here.not_delivered(why_not_connected(outcome));
        co_return;
    }
    way.early = session->plaintext();
    way.tls = std::move(session);
}

// Asio lets go of the socket; nothing may come between that and its new owner.
void slow_crowd::adopt(std::uint32_t number, opening& way) {
    boost::system::error_code error;
    slow_connection made;
    made.row = &way.here.connection().row();
    made.descriptor = way.here.connection().socket().release(error);
    if (error) {
        way.here.failed(error.message());
        ended(number, way.here.finish());
        return;
    }
    made.tls = std::move(way.tls);
    place& here = places_[number];
    here.client = std::make_unique<slow_client>(*stage_, std::move(made), way.here.deadline());
    here.queued_for = time_point::max();
    here.events = 0;
    look_after(number, [&way](slow_client& client) { client.begin(way.early, clock::now()); });
    if (here.client && is_let_go_) {
        end(number);
    }
}

asio::awaitable<void> slow_crowd::keep_time() {
    for (;;) {
        timer_.expires_at(wakings_.empty() ? time_point::max() : wakings_.top().at);
        boost::system::error_code error;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (!error) {  // otherwise somebody is to be woken earlier
            wake_due();
        }
    }
}

void slow_crowd::wake_due() {
    const time_point now = clock::now();
    for (int count = 0; count < in_a_row_max && !wakings_.empty(); ++count) {
        const waking next = wakings_.top();
        if (next.at > now) {
            return;
        }
        wakings_.pop();
        place& here = places_[next.number];
        if (here.queued_for == next.at) {  // otherwise it was put off since
            here.queued_for = time_point::max();
            look_after(next.number, [now](slow_client& client) { client.woken(now); });
        }
    }
}

asio::awaitable<void> slow_crowd::listen() {
    for (;;) {
        co_await readiness_.async_wait(asio::posix::descriptor_base::wait_read,
                                       asio::use_awaitable);
        tell_ready();
    }
}

// What is still ready behind that is told at once when it is waited for again.
void slow_crowd::tell_ready() {
    std::array<epoll_event, in_a_row_max> events;
    const int count = ::epoll_wait(readiness_.native_handle(), events.data(), in_a_row_max, 0);
    const time_point now = clock::now();
    // Negative when a signal came (epoll_wait(2), EINTR): then nothing was ready.
    for (int index = 0; index < count; ++index) {
        const epoll_event& event = events[static_cast<std::size_t>(index)];
        // It may be about a socket that is closed already: trying finds out.
        look_after(event.data.u32, [&event, now](slow_client& client) {
            if ((event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
                client.can_write(now);
            }
            if ((event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
                client.can_read(now);
            }
        });
    }
}

asio::awaitable<void> slow_crowd::let_go() {
    const gate_result why = co_await wanted_.shared.released.wait(wanted_.shared.deadline);
    is_let_go_ = true;
    for (std::uint32_t number = 0; number < wanted_.size; ++number) {
        if (number % in_a_row_max == in_a_row_max - 1) {
            co_await asio::post(executor_, asio::use_awaitable);
        }
        if (places_[number].client) {
            if (why == gate_result::deadline_passed) {
                places_[number].client->times_out();
            }
            end(number);
        }
    }
    while (!to_open_.empty()) {
        const std::uint32_t number = to_open_.front();
        to_open_.pop_front();
        ended(number, unbegun(wanted_.shared.clock));
    }
}

template <class Act>
void slow_crowd::look_after(std::uint32_t number, Act act) {
    if (!places_[number].client) {
        return;
    }
    slow_client& client = *places_[number].client;
    const bool stood = client.stands();
    if (!client.is_over()) {
        try {
            act(client);
        } catch (const std::exception& error) {
            client.failed(error.what());  // environment_error: nothing to look at sockets with
        }
    }
    if (!stood && client.stands()) {
        wanted_.on_in_place(number);
    }
    if (client.is_over()) {
        end(number);
    } else {
        schedule(number);
        watch(number);
    }
}

void slow_crowd::schedule(std::uint32_t number) {
    place& here = places_[number];
    const time_point wanted = here.client->wakes_at().value_or(time_point::max());
    if (wanted == here.queued_for) {
        return;
    }
    here.queued_for = wanted;
    if (wanted != time_point::max()) {
        wakings_.push({wanted, number});
        if (wanted < timer_.expiry()) {
            timer_.cancel();
        }
    }
}

void slow_crowd::watch(std::uint32_t number) {
    place& here = places_[number];
    const std::uint32_t wanted = here.client->wants_to_read() ? all_events : no_events;
    if (wanted == here.events) {
        return;
    }
    epoll_event event{};
    event.events = wanted;
    event.data.u32 = number;
    const int how = here.events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (::epoll_ctl(readiness_.native_handle(), how, here.client->descriptor(), &event) != 0) {
        here.client->failed("epoll_ctl: " + std::string(std::strerror(errno)));
        end(number);
        return;
    }
    here.events = wanted;
}

void slow_crowd::end(std::uint32_t number) {
    injection seen = places_[number].client->finish();
    places_[number].client.reset();
    ended(number, std::move(seen));
}

void slow_crowd::ended(std::uint32_t number, injection seen) {
    bool once_more = wanted_.on_ended(number, std::move(seen));
    while (once_more && is_let_go_) {
        once_more = wanted_.on_ended(number, unbegun(wanted_.shared.clock));
    }
    if (once_more) {
        to_open_.push_back(number);
        open_more();
    } else if (++ended_count_ == wanted_.size) {
        over_.open();
    }
}

}  // namespace stormdrain
