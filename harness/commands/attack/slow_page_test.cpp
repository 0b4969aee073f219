#include "harness/commands/attack/slow_page.hpp"

#include "harness/load/failure_classes.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SlowPage : public testing::Test {
protected:
    SlowPage() {
        plan_.remote = address_of({"127.0.0.1", 80}).value();
        plan_.clients_count = 10'000;
        held_.connected = 10'000;
        held_.held = 9'900;
        held_.pieces = 20'000;
        others_.requests.started = others_.requests.ordinary = 10;
        others_.requests.latency.record(2ms);
    }

    std::string page() const { return slow_page("http://h/", plan_, 1, held_, others_); }

    slow_plan plan_;
    slow_counts held_;
    engine_tally others_;
};

TEST_F(SlowPage, SaysHowManyAreHeldAndWhetherOthersAreServed) {
    EXPECT_THAT(page(),
                AllOf(HasSubstr("http://h/ at 127.0.0.1:80\n"),
                      HasSubstr("10000 clients, slow headers: a byte every 10 s, in 1 pro"),
                      HasSubstr("10000 connected, 9900 open at the end; 20000 bytes"),
                      HasSubstr("none by the server"),
                      HasSubstr("10 of 10 requests beside them answered"), HasSubstr("max 2 ms")));
    EXPECT_THAT(page(), AllOf(Not(HasSubstr("not connected")), Not(HasSubstr("not made"))));
    EXPECT_EQ(judge(held_, others_), slow_verdict::others_served);
}

TEST_F(SlowPage, SaysHowTheServerEndedThem) {
    held_.answered = 3;
    held_.answered_408 = 2;
    held_.closed = 12;
    held_.reset = 1;
    held_.shortest_life = 60s;
    held_.longest_life = 61s;
    EXPECT_THAT(page(), HasSubstr("by the server 16 after 60 s .. 61 s: 3 answered (2 with 408), "
                                  "12 closed, 1 reset"));
    EXPECT_EQ(judge(held_, others_), slow_verdict::others_served) << "that is its own business";
}

TEST_F(SlowPage, SaysWhichWereNeverHeld) {
    held_.connecting = 7;
    held_.refused = 5;
    held_.unreached = 2;
    held_.unreached_errno = ETIMEDOUT;
    held_.unmade = 4;
    held_.unmade_errno = EMFILE;
    EXPECT_THAT(page(), AllOf(HasSubstr("7 not taken by the server yet, 5 refused, 2 failed: "
                                        "Connection timed out"),
                              HasSubstr("4 for want of means of this machine: Too many open")));
    EXPECT_EQ(judge(held_, others_), slow_verdict::not_judged) << "it was not what was asked for";
}

TEST_F(SlowPage, JudgesTheOthers) {
    failure_class kind;
    kind.end = request_end::timed_out;
    kind.count = 1;
    ++others_.requests.started;
    ++others_.requests.unusual_count;
    others_.requests.failures.push_back(kind);
    EXPECT_THAT(page(), AllOf(HasSubstr("10 of 11 requests"), HasSubstr("failures")));
    EXPECT_EQ(judge(held_, others_), slow_verdict::others_failed);

    others_.requests.failures.clear();
    others_.unsent_count = 3;
    EXPECT_THAT(page(), HasSubstr("3 more were due while all others still waited"));
    EXPECT_EQ(judge(held_, others_), slow_verdict::others_failed);
}

TEST_F(SlowPage, JudgesNothingWhereNobodyWasHeld) {
    held_.connected = 0;
    EXPECT_EQ(judge(held_, others_), slow_verdict::not_judged);
}

TEST(SlowLine, IsShort) {
    slow_counts held;
    held.held = 9'876;
    held.closed = 10;
    held.reset = 2;
    held.answered = 3;
    held.answered_408 = 3;
    load_progress others;
    others.answered = 4;
    EXPECT_EQ(slow_line(held, others, 3s),
              "3 s: 9876 held, 12 closed by the server, 3 answered (3 408), 0 refused; others: 4 "
              "answered, 0 not");
    held.connecting = 5;
    EXPECT_THAT(slow_line(held, others, 3s), HasSubstr(", 5 connecting"));
}

}  // namespace
}  // namespace stormdrain
