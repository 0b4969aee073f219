#include "harness/load/http2_client.hpp"

#include "harness/load/load_generator.hpp"
#include "harness/testing/http2_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <boost/asio/redirect_error.hpp>
#include <gmock/gmock.h>

#include <array>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class Http2Client : public io_fixture {
protected:
    Http2Client() {
        profile_.protocol = load_protocol::h2c;
        profile_.clients_count = 1;
        profile_.requests_per_client = 6;
        profile_.streams_per_connection = 3;
        profile_.after = after_stop::close;
    }

    // Runs the profile against the script and gives the tally. `at_stop`: comes with the first
    // whole answer.
    request_tally run_against(scripted_peer::script script) {
        scripted_peer peer(executor(), std::move(script));
        port_address port;
        port.name = "http";
        port.where = peer.where();
        connector connections(executor(), port, log_);
        load_generator load(executor(), connections, clock_, {route_}, profile_);
        stop_ = [&load] { load.stop_triggered(); };
        run([&]() -> asio::awaitable<void> {
            co_await load.run(clock::now() + 10s);
            co_await peer.stop();
        });
        return load.tally();
    }

    // Until the client is gone.
    static asio::awaitable<void> answer_all(http2_script& talk) {
        for (;;) {
            const std::uint32_t stream = co_await talk.next_request();
            co_await talk.answer(stream);
        }
    }

    cycle_clock clock_;
    connection_log log_{clock_};
    route route_;
    load_profile profile_;
    std::function<void()> stop_;
};

// Ends with the connection, which is nothing that a script has to look at.
scripted_peer::script until_gone(std::function<asio::awaitable<void>(http2_script&)> talk) {
    return [talk = std::move(talk)](tcp::socket socket) -> asio::awaitable<void> {
        http2_script script(socket);
        try {
            co_await script.greet();
            co_await talk(script);
            co_await script.hang_up();
        } catch (const boost::system::system_error&) {
        }
    };
}

auto ended(request_end end) {
    return Field("end", &request_row::end, end);
}

TEST_F(Http2Client, AsksSeveralRequestsAtATimeOnOneConnection) {
    std::vector<std::uint32_t> together;
    const request_tally tally =
        run_against(until_gone([&](http2_script& talk) -> asio::awaitable<void> {
            for (int i = 0; i < 3; ++i) {
                together.push_back(co_await talk.next_request());
            }
            for (const std::uint32_t stream : together) {
                co_await talk.answer(stream);
            }
            co_await answer_all(talk);
        }));
    EXPECT_THAT(together, testing::ElementsAre(1, 3, 5));
    EXPECT_EQ(tally.started, 6U);
    EXPECT_EQ(tally.ordinary, 6U);
    EXPECT_EQ(tally.unusual_count, 0U);
    EXPECT_EQ(tally.connections_opened, 1U);
    EXPECT_EQ(tally.reused_connection, 5U);
    EXPECT_EQ(log_.open_count(), 0U);
    EXPECT_THAT(tally.http2, IsEmpty());  // nothing befell it
}

TEST_F(Http2Client, OpensANewConnectionWhereTheProfileCapsThem) {
    profile_.streams_per_connection = 1;
    profile_.requests_per_connection = 2;
    const request_tally tally = run_against(until_gone(answer_all));
    EXPECT_EQ(tally.ordinary, 6U);
    EXPECT_EQ(tally.connections_opened, 3U);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(Http2Client, ClosesAConnectionAtItsCapBehindWhatGoesOnThere) {
    profile_.requests_per_client = 7;
    profile_.requests_per_connection = 3;
    const request_tally tally = run_against(until_gone(answer_all));
    EXPECT_EQ(tally.ordinary, 7U);
    EXPECT_EQ(tally.connections_opened, 3U);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(Http2Client, TellsStreamsAboveTheGoawayFromThoseItCounts) {
    profile_.requests_per_client = 3;
    const request_tally tally =
        run_against(until_gone([&](http2_script& talk) -> asio::awaitable<void> {
            for (int i = 0; i < 3; ++i) {
                co_await talk.next_request();
            }
            const http2_frame farewell = goaway_frame(3, 0);
            co_await talk.say(farewell);
            co_await talk.answer(1);
        }));  // and the connection is closed: 3 is lost, 5 was never taken
    EXPECT_EQ(tally.ordinary, 1U);
    ASSERT_THAT(tally.unusual, SizeIs(2));
    EXPECT_THAT(tally.unusual,
                testing::UnorderedElementsAre(
                    AllOf(ended(request_end::unprocessed), Field(&request_row::stream, 5U)),
                    AllOf(ended(request_end::end_of_stream), Field(&request_row::stream, 3U))));
    EXPECT_THAT(tally.unusual, Each(Field(&request_row::goaway_last_stream, 3U)));
    EXPECT_EQ(tally.failed_on_reused, 1U);  // a request that may be asked again is no failure
    ASSERT_THAT(tally.http2, SizeIs(1));
    EXPECT_EQ(tally.http2[0].goaways_count, 1U);
    EXPECT_EQ(tally.http2[0].first_last_stream, 3U);
    EXPECT_EQ(tally.http2[0].highest_stream_at_first, 5U);
    EXPECT_TRUE(tally.http2[0].closed_by_server);
}

TEST_F(Http2Client, AsksNothingBehindAGoawayAndWaitsForTheClose) {
    profile_.after = after_stop::keep_sending;
    profile_.streams_per_connection = 1;
    profile_.requests_per_client = 100;
    int connections = 0;
    const request_tally tally =
        run_against(until_gone([&](http2_script& talk) -> asio::awaitable<void> {
            const std::uint32_t first = co_await talk.next_request();
            if (++connections > 1) {
                co_return;  // what a stopped server does to whoever connects once more
            }
            stop_();
            const http2_frame notice = goaway_frame(every_http2_stream, 0);
            const http2_frame farewell = goaway_frame(first, 0);
            co_await talk.say(notice);
            co_await talk.say(farewell);
            co_await talk.answer(first);
        }));
    EXPECT_EQ(connections, 2);  // once more, on a fresh one
    EXPECT_EQ(tally.ordinary, 1U);
    ASSERT_THAT(tally.http2, SizeIs(2));
    const http2_connection_row& stopped =
        tally.http2[0].goaways_count > 0 ? tally.http2[0] : tally.http2[1];
    EXPECT_EQ(stopped.goaways_count, 2U);
    EXPECT_EQ(stopped.first_last_stream, every_http2_stream);
    EXPECT_EQ(stopped.last_stream, 1U);
    EXPECT_TRUE(stopped.closed_by_server);
    EXPECT_TRUE(stopped.quiet_since.has_value());
}

TEST_F(Http2Client, SeesAnswersAboveTheGoaway) {
    profile_.requests_per_client = 3;
    const request_tally tally =
        run_against(until_gone([](http2_script& talk) -> asio::awaitable<void> {
            for (int i = 0; i < 3; ++i) {
                co_await talk.next_request();
            }
            const http2_frame farewell = goaway_frame(3, 0);
            co_await talk.say(farewell);
            for (const std::uint32_t stream : {5U, 1U, 3U}) {
                co_await talk.answer(stream);
            }
        }));
    ASSERT_THAT(tally.http2, SizeIs(1));
    EXPECT_EQ(tally.http2[0].answered_above_goaway, 1U);
    EXPECT_EQ(tally.ordinary, 2U);
    EXPECT_THAT(tally.unusual, Each(ended(request_end::unprocessed)));
}

TEST_F(Http2Client, WritesDownWhatTheServerResets) {
    profile_.requests_per_client = 2;
    profile_.streams_per_connection = 2;
    const request_tally tally =
        run_against(until_gone([](http2_script& talk) -> asio::awaitable<void> {
            constexpr std::uint32_t refused_stream = 7;  // RFC 9113 section 7
            constexpr std::uint32_t internal_error = 2;
            const std::uint32_t first = co_await talk.next_request();
            const std::uint32_t second = co_await talk.next_request();
            const http2_frame refused = reset_frame(first, refused_stream);
            const http2_frame failed = reset_frame(second, internal_error);
            co_await talk.say(refused);
            co_await talk.say(failed);
            co_await answer_all(talk);
        }));
    EXPECT_THAT(tally.unusual, testing::UnorderedElementsAre(
                                   ended(request_end::unprocessed),
                                   AllOf(ended(request_end::reset),
                                         Field(&request_row::error, "RST_STREAM INTERNAL_ERROR"))));
}

// As h2o 2.2 does on a connection whose preface comes just behind SIGTERM: the GOAWAY goes ahead of
// its SETTINGS, and then it answers.
TEST_F(Http2Client, LeavesAConnectionThatBeginsWithAGoaway) {
    profile_.requests_per_client = 30;
    profile_.after = after_stop::keep_sending;
    int connections = 0;
    const request_tally tally = run_against([&](tcp::socket socket) -> asio::awaitable<void> {
        http2_script talk(socket);
        const http2_frame notice = goaway_frame(every_http2_stream, 0);
        const http2_frame settings = settings_frame();
        try {
            if (++connections == 1) {
                co_await talk.greet();
                co_await talk.next_request();
                stop_();
                co_await talk.hang_up();
            }
            co_await talk.take_preface();
            co_await talk.say(notice);
            co_await talk.say(settings);
            co_await answer_all(talk);
        } catch (const boost::system::system_error&) {
        }
    });
    EXPECT_EQ(connections, 2);  // and nobody comes again
    // Three on the first connection, one on the second.
    EXPECT_EQ(tally.started, 4U);
    EXPECT_THAT(tally.unusual,
                testing::Contains(
                    AllOf(ended(request_end::malformed),
                          Field(&request_row::error, testing::HasSubstr("RFC 9113 section 3.4")))));
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(Http2Client, DoesNotSpinOnAConnectionThatRefusesEveryStream) {
    profile_.requests_per_client = 4;
    profile_.after = after_stop::keep_sending;
    // Each of the three streams at a time: once before the stop, thrice behind it, and one of them
    // once more.
    constexpr std::uint64_t wanted_count = 3 + 3 * 3 + 1;
    std::uint64_t refused_count = 0;
    const request_tally tally =
        run_against(until_gone([&](http2_script& talk) -> asio::awaitable<void> {
            constexpr std::uint32_t refused_stream = 7;  // RFC 9113 section 7
            for (;;) {
                const std::uint32_t stream = co_await talk.next_request();
                if (++refused_count == 3) {
                    stop_();
                }
                const http2_frame refused = reset_frame(stream, refused_stream);
                co_await talk.say(refused);
                if (refused_count == wanted_count) {
                    co_return;
                }
            }
        }));
    EXPECT_EQ(refused_count, wanted_count);
    EXPECT_THAT(tally.unusual, Each(ended(request_end::unprocessed)));
    EXPECT_EQ(tally.started, refused_count);
}

TEST_F(Http2Client, GivesUpARequestThatIsNotAnsweredInTime) {
    profile_.requests_per_client = 1;
    profile_.streams_per_connection = 1;
    profile_.request_timeout = 50ms;
    const request_tally tally =
        run_against(until_gone([](http2_script& talk) -> asio::awaitable<void> {
            co_await talk.next_request();
            http2_frame frame = co_await talk.next();
            while (frame.type != http2_frame_type::rst_stream) {
                frame = co_await talk.next();
            }
        }));
    EXPECT_THAT(tally.unusual, testing::ElementsAre(ended(request_end::timed_out)));
}

TEST_F(Http2Client, CallsOtherBytesMalformed) {
    profile_.requests_per_client = 1;
    profile_.streams_per_connection = 1;
    const request_tally tally = run_against([](tcp::socket socket) -> asio::awaitable<void> {
        const std::string bytes = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
        std::array<char, 256> rest{};
        boost::system::error_code gone;
        while (!gone) {
            co_await socket.async_read_some(asio::buffer(rest),
                                            asio::redirect_error(asio::use_awaitable, gone));
        }
    });
    EXPECT_EQ(tally.unusual_count, 1U);
    EXPECT_THAT(tally.unusual, testing::ElementsAre(ended(request_end::malformed)));
}

TEST_F(Http2Client, EndsWithTheCycle) {
    profile_.requests_per_client = 1;
    profile_.streams_per_connection = 1;
    const request_tally tally =
        run_against(until_gone([&](http2_script& talk) -> asio::awaitable<void> {
            co_await talk.next_request();
            stop_();
            co_await talk.answer(1);
        }));
    EXPECT_EQ(tally.ordinary, 1U);
    EXPECT_THAT(tally.across_stop, SizeIs(1));
    EXPECT_EQ(log_.open_count(), 0U);
}

}  // namespace
}  // namespace stormdrain
