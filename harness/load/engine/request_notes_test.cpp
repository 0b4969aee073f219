#include "harness/load/engine/request_notes.hpp"

#include "harness/load/engine/attack_conduct.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Field;

class RequestNotes : public testing::Test {
protected:
    RequestNotes() { plan_.routes = {ask("small", {}, "test"), ask("large", {}, "test")}; }

    void begin() {
        state_.emplace(plan_, schedule_share{}, start_);
        conduct_.emplace(*state_);
        notes_.emplace(*state_, *conduct_);
    }
    request_under_way next(time_point now, std::size_t others_count = 0) {
        return notes_->begin(*state_->take(now), now, others_count);
    }
    const request_tally& tally() const { return state_->book.tally(); }

    const time_point start_ = clock::now();
    engine_plan plan_;
    std::optional<engine_state> state_;
    std::optional<attack_conduct> conduct_;
    std::optional<request_notes> notes_;
};

TEST_F(RequestNotes, TakesRoutesInTurnsAndNumbersRequestsOfAConnection) {
    plan_.requests_per_connection = 2;
    begin();
    const request_under_way first = next(start_);
    EXPECT_EQ(notes_->route_of(first).name, "small");
    EXPECT_FALSE(first.is_last);
    EXPECT_TRUE(notes_->takes_requests());
    const request_under_way second = next(start_, 1);
    EXPECT_EQ(notes_->route_of(second).name, "large");
    EXPECT_EQ(second.number_on_connection, 1U);
    EXPECT_TRUE(second.is_last);
    EXPECT_FALSE(notes_->takes_requests());
    notes_->closed();
    EXPECT_TRUE(notes_->takes_requests());
    EXPECT_EQ(next(start_).number_on_connection, 0U);
}

TEST_F(RequestNotes, CountsHandshakesWhereThereAreAny) {
    begin();
    notes_->connect_begins(start_);
    notes_->connected({start_ + 1ms, start_ + 1ms});
    EXPECT_EQ(tally().handshake_time.count(), 0U);
    notes_->connect_begins(start_);
    notes_->connected({start_ + 1ms, start_ + 5ms, true});
    EXPECT_EQ(tally().connections_opened, 2U);
    EXPECT_EQ(tally().connect_time.max(), 1ms);
    EXPECT_EQ(tally().handshake_time.count(), 1U);
    EXPECT_EQ(tally().handshake_time.max(), 4ms);
    EXPECT_EQ(tally().handshakes_resumed, 1U);
}

TEST_F(RequestNotes, TellsHowLongAConnectionWasIdleBeforeARequestThatFailedThere) {
    begin();
    notes_->connect_begins(start_);
    const request_under_way first = next(start_);
    notes_->ordinary(first, {start_ + 2ms, start_ + 3ms, 100, 5});
    EXPECT_EQ(tally().ordinary, 1U);
    EXPECT_EQ(tally().latency.max(), 3ms);
    EXPECT_EQ(tally().receiving_time.max(), 1ms);
    const request_under_way second = next(start_ + 10ms);
    request_row row = notes_->row_of(second, start_ + 11ms);
    row.end = request_end::reset;
    notes_->unusual(std::move(row), start_ + 11ms);
    EXPECT_THAT(tally().unusual,
                ElementsAre(testing::AllOf(Field(&request_row::idle_before, duration(7ms)),
                                           Field(&request_row::connection_age, duration(10ms)))));
}

}  // namespace
}  // namespace stormdrain
