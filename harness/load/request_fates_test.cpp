#include "harness/load/request_fates.hpp"

#include <boost/asio/error.hpp>
#include <gmock/gmock.h>

#include <cerrno>

namespace stormdrain {
namespace {

namespace asio = boost::asio;

TEST(EndOfConnect, TellsTheServersDoingFromTheMachines) {
    constexpr auto stage = connect_stage::tcp_connect;
    EXPECT_EQ(end_of_connect(stage, asio::error::connection_refused), request_end::refused);
    EXPECT_EQ(end_of_connect(stage, asio::error::connection_reset), request_end::reset);
    EXPECT_EQ(end_of_connect(stage, asio::error::timed_out), request_end::connect_failed);
    EXPECT_EQ(end_of_connect(stage, asio::error::no_descriptors), request_end::harness_failed);
    for (const int limit : {EADDRNOTAVAIL, ENOBUFS, ENOMEM, ENOSPC, ENFILE}) {
        EXPECT_EQ(end_of_connect(stage, {limit, boost::system::system_category()}),
                  request_end::harness_failed)
            << limit;
    }
    EXPECT_EQ(end_of_connect(connect_stage::tls_handshake, asio::error::eof),
              request_end::handshake_failed);
}

TEST(EndOfExchange, NamesEveryEnd) {
    EXPECT_EQ(end_of_exchange(exchange_end::whole), request_end::answered);
    EXPECT_EQ(end_of_exchange(exchange_end::reset), request_end::reset);
    EXPECT_EQ(end_of_exchange(exchange_end::end_of_stream), request_end::end_of_stream);
    EXPECT_EQ(end_of_exchange(exchange_end::timed_out), request_end::timed_out);
    EXPECT_EQ(end_of_exchange(exchange_end::held_back), request_end::harness_failed);
    EXPECT_EQ(end_of_exchange(exchange_end::malformed), request_end::malformed);
}

TEST(PhaseOf, SaysHowFarTheExchangeGot) {
    response_parser response;
    EXPECT_EQ(phase_of(response, {.all_sent = false}), failure_phase::write);
    EXPECT_EQ(phase_of(response, {.all_sent = true}), failure_phase::head);
    response.feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx");
    EXPECT_EQ(phase_of(response, {.all_sent = true}), failure_phase::body);
    response.feed("x");
    EXPECT_EQ(phase_of(response, {.all_sent = true, .whole = true}), failure_phase::status);
    EXPECT_EQ(phase_of(response, {.all_sent = true}), failure_phase::close);
    response_parser nonsense;
    nonsense.feed("nonsense\r\n");
    EXPECT_EQ(phase_of(nonsense, {.all_sent = true}), failure_phase::head);
}

}  // namespace
}  // namespace stormdrain
