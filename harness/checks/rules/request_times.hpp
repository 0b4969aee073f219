#pragma once
// When a request was under way, in the words that several rules use.

#include "harness/load/ledger.hpp"

#include <optional>

namespace stormdrain::rules {

inline since_start sent_at(const request_row& row) {
    return row.first_byte_sent.value_or(row.started);
}

inline bool sent_wholly_before(const request_row& row, since_start instant) {
    return row.all_sent && *row.all_sent < instant;
}

// `stop`: T0; empty: it never came.
inline bool sent_after(const request_row& row, const std::optional<since_start>& stop) {
    return stop && sent_at(row) >= *stop;
}

inline bool ended_after(const request_row& row, const std::optional<since_start>& stop) {
    return stop && row.ended >= *stop;
}

inline bool is_reused(const request_row& row) {
    return row.number_on_connection > 0;
}

}  // namespace stormdrain::rules
