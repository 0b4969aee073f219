// The rules of a dialogue over HTTP/2 that two clients cannot be compared in: several streams at a
// time, schedules, and servers that break the protocol. What a single request's row says is in
// both_http2_clients_test.cpp.

#include "harness/load/engine/http2_dialogue.hpp"

#include "harness/load/engine/attack_conduct.hpp"
#include "harness/net/http2/frames.hpp"

#include <boost/asio/error.hpp>
#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using fate = connection_fate;

http2_frame frame_of(http2_frame_type type, std::uint32_t stream, std::string payload) {
    http2_frame frame;
    frame.type = type;
    frame.flags = http2_flag::end_headers | http2_flag::end_stream;
    frame.stream = stream;
    frame.payload = std::move(payload);
    return frame;
}

// ":status: 200", by HPACK's static table (RFC 7541 A).
http2_frame answer_to(std::uint32_t stream) {
    return frame_of(http2_frame_type::headers, stream, "\x88");
}

auto ended(request_end end) {
    return Field("end", &request_row::end, end);
}

class Http2Dialogue : public testing::Test {
protected:
    Http2Dialogue() {
        route_.path = "/a";
        plan_.protocol = engine_protocol::http_2;
        plan_.pipeline_depth = 3;
    }

    void aim() {
        plan_.routes = {ask("small", route_, "test")};
        plan_.routes.front().over_http2 = render_http2(route_, "test", "http");
    }

    // A connection on which as many requests were sent as are due.
    void connect() {
        aim();
        dialogue_.reset();
        state_.emplace(plan_, schedule_share{}, start_);
        conduct_.emplace(*state_);
        dialogue_.emplace(*state_, *conduct_);
        said_.clear();
        say(dialogue_->ask(start_, 1));
        dialogue_->connect_begins(start_);
        dialogue_->connected({start_, start_});
        dialogue_->write_begins(start_);
        dialogue_->all_sent(start_);
        EXPECT_THAT(said_, StartsWith(std::string(http2_client_preface)));
        said_.erase(0, http2_client_preface.size());
        take(settings_frame());
        ask_more();
    }

    void say(std::string_view text) { said_ += text; }
    fate ask_more() {
        say(dialogue_->ask(now_, plan_.pipeline_depth));
        return dialogue_->all_sent(now_);
    }
    fate take(const http2_frame& frame) { return dialogue_->take(to_bytes(frame), now_); }
    fate take(const std::vector<http2_frame>& frames) {
        std::string bytes;
        for (const http2_frame& frame : frames) {
            bytes += to_bytes(frame);
        }
        return dialogue_->take(bytes, now_);
    }

    // The streams on which requests were said since the last look.
    std::vector<std::uint32_t> asked() {
        std::vector<std::uint32_t> streams;
        while (const std::optional<http2_frame> frame = take_frame(said_)) {
            if (frame->type == http2_frame_type::headers) {
                streams.push_back(frame->stream);
            }
        }
        return streams;
    }

    const request_tally& tally() const { return state_->book.tally(); }

    const time_point start_ = clock::now();
    time_point now_ = start_ + 1ms;
    route route_;
    engine_plan plan_;
    std::optional<engine_state> state_;
    std::optional<attack_conduct> conduct_;
    std::optional<http2_dialogue> dialogue_;
    std::string said_;
};

TEST_F(Http2Dialogue, KeepsAsManyStreamsUnderWayAsThePlanSays) {
    connect();
    EXPECT_THAT(asked(), ElementsAre(1, 3, 5));
    EXPECT_EQ(take({answer_to(5), answer_to(1)}), fate::kept);
    EXPECT_EQ(tally().ordinary, 2U);
    ask_more();
    EXPECT_THAT(asked(), ElementsAre(7, 9));
    EXPECT_EQ(tally().started, 5U);
}

TEST_F(Http2Dialogue, TakesAnswersHoweverTheyAreCut) {
    plan_.requests_count = 3;
    const std::string answers =
        to_bytes(answer_to(3)) + to_bytes(answer_to(1)) + to_bytes(answer_to(5));
    for (std::size_t cut = 1; cut < answers.size(); ++cut) {
        connect();
        dialogue_->take(answers.substr(0, cut), now_);
        dialogue_->take(answers.substr(cut), now_);
        EXPECT_EQ(tally().ordinary, 3U) << cut;
        EXPECT_FALSE(dialogue_->is_waiting());
    }
}

TEST_F(Http2Dialogue, AsksNothingBehindAGoawayAndWaitsForWhatIsOwed) {
    connect();
    EXPECT_EQ(take(goaway_frame(3, 0)), fate::kept);
    EXPECT_THAT(tally().unusual, ElementsAre(AllOf(ended(request_end::unprocessed),
                                                   Field(&request_row::stream, 5U))));
    EXPECT_EQ(state_->times.unprocessed_count, 1U);
    EXPECT_EQ(state_->times.goaways_count, 1U);
    asked();
    EXPECT_EQ(ask_more(), fate::kept);
    EXPECT_THAT(asked(), IsEmpty());
    EXPECT_TRUE(dialogue_->is_waiting());
    take({answer_to(1), answer_to(3)});
    EXPECT_EQ(tally().ordinary, 2U);
    EXPECT_EQ(ask_more(), fate::kept);
    EXPECT_TRUE(dialogue_->is_used_up() && !dialogue_->is_waiting());
    EXPECT_EQ(state_->times.unasked_answers, 0U);
    dialogue_->ended(boost::asio::error::eof, now_);
    EXPECT_EQ(state_->times.closed_while_idle, 0U);
    dialogue_->closed();
    EXPECT_FALSE(dialogue_->is_used_up());
}

// Goal: two of three streams wait until the server allows more than one at a time, and the GOAWAY
// comes first.
TEST_F(Http2Dialogue, KnowsThatWhatItHeldBackWasNotProcessed) {
    constexpr std::uint16_t max_concurrent_streams = 0x3;  // RFC 9113 section 6.5.2
    connect();
    take({answer_to(1), answer_to(3), answer_to(5)});
    take(settings_frame(http2_setting{max_concurrent_streams, 1}));
    asked();
    ask_more();
    EXPECT_THAT(asked(), ElementsAre(7));
    take({goaway_frame(7, 0), answer_to(7)});
    EXPECT_EQ(tally().ordinary, 4U);
    ask_more();
    EXPECT_THAT(tally().unusual, AllOf(SizeIs(2), Each(ended(request_end::unprocessed))));
    EXPECT_TRUE(dialogue_->is_used_up() && !dialogue_->is_waiting());
}

TEST_F(Http2Dialogue, GivesUpWhatIsLateAndKeepsTheConnection) {
    connect();
    take(answer_to(1));
    now_ = start_ + 1s;
    ask_more();  // the fourth, which has more time
    EXPECT_EQ(dialogue_->deadline(), start_ + 1ms + plan_.request_timeout);
    now_ = dialogue_->deadline();
    EXPECT_EQ(dialogue_->timed_out(now_), fate::kept);
    EXPECT_THAT(tally().unusual, AllOf(SizeIs(2), Each(ended(request_end::timed_out))));
    // What comes of them all the same is nobody's.
    take({answer_to(3), answer_to(7)});
    EXPECT_EQ(tally().ordinary, 2U);
    EXPECT_EQ(tally().unusual_count, 2U);
    EXPECT_FALSE(dialogue_->is_waiting());
}

TEST_F(Http2Dialogue, CountsEachRequestThatAnEndLeftWithoutAnswer) {
    connect();
    take(answer_to(3));
    dialogue_->ended(boost::asio::error::connection_reset, now_);
    EXPECT_THAT(tally().unusual, AllOf(SizeIs(2), Each(ended(request_end::reset))));
    dialogue_->closed();
    dialogue_->ended(boost::asio::error::eof, now_);
    EXPECT_EQ(state_->times.closed_while_idle, 1U);
}

TEST_F(Http2Dialogue, CallsABrokenProtocolMalformed) {
    connect();
    // A window of zero more bytes (RFC 9113 section 6.9).
    take(frame_of(http2_frame_type::window_update, 0, std::string(4, '\0')));
    EXPECT_EQ(ask_more(), fate::to_be_closed);
    EXPECT_THAT(tally().unusual, AllOf(SizeIs(3), Each(ended(request_end::malformed))));
}

TEST_F(Http2Dialogue, CountsNonsenseThatNobodyAskedFor) {
    plan_.requests_count = 1;
    connect();
    take(answer_to(1));
    take(answer_to(2));  // of a push, which was forbidden
    EXPECT_EQ(ask_more(), fate::to_be_closed);
    EXPECT_EQ(state_->times.unasked_answers, 1U);
    EXPECT_EQ(tally().unusual_count, 0U);
}

TEST_F(Http2Dialogue, SendsABodyAsTheWindowAllows) {
    route_.method = "POST";
    route_.body_bytes = 100'000;
    plan_.pipeline_depth = 1;
    connect();
    std::size_t bytes = 0;
    const auto count = [&] {
        while (const std::optional<http2_frame> frame = take_frame(said_)) {
            bytes += frame->type == http2_frame_type::data ? frame->payload.size() : 0;
        }
    };
    ask_more();
    count();
    EXPECT_EQ(bytes, 65'535U);  // RFC 9113 section 6.9.2
    const std::string more("\x00\x01\x00\x00", 4);
    http2_frame update = frame_of(http2_frame_type::window_update, 0, more);
    update.flags = 0;
    take(update);
    update.stream = 1;
    take(update);
    ask_more();
    count();
    EXPECT_EQ(bytes, 100'000U);
    take(answer_to(1));
    EXPECT_EQ(tally().ordinary, 1U);
}

TEST_F(Http2Dialogue, TellsLatencyFromTheScheduleAndFromTheSend) {
    plan_.open_loop.per_second = 1000;
    plan_.requests_count = 1;
    now_ = start_ + 400ms;
    aim();
    state_.emplace(plan_, schedule_share{}, start_);
    conduct_.emplace(*state_);
    dialogue_.emplace(*state_, *conduct_);
    ASSERT_FALSE(dialogue_->ask(now_, 1).empty());
    dialogue_->connect_begins(now_);
    dialogue_->connected({now_, now_});
    dialogue_->write_begins(now_);
    now_ += 7ms;
    take({settings_frame(), answer_to(1)});
    EXPECT_EQ(tally().latency.max(), 7ms);
    EXPECT_EQ(state_->book.tally().send_lag.max(), 400ms);
    EXPECT_EQ(state_->book.tally().latency_from_intended.max(), 407ms);
}

}  // namespace
}  // namespace stormdrain
