#include "harness/load/ledger.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

ordinary_request after(duration latency, std::uint32_t number_on_connection, bool after_stop) {
    ordinary_request done;
    done.latency = latency;
    done.whole_time = latency + 10ms;
    done.receiving_time = latency / 2;
    done.number_on_connection = number_on_connection;
    done.begun_after_stop = after_stop;
    return done;
}

TEST(Ledger, CountsOrdinaryRequestsWithoutKeepingRows) {
    ledger book;
    book.begin();
    book.begin();
    book.ordinary(after(1ms, 0, false));
    book.ordinary(after(2ms, 1, true));
    EXPECT_EQ(book.tally().started, 2U);
    EXPECT_EQ(book.tally().ordinary, 2U);
    EXPECT_EQ(book.tally().reused_connection, 1U);
    EXPECT_EQ(book.tally().answered_after_stop, 1U);
    EXPECT_EQ(book.tally().latency.max(), 2ms);
    EXPECT_EQ(book.tally().whole_time.max(), 12ms);
    EXPECT_EQ(book.tally().receiving_time.max(), 1ms);
    EXPECT_TRUE(book.tally().unusual.empty());
}

TEST(Ledger, CountsUnusualRequestsBeyondTheRowsItKeeps) {
    ledger book;
    for (std::size_t count = 0; count < unusual_rows_max + 5; ++count) {
        request_row row;
        row.id = book.begin();
        row.end = request_end::refused;
        book.unusual(row);
    }
    EXPECT_EQ(book.tally().unusual.size(), unusual_rows_max);
    EXPECT_EQ(book.tally().unusual_count, unusual_rows_max + 5);
}

TEST(Ledger, RecordsHandshakesOfTlsConnectionsOnly) {
    ledger book;
    book.connected(1ms, 0ms);
    book.connected(1ms, 3ms);
    book.handshake_resumed();
    EXPECT_EQ(book.tally().connections_opened, 2U);
    EXPECT_EQ(book.tally().connect_time.count(), 2U);
    EXPECT_EQ(book.tally().handshake_time.count(), 1U);
    EXPECT_EQ(book.tally().handshakes_resumed, 1U);
    request_tally both = book.tally();
    both.add(book.tally());
    EXPECT_EQ(both.handshakes_resumed, 2U);
}

TEST(Ledger, HasAWordForEveryEnd) {
    EXPECT_EQ(to_text(request_end::answered), "answered");
    EXPECT_EQ(to_text(request_end::timed_out), "timed_out");
    EXPECT_EQ(to_text(request_end::abandoned), "abandoned");
}

}  // namespace
}  // namespace stormdrain
