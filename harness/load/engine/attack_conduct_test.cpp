#include "harness/load/engine/attack_conduct.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

struct client_that_counts final : engine_client {
    void go_on(time_point) override {}
    void speak(time_point) override {}
    void expired(time_point) override { ++expired_count; }
    void abandon(time_point) override {}
    int expired_count = 0;
};

class AttackConduct : public testing::Test {
protected:
    AttackConduct() {
        plan_.requests_count = 1;
        plan_.routes = {ask("small", {}, "test")};
        state_.emplace(plan_, schedule_share{}, start_);
    }

    const time_point start_ = clock::now();
    engine_plan plan_;
    std::optional<engine_state> state_;
    client_that_counts client_;
};

TEST_F(AttackConduct, LeavesWhenTheLoadIsOverAndWaitsInLineUntilThen) {
    attack_conduct conduct(*state_);
    EXPECT_EQ(conduct.rest(client_, start_), client_rest::waits);
    EXPECT_EQ(state_->idle.size(), 1U);
    EXPECT_TRUE(conduct.take(start_).has_value());
    EXPECT_EQ(conduct.rest(client_, start_), client_rest::leaves);
    EXPECT_EQ(state_->idle.size(), 1U);
}

TEST_F(AttackConduct, RestsBehindAConnectThatFailed) {
    attack_conduct conduct(*state_);
    conduct.rest_after_failure(client_, start_);
    const auto expire = [](timer_wheel::entry& due) {
        static_cast<client_that_counts&>(due).expired({});
    };
    state_->wheel.advance(start_ + 9ms, expire);
    EXPECT_EQ(client_.expired_count, 0);
    state_->wheel.advance(start_ + 20ms, expire);
    EXPECT_EQ(client_.expired_count, 1);
}

TEST_F(AttackConduct, CountsAnAnswerOfItsRoute) {
    attack_conduct conduct(*state_);
    request_under_way done;
    whole_answer answer;
    answer.body_bytes = 7;
    conduct.ordinary({}, done, answer);
    EXPECT_EQ(state_->book.tally().ordinary, 1U);
    ASSERT_EQ(state_->book.tally().bodies.size(), 1U);
    EXPECT_EQ(state_->book.tally().bodies.front(), (body_sizes{"small", 1, 7, 7}));
    EXPECT_FALSE(conduct.keeps_row_of(done));
    EXPECT_FALSE(conduct.lingers(client_));
}

}  // namespace
}  // namespace stormdrain
