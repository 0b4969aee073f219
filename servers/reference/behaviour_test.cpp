// What the reference decides, where real servers go wrong.

#include "servers/reference/behaviour.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <cerrno>

namespace reference {
namespace {

TEST(Behaviour, WaitsForWhatHasRunOutAndForWhatItDoesNotKnow) {
    for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EINVAL, EBADF}) {
        EXPECT_EQ(behaviour().at_accept_error(error), accept_action::pause) << error;
    }
}

TEST(Behaviour, GoesOnAtOnceWhenOnlyOneConnectionIsConcerned) {
    for (const int error : {ECONNABORTED, EINTR, EPERM, EPROTO, ENETDOWN, EHOSTUNREACH}) {
        EXPECT_EQ(behaviour().at_accept_error(error), accept_action::go_on) << error;
    }
}

TEST(Behaviour, ClosesOnlyWhoOwesNothingAtAStop) {
    EXPECT_EQ(behaviour().at_stop(connection_phase::handshaking), stop_action::close_now);
    EXPECT_EQ(behaviour().at_stop(connection_phase::silent), stop_action::close_now);
    EXPECT_EQ(behaviour().at_stop(connection_phase::idle), stop_action::close_now);
    EXPECT_EQ(behaviour().at_stop(connection_phase::tunnelling), stop_action::close_now);
    EXPECT_TRUE(behaviour().closes_what_becomes_idle());
    for (const connection_phase phase :
         {connection_phase::receiving, connection_phase::handling, connection_phase::responding}) {
        EXPECT_EQ(behaviour().at_stop(phase), stop_action::finish);
    }
}

TEST(Behaviour, GivesBackThePlaceOfAConnectionThatIsReset) {
    EXPECT_EQ(behaviour().connections_max(17), 17U);
    EXPECT_TRUE(behaviour().frees_place_of_reset());
    // Whatever it is that was accepted, the next one may fare better.
    EXPECT_EQ(behaviour().at_accepted(-1), accept_action::go_on);
}

TEST(Behaviour, ClosesAListenerAtOnce) {
    boost::asio::io_context context;
    const stream_endpoint any_port = boost::asio::ip::tcp::endpoint(boost::asio::ip::tcp::v4(), 0);
    stream_acceptor acceptor(context, any_port);
    behaviour().close_listener(acceptor);
    EXPECT_FALSE(acceptor.is_open());
}

TEST(Behaviour, BoundsEveryWaitOfAStop) {
    const behaviour correct;
    EXPECT_TRUE(correct.bounds_linger());
    EXPECT_TRUE(correct.enforces_drain_deadline());
    for (const connection_phase phase :
         {connection_phase::handshaking, connection_phase::receiving, connection_phase::handling,
          connection_phase::responding, connection_phase::closing}) {
        EXPECT_TRUE(correct.force_closes(phase));
    }
}

TEST(Behaviour, TreatsConnectionsAsRfc9112Says) {
    const behaviour correct;
    EXPECT_TRUE(correct.keeps_connections_alive());
    EXPECT_TRUE(correct.keeps_pipelined_requests());
    EXPECT_TRUE(correct.drains_before_close());
    EXPECT_TRUE(correct.ends_idle_time_with_request());
    EXPECT_EQ(correct.idle_limit(std::chrono::seconds(15)), std::chrono::seconds(15));
    EXPECT_TRUE(correct.answers_half_closed());
    EXPECT_EQ(correct.at_end_of_stream(), end_action::close);
    EXPECT_EQ(correct.writes_response(), write_action::gathered);
    request_head head;
    EXPECT_TRUE(correct.may_keep_alive(head));
    head.keep_alive = false;  // Connection: close, or HTTP/1.0
    EXPECT_FALSE(correct.may_keep_alive(head));
}

}  // namespace
}  // namespace reference
