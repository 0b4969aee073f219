#include "harness/load/engine/slow_pool.hpp"

#include "harness/load/engine/engine_state.hpp"
#include "harness/load/engine/native_socket.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cerrno>
#include <span>
#include <string_view>

namespace stormdrain {

namespace asio = boost::asio;
using boost::system::error_code;
using row = slow_board::row;

namespace {

// What a reader takes at a time.
constexpr std::size_t sip_bytes = 64;
// Set before connect; the kernel doubles it. The answer must not fit into our side (tcp(7)).
constexpr int reader_buffer_bytes = 4096;
// Answers to slow clients are a page that says "too slow": more is dropped with the next event.
constexpr int reads_in_a_row_max = 16;

bool is_for_want_of_means(const error_code& error) {
    return error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
           error == asio::error::no_memory || error.value() == ENFILE ||
           error.value() == EADDRNOTAVAIL;
}

bool is_reset(const error_code& error) {
    return error == asio::error::connection_reset || error == asio::error::broken_pipe;
}

}  // namespace

class pooled_client final : public timer_wheel::entry, private socket_watcher {
public:
    pooled_client(slow_pool& pool, std::uint32_t number) : pool_(pool), number_(number) {}

    void begin(time_point now, const socket_address* source) {
        socket_wishes wanted;
        wanted.source = source;
        wanted.receive_buffer_bytes =
            pool_.plan_.manner == slow_manner::reader ? reader_buffer_bytes : 0;
        error_code error = socket_.begin_connect(pool_.plan_.remote, wanted);
        if (!error && !pool_.loop_.watch(socket_.descriptor(),
                                         socket_loop::interest::reading_and_writing, *this)) {
            error = {errno, boost::system::system_category()};
        }
        if (error) {
            not_connected(error);
            return;
        }
        since_ = now;
        state_ = state::connecting;
        ++pool_.connecting_;
        pool_.board_.add(row::connecting);
    }

    // The next byte is due.
    void expired(time_point now) {
        if (pool_.plan_.manner == slow_manner::reader) {
            sip(now);
        } else {
            drip(now);
        }
    }

private:
    enum class state : std::uint8_t { none, connecting, held, answered, ended };

    void ready(socket_readiness seen) override {
        const time_point now = clock::now();
        if (state_ == state::connecting && seen.can_write) {
            connect_ended(now);
        }
        // A reader reads when it is due; but a RST does not wait.
        const bool reads = pool_.plan_.manner != slow_manner::reader;
        if (reads && seen.can_read && (state_ == state::held || state_ == state::answered)) {
            read(now);
        }
    }

    void connect_ended(time_point now) {
        --pool_.connecting_;
        pool_.board_.take(row::connecting);
        const error_code error = socket_.connect_result();
        if (error) {
            not_connected(error);
            return;
        }
        state_ = state::held;
        since_ = now;
        pool_.board_.add(row::connected);
        pool_.board_.add(row::held);
        // A head is far smaller than what a new socket takes at once.
        const error_code failed = socket_.send(pool_.plan_.opening).error;
        if (failed && failed != asio::error::would_block) {
            ended(failed, now);
            return;
        }
        // Not all in the same tick ever after: the first wait is shorter, by the client's number.
        const duration first = pool_.plan_.every * (number_ + duration::rep{1}) /
                               static_cast<duration::rep>(pool_.clients_count_);
        pool_.wheel_.arm(*this, now + first);
    }

    void not_connected(const error_code& error) {
        socket_.close();
        state_ = state::ended;
        // A UNIX socket whose queue is full says so at once (connect(2), EAGAIN): nobody is to
        // wait.
        if (error == asio::error::connection_refused || error == asio::error::would_block) {
            pool_.board_.add(row::refused);
        } else if (is_for_want_of_means(error)) {
            pool_.lacks_means_ = true;
            pool_.board_.unmade(error.value());
        } else {
            pool_.board_.unreached(error.value());
        }
    }

    void drip(time_point now) {
        if (pieces_sent_ >= pool_.plan_.pieces_max) {
            return;  // it is whole, and waits for its answer
        }
        const transfer sent = socket_.send("x");
        if (sent.error && sent.error != asio::error::would_block) {
            ended(sent.error, now);
            return;
        }
        pieces_sent_ += sent.bytes;
        pool_.board_.add(row::pieces, sent.bytes);
        pool_.wheel_.arm(*this, now + pool_.plan_.every);
    }

    void sip(time_point now) {
        const transfer taken = socket_.receive(std::span(pool_.buffer_).first(sip_bytes));
        if (taken.error && taken.error != asio::error::would_block) {
            ended(taken.error, now);
            return;
        }
        pool_.board_.add(row::pieces, taken.error ? 0 : 1);
        pool_.wheel_.arm(*this, now + pool_.plan_.every);
    }

    void read(time_point now) {
        for (int turn = 0; turn < reads_in_a_row_max; ++turn) {
            const transfer taken = socket_.receive(pool_.buffer_);
            if (taken.error == asio::error::would_block) {
                return;
            }
            if (taken.error) {
                ended(taken.error, now);
                return;
            }
            if (state_ == state::held) {
                answered({pool_.buffer_.data(), taken.bytes}, now);
            }
        }
    }

    // The status line is in the answer's first segment, with any server there is.
    void answered(std::string_view text, time_point now) {
        state_ = state::answered;
        timer_wheel::disarm(*this);
        pool_.board_.add(row::answered);
        if (text.starts_with("HTTP/1.1 408") || text.starts_with("HTTP/1.0 408")) {
            pool_.board_.add(row::answered_408);
        }
        pool_.board_.lived(now - since_);
    }

    void ended(const error_code& error, time_point now) {
        if (state_ == state::held) {
            pool_.board_.add(is_reset(error) ? row::reset : row::closed);
            pool_.board_.lived(now - since_);
        }
        pool_.board_.take(row::held);
        timer_wheel::disarm(*this);
        socket_.close();
        state_ = state::ended;
    }

    slow_pool& pool_;
    time_point since_{};
    std::uint64_t pieces_sent_ = 0;
    const std::uint32_t number_;
    native_socket socket_;
    state state_ = state::none;
};

slow_pool::slow_pool(const slow_plan& plan, schedule_share share, slow_board& board)
    : plan_(plan),
      share_(share),
      board_(board),
      began_(clock::now()),
      wheel_(began_),
      clients_count_(part_of(plan.clients_count, share)),
      buffer_(buffer_bytes) {}

slow_pool::~slow_pool() = default;

std::size_t slow_pool::bytes_of_client() {
    return sizeof(pooled_client);
}

void slow_pool::run(time_point deadline) {
    time_point now = clock::now();
    time_point next_tick = now + tick_length;
    while (!board_.is_to_end() && now < deadline) {
        begin_some(now);
        loop_.wait(next_tick - now);
        now = clock::now();
        if (now >= next_tick) {
            wheel_.advance(now, [now](timer_wheel::entry& due) {
                static_cast<pooled_client&>(due).expired(now);
            });
            next_tick = std::max(next_tick, now - tick_length) + tick_length;
        }
    }
    clients_.clear();
}

bool slow_pool::may_begin(time_point now) const {
    if (clients_.size() == clients_count_ || connecting_ >= connecting_max) {
        return false;
    }
    const auto begun = static_cast<duration::rep>(clients_.size());
    return plan_.clients_ramp * begun / static_cast<duration::rep>(clients_count_) <= now - began_;
}

void slow_pool::begin_some(time_point now) {
    while (!lacks_means_ && may_begin(now)) {
        const auto number = static_cast<std::uint32_t>(clients_.size());
        const socket_address* source = nullptr;
        if (!plan_.sources.empty()) {
            const std::uint64_t among_all =
                std::uint64_t{number} * share_.shares_count + share_.number;
            source = &plan_.sources[among_all % plan_.sources.size()];
        }
        clients_.emplace_back(*this, number).begin(now, source);
    }
    // What one could not have the next could not have either.
    if (lacks_means_ && clients_.size() < clients_count_) {
        board_.add(row::unmade, clients_count_ - clients_.size());
        clients_count_ = clients_.size();
    }
}

}  // namespace stormdrain
