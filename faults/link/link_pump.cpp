#include "faults/link/link_pump.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace stormdrain {
namespace {

// Splicing is cheaper for bulk only: measured, not before so much has passed.
constexpr std::uint64_t splice_from_bytes = 1024 * 1024;
// Messages below this size are cheaper to copy, and so many in a row are no bulk any more.
constexpr std::size_t small_move_bytes = 16 * 1024;
constexpr unsigned small_moves_max = 16;
// Reads in a row before other connections get their turn.
constexpr int moves_max = 16;
// With toxics: small enough that one read is not a burst of its own.
constexpr std::size_t toxic_read_bytes = 32 * 1024;
// What toxics may hold of one direction: a delay of 50 ms then lets 80 MiB/s through.
constexpr std::size_t held_bytes_max = 4 * 1024 * 1024;

ssize_t receive(int socket, std::span<char> into) {
    for (;;) {
        const ssize_t count = ::recv(socket, into.data(), into.size(), 0);
        if (count >= 0 || errno != EINTR) {
            return count;
        }
    }
}

}  // namespace

toxic_chain& link_pump::toxics() {
    if (!chain_) {
        chain_ = std::make_unique<toxic_chain>();
    }
    return *chain_;
}

pump_result link_pump::run() {
    if (ended_ || to_.broken) {  // who is broken is told of by the other direction
        return run_ended();
    }
    const progress flushed = flush();
    if (flushed != progress::made) {
        return flushed == progress::blocked ? when_blocked() : pump_result::waits;
    }
    pump_result result = pump_result::waits;
    if (chain_) {
        result = run_toxics();
        if (result == pump_result::waits && chain_->empty() && chain_->ready().empty()) {
            chain_.reset();
        }
    }
    if (!chain_ && result == pump_result::waits) {
        result = run_plain();
    }
    ended_ = result == pump_result::ended;
    return result;
}

// Our FIN is sent, or nobody is there to read. What the source says still is dropped; and toxics
// may end the rest of the connection.
pump_result link_pump::run_ended() {
    if (chain_) {
        chain_->advance(clock::now());
        for (const piece& one : std::exchange(chain_->ready(), {})) {
            if (one.what == piece::kind::close || one.what == piece::kind::reset) {
                return one.what == piece::kind::close ? pump_result::close : pump_result::reset;
            }
        }
    }
    for (int moves = 0; from_.readable && !from_.ended; ++moves) {
        if (moves == moves_max) {
            return pump_result::again;
        }
        took(receive(from_.socket.get(), shared_), shared_.size());
    }
    return from_.broken ? pump_result::reset : pump_result::waits;
}

// RST does not wait for a reader who stalls: on a direct connection, too, the bytes before it are
// lost then.
pump_result link_pump::when_blocked() {
    if (!chain_) {
        return from_.broken ? pump_result::reset : pump_result::waits;
    }
    chain_->advance(clock::now());
    const bool resets = std::ranges::find(chain_->ready(), piece::kind::reset, &piece::what) !=
                        chain_->ready().end();
    return resets ? pump_result::reset : pump_result::waits;
}

pump_result link_pump::run_plain() {
    for (int moves = 0; moves < moves_max; ++moves) {
        if (from_.ended) {
            return from_.broken ? pump_result::reset : pump_result::ended;
        }
        if (!from_.readable) {
            return pump_result::waits;
        }
        if (!pipe_.is_open() && moved_bytes_ >= splice_from_bytes && !pipe_.open()) {
            moved_bytes_ = 0;  // asked for again after as many bytes
        }
        switch (pipe_.is_open() ? splice() : copy()) {
            case progress::made:
                break;
            case progress::blocked:
                return when_blocked();
            case progress::source_dry:
                if (from_.broken) {
                    return pump_result::reset;
                }
                break;
            case progress::failed:
                return pump_result::waits;
        }
    }
    return pump_result::again;
}

bool link_pump::took(ssize_t count, std::size_t asked_bytes) {
    if (count > 0) {
        traffic_.received_bytes += static_cast<std::uint64_t>(count);
        // epoll(7): of a stream, a short read tells that there is no more; but its FIN may be.
        from_.readable = static_cast<std::size_t>(count) == asked_bytes || from_.hung_up;
        return true;
    }
    from_.readable = false;
    from_.ended = count == 0;
    from_.broken = from_.broken || (count < 0 && errno != EAGAIN);
    return false;
}

link_pump::progress link_pump::copy() {
    const ssize_t count = receive(from_.socket.get(), shared_);
    if (!took(count, shared_.size())) {
        return progress::source_dry;
    }
    const std::string_view bytes(shared_.data(), static_cast<std::size_t>(count));
    moved_bytes_ += bytes.size();
    std::size_t sent_count = 0;
    const progress sent = send(bytes, sent_count);
    backlog_ = bytes.substr(sent_count);
    return sent;
}

link_pump::progress link_pump::splice() {
    const ssize_t count = pipe_.fill_from(from_.socket.get());
    // How much it could have been nobody knows: only EAGAIN tells that the source is dry.
    if (!took(count, static_cast<std::size_t>(std::max<ssize_t>(count, 0)))) {
        return progress::source_dry;
    }
    const bool is_small = static_cast<std::size_t>(count) < small_move_bytes;
    small_moves_count_ = is_small ? small_moves_count_ + 1 : 0;
    const progress flushed = flush();
    if (flushed == progress::made && small_moves_count_ == small_moves_max) {
        stop_splicing();
    }
    return flushed;
}

void link_pump::stop_splicing() {
    pipe_.close();
    small_moves_count_ = 0;
    moved_bytes_ = 0;
}

link_pump::progress link_pump::send(std::string_view bytes, std::size_t& sent_count) {
    while (sent_count < bytes.size()) {
        const ssize_t count = ::send(to_.socket.get(), bytes.data() + sent_count,
                                     bytes.size() - sent_count, MSG_NOSIGNAL);
        if (count >= 0) {
            sent_count += static_cast<std::size_t>(count);
            traffic_.sent_bytes += static_cast<std::uint64_t>(count);
            continue;
        }
        if (errno == EAGAIN) {
            to_.writable = false;
            return progress::blocked;
        }
        if (errno != EINTR) {
            to_.broken = true;
            to_.readable = true;  // what it said before it broke has yet to be read
            return progress::failed;
        }
    }
    return progress::made;
}

// What was read before comes first.
link_pump::progress link_pump::flush() {
    if (backlog_.empty() && pipe_.held_bytes() == 0) {
        return progress::made;
    }
    if (!to_.writable) {
        return progress::blocked;
    }
    const progress sent = send(backlog_, backlog_sent_count_);
    if (sent != progress::made) {
        return sent;
    }
    backlog_ = std::string();  // its memory, too: most connections never need it again
    backlog_sent_count_ = 0;
    while (pipe_.held_bytes() > 0) {
        const ssize_t count = pipe_.drain_to(to_.socket.get());
        if (count > 0) {
            traffic_.sent_bytes += static_cast<std::uint64_t>(count);
            traffic_.spliced_bytes += static_cast<std::uint64_t>(count);
        } else if (count < 0 && errno == EAGAIN) {
            to_.writable = false;
            return progress::blocked;
        } else {
            to_.broken = true;
            to_.readable = true;
            return progress::failed;
        }
    }
    return progress::made;
}

pump_result link_pump::run_toxics() {
    stop_splicing();
    for (int moves = 0; moves < moves_max; ++moves) {
        chain_->advance(clock::now());
        const pump_result out = let_out();
        if (out != pump_result::waits) {
            return out;
        }
        if (!let_in()) {
            return pump_result::waits;
        }
    }
    return pump_result::again;
}

pump_result link_pump::let_out() {
    std::deque<piece>& ready = chain_->ready();
    while (!ready.empty()) {
        piece& next = ready.front();
        if (next.what != piece::kind::bytes) {
            const piece::kind end = next.what;
            ready.pop_front();
            return end == piece::kind::end     ? pump_result::ended
                   : end == piece::kind::close ? pump_result::close
                                               : pump_result::reset;
        }
        // One piece a call: what a toxic cut leaves as segments of their own.
        std::size_t sent_count = 0;
        const progress sent = to_.writable ? send(next.bytes, sent_count) : progress::blocked;
        next.bytes.erase(0, sent_count);
        if (sent == progress::failed) {
            ready.clear();
            return pump_result::waits;
        }
        if (sent == progress::blocked) {
            return when_blocked();
        }
        ready.pop_front();
    }
    return pump_result::waits;
}

// False: nothing came in.
bool link_pump::let_in() {
    if (source_is_told_ || to_.broken) {
        return false;
    }
    const bool is_full = chain_->held_bytes() >= held_bytes_max;
    if (from_.readable && !is_full && !from_.ended) {
        const std::size_t most = std::min(shared_.size(), toxic_read_bytes);
        const ssize_t count = receive(from_.socket.get(), shared_.first(most));
        if (took(count, most)) {
            chain_->take(bytes_of(std::string(shared_.data(), static_cast<std::size_t>(count))),
                         clock::now());
            return true;
        }
    }
    if (from_.broken && (!from_.readable || is_full)) {
        source_is_told_ = true;
        chain_->take(the(piece::kind::reset), clock::now());
        return true;
    }
    if (from_.ended) {
        source_is_told_ = true;
        chain_->take(the(piece::kind::end), clock::now());
        return true;
    }
    return false;
}

}  // namespace stormdrain
