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

TEST(Ledger, TellsFailuresOnReusedConnectionsFromThoseOnFreshOnes) {
    ledger book;
    request_row row;
    row.end = request_end::reset;
    book.unusual(row);
    row.number_on_connection = 3;
    book.unusual(row);
    book.unusual(row);
    row.begun_after_stop = true;
    book.unusual(row);
    row.begun_after_stop = false;
    row.end = request_end::harness_failed;
    book.unusual(row);
    EXPECT_EQ(book.tally().failed_on_fresh, 1U);
    EXPECT_EQ(book.tally().failed_on_reused, 2U);
    ASSERT_EQ(book.tally().failures.size(), 2U);
    EXPECT_EQ(book.tally().failures[1].count, 2U);
    EXPECT_EQ(book.tally().unusual_count, 5U);
    request_tally both = book.tally();
    both.add(book.tally());
    EXPECT_EQ(both.failed_on_reused, 4U);
    EXPECT_EQ(both.failures[1].count, 4U);
}

TEST(Ledger, KeepsTheTrialsOfAcknowledgingAtOnceApart) {
    ledger book;
    ordinary_request done = after(80ms, 1, false);
    done.response_bytes = 140;
    book.ordinary(done);
    done.receiving_time = 1ms;
    done.acknowledged_at_once = true;
    book.ordinary(done);
    EXPECT_EQ(book.tally().receiving_time.count(), 1U);
    EXPECT_EQ(book.tally().acknowledged_receiving_time.max(), 1ms);
    EXPECT_EQ(book.tally().response_bytes_max, 140U);
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

TEST(Ledger, TellsWithinWhatTimeTheFirstConnectsBegan) {
    ledger book;
    const time_point began = clock::now();
    EXPECT_EQ(book.tally().connects_began_within, 0ms);
    book.first_connect_began(began);
    EXPECT_EQ(book.tally().connects_began_within, 0ms);
    book.first_connect_began(began + 30ms);
    book.first_connect_began(began + 20ms);
    EXPECT_EQ(book.tally().connects_began_within, 30ms);
    request_tally sum = book.tally();
    sum.add(ledger().tally());
    EXPECT_EQ(sum.connects_began_within, 30ms);
}

TEST(Ledger, HasAWordForEveryEnd) {
    EXPECT_EQ(to_text(request_end::answered), "answered");
    EXPECT_EQ(to_text(request_end::timed_out), "timed_out");
    EXPECT_EQ(to_text(request_end::abandoned), "abandoned");
    EXPECT_EQ(to_text(failure_phase::connect), "connect");
    EXPECT_EQ(to_text(failure_phase::status), "status");
    EXPECT_EQ(to_text(address_family::ipv6), "ipv6");
    EXPECT_EQ(to_text(family_of({"127.0.0.1", 80})), "ipv4");
    EXPECT_EQ(to_text(family_of({"::1", 80})), "ipv6");
    EXPECT_EQ(to_text(family_of({"/run/app.sock", 0})), "unix");
}

TEST(Ledger, KnowsTheSizesOfBodiesByRoute) {
    ledger book;
    book.had_body("small", 10);
    book.had_body("large", 1000);
    book.had_body("small", 12);
    const std::vector<body_sizes> expected{{"small", 2, 10, 12}, {"large", 1, 1000, 1000}};
    EXPECT_EQ(book.tally().bodies, expected);
    request_tally sum = book.tally();
    sum.add(book.tally());
    EXPECT_EQ(sum.bodies.front(), (body_sizes{"small", 4, 10, 12}));
}

TEST(Ledger, KeepsAFewRowsOfAnswersThatMetTheStop) {
    ledger book;
    for (std::size_t count = 0; count < across_stop_rows_max + 1; ++count) {
        book.met_stop({});
    }
    EXPECT_EQ(book.tally().across_stop.size(), across_stop_rows_max);
    request_tally sum;
    sum.add(book.tally());
    sum.add(book.tally());
    EXPECT_EQ(sum.across_stop.size(), across_stop_rows_max);
}

}  // namespace
}  // namespace stormdrain
