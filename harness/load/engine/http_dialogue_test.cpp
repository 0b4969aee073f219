// The rules of a dialogue that two clients cannot be compared in: pipelines and schedules. What a
// single request's row says is in both_clients_test.cpp.

#include "harness/load/engine/http_dialogue.hpp"

#include "harness/load/engine/attack_conduct.hpp"

#include <boost/asio/error.hpp>
#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using fate = http_dialogue::connection_fate;

constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole";
constexpr std::string_view last_answer =
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nwhole";

class HttpDialogue : public testing::Test {
protected:
    HttpDialogue() {
        plan_.routes = {ask("small", {}, "test")};
        plan_.pipeline_depth = 3;
    }

    // A connection on which as many requests were sent as are due.
    void connect() {
        state_.emplace(plan_, schedule_share{}, start_);
        conduct_.emplace(*state_);
        dialogue_.emplace(*state_, *conduct_);
        text_ = dialogue_->ask(start_, 1);
        dialogue_->connect_begins(start_);
        dialogue_->connected({start_, start_});
        dialogue_->all_sent(start_);
        text_ += dialogue_->ask(start_, plan_.pipeline_depth);
        dialogue_->all_sent(start_);
    }

    const request_tally& tally() const { return state_->book.tally(); }
    std::size_t requests_in(std::string_view text) const {
        const std::string& one = plan_.routes.front().request.text;
        std::size_t count = 0;
        for (; text.starts_with(one); text.remove_prefix(one.size())) {
            ++count;
        }
        return text.empty() ? count : 0;
    }

    const time_point start_ = clock::now();
    engine_plan plan_;
    std::optional<engine_state> state_;
    std::optional<attack_conduct> conduct_;
    std::optional<http_dialogue> dialogue_;
    std::string text_;
};

auto ended(request_end end) {
    return Field("end", &request_row::end, end);
}

TEST_F(HttpDialogue, KeepsThePipelineFull) {
    connect();
    EXPECT_EQ(requests_in(text_), 3U);
    EXPECT_EQ(dialogue_->take(std::string(answer) + std::string(answer), start_ + 1ms), fate::kept);
    EXPECT_EQ(tally().ordinary, 2U);
    EXPECT_EQ(requests_in(dialogue_->ask(start_ + 1ms, 3)), 2U);
    EXPECT_EQ(tally().started, 5U);
}

TEST_F(HttpDialogue, TakesAnswersHoweverTheyAreCut) {
    const std::string answers = std::string(answer) + std::string(answer) + std::string(answer);
    for (std::size_t cut = 1; cut < answers.size(); ++cut) {
        plan_.requests_count = 3;
        connect();
        EXPECT_EQ(dialogue_->take(answers.substr(0, cut), start_ + 1ms), fate::kept);
        EXPECT_EQ(dialogue_->take(answers.substr(cut), start_ + 2ms), fate::kept);
        EXPECT_EQ(tally().ordinary, 3U) << cut;
        EXPECT_FALSE(dialogue_->is_waiting());
    }
}

TEST_F(HttpDialogue, LeavesUnjudgedWhatIsBehindAnAnnouncedClose) {
    connect();
    EXPECT_EQ(dialogue_->take(last_answer, start_ + 1ms), fate::to_be_closed);
    EXPECT_EQ(tally().ordinary, 1U);
    EXPECT_THAT(tally().unusual,
                ElementsAre(ended(request_end::abandoned), ended(request_end::abandoned)));
    EXPECT_EQ(tally().failed_on_reused, 0U);
    EXPECT_FALSE(dialogue_->is_waiting());
}

TEST_F(HttpDialogue, CountsEachRequestThatAnEndLeftWithoutAnswer) {
    connect();
    dialogue_->take(answer, start_ + 1ms);
    dialogue_->ended(boost::asio::error::connection_reset, start_ + 2ms);
    EXPECT_THAT(tally().unusual, ElementsAre(ended(request_end::reset), ended(request_end::reset)));
    EXPECT_EQ(tally().failed_on_reused, 2U);
}

TEST_F(HttpDialogue, TimesOutTheOldestAlone) {
    connect();
    EXPECT_EQ(dialogue_->deadline(), start_ + plan_.request_timeout);
    EXPECT_EQ(dialogue_->timed_out(dialogue_->deadline()), fate::to_be_closed);
    EXPECT_THAT(tally().unusual,
                ElementsAre(ended(request_end::timed_out), ended(request_end::abandoned),
                            ended(request_end::abandoned)));
}

TEST_F(HttpDialogue, SaysOnItsLastRequestThatItIsOne) {
    plan_.requests_per_connection = 2;
    connect();
    const asked_route& asked = plan_.routes.front();
    EXPECT_EQ(text_, asked.request.text + asked.last_request.text);
    dialogue_->take(answer, start_ + 1ms);
    EXPECT_EQ(dialogue_->take(answer, start_ + 1ms), fate::to_be_closed);
    dialogue_->closed();
    EXPECT_EQ(dialogue_->ask(start_ + 1ms, 1), asked.request.text);
}

TEST_F(HttpDialogue, CountsAnswersThatNobodyAskedFor) {
    plan_.requests_count = 1;
    connect();
    dialogue_->take(answer, start_ + 1ms);
    EXPECT_EQ(dialogue_->take("HTTP/1.1 408 Request Timeout\r\n\r\n", start_ + 2ms),
              fate::to_be_closed);
    EXPECT_EQ(state_->times.unasked_answers, 1U);
    dialogue_->ended(boost::asio::error::eof, start_ + 2ms);
    EXPECT_EQ(state_->times.closed_while_idle, 1U);
    EXPECT_THAT(tally().unusual, IsEmpty());
}

// Goal: an answer to half an upload; the connection goes on when the other half was taken, too.
TEST_F(HttpDialogue, WaitsForTheRestOfARequestThatIsAnsweredAlready) {
    plan_.pipeline_depth = 1;
    for (const bool is_taken : {true, false}) {
        state_.emplace(plan_, schedule_share{}, start_);
        conduct_.emplace(*state_);
        dialogue_.emplace(*state_, *conduct_);
        dialogue_->ask(start_, 1);
        dialogue_->connect_begins(start_);
        dialogue_->connected({start_, start_});
        EXPECT_EQ(dialogue_->take(answer, start_ + 1ms), fate::kept);
        EXPECT_TRUE(dialogue_->is_waiting());
        EXPECT_EQ(is_taken ? dialogue_->all_sent(start_ + 5ms)
                           : dialogue_->send_failed(boost::asio::error::broken_pipe),
                  is_taken ? fate::kept : fate::to_be_closed);
        EXPECT_EQ(tally().ordinary, 1U);
        EXPECT_EQ(tally().latency.max(), 1ms);
    }
}

// Goal: the send was late; the two latencies and the lag between them are all told.
TEST_F(HttpDialogue, TellsLatencyFromTheScheduleAndFromTheSend) {
    plan_.pipeline_depth = 1;
    plan_.open_loop.per_second = 1000;
    state_.emplace(plan_, schedule_share{}, start_);
    conduct_.emplace(*state_);
    dialogue_.emplace(*state_, *conduct_);
    const time_point sent = start_ + 400ms;
    ASSERT_FALSE(dialogue_->ask(sent, 1).empty());
    dialogue_->connect_begins(sent);
    dialogue_->connected({sent, sent});
    dialogue_->all_sent(sent);
    dialogue_->take(answer, sent + 7ms);
    EXPECT_EQ(tally().latency.max(), 7ms);
    EXPECT_EQ(state_->book.tally().send_lag.max(), 400ms);
    EXPECT_EQ(state_->book.tally().latency_from_intended.max(), 407ms);
}

}  // namespace
}  // namespace stormdrain
