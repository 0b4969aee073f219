#include "faults/link/fault_link.hpp"

#include "faults/link/link_socket.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <utility>

namespace stormdrain {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

// The most that a read takes, and all that the link keeps for reading. Measured: less costs calls,
// more costs cache.
constexpr std::size_t shared_bytes = 256 * 1024;
// Accepted in a row, before those that are open get their turn.
constexpr int accepts_max = 64;
// Descriptors come back when connections end; asking fifty times a second costs nothing.
constexpr duration accept_retry_after = std::chrono::milliseconds(20);

// accept(2): no descriptor or no memory is left; everything else is the one connection's.
bool is_shortage(int error) {
    constexpr std::array<int, 4> shortages{EMFILE, ENFILE, ENOBUFS, ENOMEM};
    return std::ranges::find(shortages, error) != shortages.end();
}

}  // namespace

fault_link::fault_link(const boost::asio::any_io_executor& executor, link_options options)
    : executor_(executor),
      options_(std::move(options)),
      sockets_(executor, [this] { bury(); }),
      alarms_(executor, [this] { bury(); }),
      lookup_(
          std::make_unique<address_lookup>(executor, options_.upstream, [this] { resume_all(); })),
      shared_(std::make_unique_for_overwrite<char[]>(shared_bytes)),
      tools_{*this,
             sockets_,
             alarms_,
             {shared_.get(), shared_bytes},
             counters_.upward,
             counters_.downward,
             options_.dial_limit},
      spare_family_(AF_INET),
      accept_again_(alarms_, [this] { resume_accepting(); }),
      life_(std::make_shared<life>(life{this})) {}

fault_link::~fault_link() {
    life_->owner = nullptr;
    stop();
}

error_code fault_link::start() {
    if (is_enabled()) {
        return {};
    }
    error_code error = boost::asio::error::host_not_found;
    owned_descriptor listener;
    for (const tcp::endpoint& where : known_addresses(options_.listen)) {
        listener = open_listener(where, error);
        if (!error || error == boost::asio::error::address_in_use) {
            break;
        }
    }
    if (!error) {
        error = sockets_.watch(listener.get(), EPOLLIN, accept_watcher_);
    }
    if (!error) {
        options_.listen = place_of(listener.get(), std::move(options_.listen));
        listener_ = std::move(listener);
    }
    return error;
}

void fault_link::stop() {
    accept_again_.set(time_point::max());
    listener_.reset();
    spare_.reset();
    while (!open_.empty()) {
        open_.front().abandon();
    }
    bury();
}

void fault_link::move_to(place listen, place upstream) {
    stop();
    options_.listen = std::move(listen);
    options_.upstream = std::move(upstream);
    lookup_ =
        std::make_unique<address_lookup>(executor_, options_.upstream, [this] { resume_all(); });
}

bool fault_link::keep_spare_socket() {
    if (!spare_.is_open()) {
        error_code error;
        spare_ = open_socket(spare_family_, error);
    }
    return spare_.is_open();
}

void fault_link::accept_some() {
    for (int accepts = 0; accepts < accepts_max && listener_.is_open(); ++accepts) {
        if (!keep_spare_socket()) {
            pause_accepting();
            return;
        }
        tcp::endpoint source;
        auto size = static_cast<socklen_t>(source.capacity());
        owned_descriptor client(
            ::accept4(listener_.get(), source.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!client.is_open()) {
            if (is_shortage(errno)) {
                pause_accepting();
                return;
            }
            if (errno == EAGAIN) {
                return;
            }
            continue;
        }
        const std::uint64_t number = counters_.accepted_count++;
        open_.emplace_back(tools_, std::move(client), source, number);
        open_.back().begin(std::prev(open_.end()));
    }
}

// The listener would be ready for ever: who waits in its queue is served when there is room.
void fault_link::pause_accepting() {
    ++counters_.accept_pauses_count;
    // It cannot fail for a descriptor that is watched; and if it did, the link would only be busy.
    sockets_.watch_for(listener_.get(), 0, accept_watcher_);
    accept_again_.set(clock::now() + accept_retry_after);
}

void fault_link::resume_accepting() {
    if (listener_.is_open()) {
        sockets_.watch_for(listener_.get(), EPOLLIN, accept_watcher_);
    }
}

owned_descriptor fault_link::upstream_socket(int family, error_code& error) {
    if (spare_.is_open() && family == spare_family_) {
        return std::move(spare_);
    }
    owned_descriptor socket = open_socket(family, error);
    if (!error) {  // the next dial is likely to go there, too
        spare_.reset();
        spare_family_ = family;
    }
    return socket;
}

dial_change fault_link::change_of_dial(const link_connection& one) {
    dial_change all;
    for (const std::unique_ptr<link_toxic>& toxic : toxics_) {
        if (toxic->spec.kind->before_dial == nullptr || !chosen(*toxic, one)) {
            continue;
        }
        const dial_change change = toxic->spec.kind->before_dial(toxic->spec.values);
        all.delay += change.delay;
        if (change.upstream == dial_change::fate::reset) {
            all.upstream = change.upstream;
            tell_of_strike(one, *toxic);
        }
        if (one.is_new() || change.upstream == dial_change::fate::reset) {
            ++toxic->deliveries.connections_count;
            ++toxic->deliveries.strikes_count;
        }
    }
    return all;
}

error_code fault_link::connect(const link_connection& one, int socket, const tcp::endpoint& where) {
    const bool from_client = options_.dials_from == link_options::source::of_client &&
                             one.source().is_loopback() && one.source().is_v4() &&
                             where.address().is_v4();
    error_code error = from_client ? bind_source(socket, one.peer()) : error_code();
    if (error) {
        return error;
    }
    if (options_.observer != nullptr) {
        options_.observer->dial_begins();
    }
    const int started = ::connect(socket, where.data(), static_cast<socklen_t>(where.size()));
    if (started != 0 && errno != EINPROGRESS) {
        error = last_socket_error();
    }
    if (options_.observer != nullptr) {
        const place outgoing = place_of(socket, {});
        const link_passage made{endpoint_of(one.peer()),
                                {options_.listen.host, options_.listen.port},
                                {outgoing.host, outgoing.port},
                                endpoint_of(where)};
        options_.observer->dial_began(error ? nullptr : &made);
    }
    return error;
}

void fault_link::dial_failed(const link_connection& one) {
    ++counters_.dial_failures_count;
    if (options_.observer != nullptr) {
        options_.observer->dial_failed(endpoint_of(one.peer()),
                                       {options_.listen.host, options_.listen.port},
                                       one.dial_error());
    }
}

void fault_link::established(link_connection& one) {
    for (const std::unique_ptr<link_toxic>& toxic : toxics_) {
        put_on(*toxic, one);
    }
}

void fault_link::wants_turn(link_connection& one) {
    turns_.push_back(&one);
    if (turns_.size() == 1) {
        boost::asio::post(executor_, [held = life_] {
            if (held->owner != nullptr) {
                held->owner->give_turns();
            }
        });
    }
}

void fault_link::give_turns() {
    for (link_connection* const one : std::exchange(turns_, {})) {
        one->resume();
    }
    bury();
}

void fault_link::resume_all() {
    for (auto next = open_.begin(); next != open_.end();) {
        const auto current = next++;  // it may end, and leave the list
        current->resume();
    }
    bury();
}

void fault_link::tell_of_strike(const link_connection& one, const link_toxic& by) {
    if (options_.observer != nullptr) {
        options_.observer->was_struck(endpoint_of(one.peer()),
                                      {options_.listen.host, options_.listen.port}, by,
                                      one.accepted_at());
    }
}

void fault_link::tell_of_strikes(link_connection& one) {
    if (!one.tell_of_strikes()) {
        return;
    }
    for (const std::unique_ptr<link_toxic>& toxic : toxics_) {
        const toxic_harm harm = toxic->spec.kind->harm;
        const bool costs = harm == toxic_harm::silence || harm == toxic_harm::loss;
        if (costs && pump_of(*toxic, one).has_struck(toxic->id)) {
            tell_of_strike(one, *toxic);
        }
    }
}

void fault_link::tell_of_open() {
    for (link_connection& one : open_) {
        tell_of_strikes(one);
    }
}

void fault_link::forget_counts() {
    counters_ = {};
    for (const std::unique_ptr<link_toxic>& toxic : toxics_) {
        toxic->deliveries = {};
    }
}

void fault_link::ended(link_connection& one) {
    tell_of_strikes(one);
    over_.splice(over_.end(), open_, one.self());
}

void fault_link::bury() {
    if (over_.empty()) {
        return;
    }
    std::erase_if(turns_, [](const link_connection* one) { return one->has_ended(); });
    over_.clear();
}

// Empty: it is not for this connection. The same connection is always chosen alike.
std::optional<random_source> fault_link::chosen(const link_toxic& toxic,
                                                const link_connection& one) const {
    if (toxic.spec.source && !toxic.spec.source->matches(one.source())) {
        return std::nullopt;
    }
    random_source random(derive(options_.randomness, toxic.spec.name, one.number()));
    return random.unit() < toxic.spec.toxicity ? std::optional(random) : std::nullopt;
}

link_pump& fault_link::pump_of(const link_toxic& toxic, link_connection& one) {
    return toxic.spec.stream == stream_direction::upstream ? one.upward() : one.downward();
}

void fault_link::put_on(link_toxic& toxic, link_connection& one) {
    const std::optional<random_source> random = chosen(toxic, one);
    link_pump& pump = pump_of(toxic, one);
    if (!random || !one.is_established()) {
        pump.remove_toxic(toxic.id);
        return;
    }
    const toxic_start start{*random, clock::now()};
    std::unique_ptr<toxic_state> state = toxic.spec.kind->make(toxic.spec.values, start);
    if (!state) {
        return;
    }
    if (pump.has_toxic(toxic.id)) {
        pump.toxics().replace(toxic.id, std::move(state), start.now);
    } else {
        pump.toxics().add(toxic.id, std::move(state), toxic.deliveries);
    }
}

const link_toxic& fault_link::add(toxic_spec spec) {
    toxics_.push_back(std::make_unique<link_toxic>(link_toxic{++last_id_, std::move(spec), {}}));
    for (link_connection& one : open_) {
        put_on(*toxics_.back(), one);
    }
    link_toxic& added = *toxics_.back();
    resume_all();
    return added;
}

const link_toxic* fault_link::find(std::string_view name) const {
    const auto found = std::ranges::find(
        toxics_, name, [](const auto& each) -> std::string_view { return each->spec.name; });
    return found == toxics_.end() ? nullptr : found->get();
}

bool fault_link::change(std::string_view name, attribute_values values, double toxicity) {
    const link_toxic* const found = find(name);
    for (const std::unique_ptr<link_toxic>& toxic : toxics_) {
        if (toxic.get() == found) {
            toxic->spec.values = std::move(values);
            toxic->spec.toxicity = toxicity;
            for (link_connection& one : open_) {
                put_on(*toxic, one);
            }
            resume_all();
            return true;
        }
    }
    return false;
}

void fault_link::take_off(const link_toxic& toxic) {
    for (link_connection& one : open_) {
        pump_of(toxic, one).remove_toxic(toxic.id);
    }
}

bool fault_link::remove(std::string_view name) {
    const link_toxic* const found = find(name);
    if (found == nullptr) {
        return false;
    }
    take_off(*found);
    std::erase_if(toxics_, [&](const auto& each) { return each.get() == found; });
    resume_all();
    return true;
}

void fault_link::remove_all() {
    for (const std::unique_ptr<link_toxic>& toxic : toxics_) {
        take_off(*toxic);
    }
    toxics_.clear();
    resume_all();
}

}  // namespace stormdrain
