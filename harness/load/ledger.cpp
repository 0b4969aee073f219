#include "harness/load/ledger.hpp"

#include <array>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::array<std::string_view, 10> end_words{
    "answered",         "refused",   "reset",          "end_of_stream",  "timed_out",
    "handshake_failed", "malformed", "connect_failed", "harness_failed", "abandoned"};

}  // namespace

std::string_view to_text(request_end end) {
    return end_words.at(static_cast<std::size_t>(end));
}

void request_tally::add(const request_tally& other) {
    started += other.started;
    ordinary += other.ordinary;
    answered_after_stop += other.answered_after_stop;
    reused_connection += other.reused_connection;
    for (const request_row& row : other.unusual) {
        if (unusual.size() < unusual_rows_max) {
            unusual.push_back(row);
        }
    }
    unusual_count += other.unusual_count;
    latency.add(other.latency);
    whole_time.add(other.whole_time);
    receiving_time.add(other.receiving_time);
    connect_time.add(other.connect_time);
    handshake_time.add(other.handshake_time);
    connections_opened += other.connections_opened;
    handshakes_resumed += other.handshakes_resumed;
}

void ledger::ordinary(const ordinary_request& done) {
    ++tally_.ordinary;
    tally_.answered_after_stop += done.begun_after_stop ? 1 : 0;
    tally_.reused_connection += done.number_on_connection != 0 ? 1 : 0;
    tally_.latency.record(done.latency);
    tally_.whole_time.record(done.whole_time);
    tally_.receiving_time.record(done.receiving_time);
}

void ledger::unusual(request_row row) {
    ++tally_.unusual_count;
    if (tally_.unusual.size() < unusual_rows_max) {
        tally_.unusual.push_back(std::move(row));
    }
}

void ledger::connected(duration connect_time, duration handshake_time) {
    ++tally_.connections_opened;
    tally_.connect_time.record(connect_time);
    if (handshake_time != duration::zero()) {  // plain TCP has none
        tally_.handshake_time.record(handshake_time);
    }
}

}  // namespace stormdrain
