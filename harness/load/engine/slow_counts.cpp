#include "harness/load/engine/slow_counts.hpp"

#include <algorithm>

namespace stormdrain {

void slow_counts::add(const slow_counts& other) {
    connecting += other.connecting;
    held += other.held;
    connected += other.connected;
    refused += other.refused;
    unreached += other.unreached;
    answered += other.answered;
    answered_408 += other.answered_408;
    closed += other.closed;
    reset += other.reset;
    pieces += other.pieces;
    unmade += other.unmade;
    shortest_life = std::min(shortest_life, other.shortest_life);
    longest_life = std::max(longest_life, other.longest_life);
    unmade_errno = unmade_errno != 0 ? unmade_errno : other.unmade_errno;
    unreached_errno = unreached_errno != 0 ? unreached_errno : other.unreached_errno;
}

void slow_board::lived(duration length) {
    shortest_life_ = std::min(shortest_life_.load(), length.count());
    longest_life_ = std::max(longest_life_.load(), length.count());
}

void slow_board::unmade(int error) {
    add(row::unmade);
    unmade_errno_ = unmade_errno_ != 0 ? unmade_errno_.load() : error;
}

void slow_board::unreached(int error) {
    add(row::unreached);
    unreached_errno_ = unreached_errno_ != 0 ? unreached_errno_.load() : error;
}

slow_counts slow_board::look() const {
    slow_counts seen;
    seen.connecting = at(row::connecting);
    seen.held = at(row::held);
    seen.connected = at(row::connected);
    seen.refused = at(row::refused);
    seen.unreached = at(row::unreached);
    seen.answered = at(row::answered);
    seen.answered_408 = at(row::answered_408);
    seen.closed = at(row::closed);
    seen.reset = at(row::reset);
    seen.pieces = at(row::pieces);
    seen.unmade = at(row::unmade);
    seen.shortest_life = duration(shortest_life_.load());
    seen.longest_life = duration(longest_life_.load());
    seen.unmade_errno = unmade_errno_.load();
    seen.unreached_errno = unreached_errno_.load();
    return seen;
}

}  // namespace stormdrain
