#include "harness/plan/readers/stop_deadlines_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class StopDeadlinesReader : public document_fixture {
protected:
    contract read(const std::string& text, const running_contract& while_running = {}) {
        object_reader root = root_of(text);
        contract result;
        read_stop_deadlines(root, while_running, result);
        return result;
    }
};

running_contract with_keep_alive(duration timeout) {
    running_contract promises;
    promises.keep_alive_timeout = timeout;
    return promises;
}

using within = std::optional<duration>;

within while_held(const contract& read, held_condition condition) {
    const exit_deadline deadline = deadline_for(read, {condition});
    return deadline.release_first ? within() : within(deadline.promised);
}

TEST_F(StopDeadlinesReader, ATimeoutCountsForConditionsWithoutTheirOwn) {
    const contract read_one =
        read(R"({"exit_within": "1s", "timeout": "30s", "exit_within_while": {"silent": "5s"}})");
    EXPECT_EQ(while_held(read_one, held_condition::stalled_reader), within(30s));
    EXPECT_EQ(while_held(read_one, held_condition::silent), within(5s));
    EXPECT_EQ(while_held(read_one, held_condition::tls_hello), within(5s));  // less particular
    EXPECT_EQ(while_held(read_one, held_condition::none), within(1s));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(StopDeadlinesReader, NoTimeoutMeansUnbounded) {
    const contract read_one = read(R"({"timeout": "none", "idle_keep_alive": "close_now"})");
    EXPECT_EQ(while_held(read_one, held_condition::in_flight), within());
    EXPECT_EQ(while_held(read_one, held_condition::idle_keep_alive), within(10s));
    // What is closed at once is said of those that are idle at the stop.
    EXPECT_EQ(while_held(read_one, held_condition::becomes_idle), within());
}

TEST_F(StopDeadlinesReader, ATimeoutIsNoShorterThanThePlainStop) {
    const contract read_one = read(R"({"exit_within": "2s", "timeout": "1s"})");
    EXPECT_EQ(while_held(read_one, held_condition::in_flight), within(2s));
}

TEST_F(StopDeadlinesReader, SilentIsShortForItsCondition) {
    EXPECT_EQ(while_held(read(R"({"silent": "close_now"})"), held_condition::silent), within(10s));
    EXPECT_EQ(while_held(read(R"({"silent": "wait"})"), held_condition::silent), within());
    EXPECT_EQ(while_held(read(R"({"silent": "5s"})"), held_condition::silent), within(5s));
    EXPECT_THAT(problems(), IsEmpty());
    read(R"({"silent": "wiat"})");
    read(R"({"silent": "5s", "exit_within_while": {"silent": "6s"}})");
    EXPECT_THAT(
        problems(),
        ElementsAre("f.json:1:12 /silent: expected a duration or \"close_now\" or \"wait\", "
                    "got text \"wiat\"; did you mean \"wait\"?",
                    "f.json:1:12 /silent: expected nothing beside "
                    "/exit_within_while/silent"));
}

TEST_F(StopDeadlinesReader, IdleConnectionsThatWaitHaveTheirTimeoutLonger) {
    const std::string text = R"({"exit_within": "1s", "idle_keep_alive": "wait_timeout"})";
    const contract read_one = read(text, with_keep_alive(15s));
    EXPECT_EQ(while_held(read_one, held_condition::idle_keep_alive), within(16s));
    EXPECT_EQ(while_held(read_one, held_condition::becomes_idle), within(16s));
    EXPECT_THAT(problems(), IsEmpty());
    read(text);
    EXPECT_THAT(problems(), ElementsAre("f.json:1:42 /idle_keep_alive: expected "
                                        "/promises/keep_alive_timeout beside \"wait_timeout\""));
}

TEST_F(StopDeadlinesReader, KeptIdleConnectionsAreUnbounded) {
    EXPECT_EQ(while_held(read(R"({"idle_keep_alive": "keep"})"), held_condition::idle_keep_alive),
              within());
    const contract until =
        read(R"({"idle_keep_alive": "keep", "exit_within_while": {"idle_keep_alive": "30s"}})");
    EXPECT_EQ(while_held(until, held_condition::idle_keep_alive), within(30s));
    EXPECT_THAT(problems(), IsEmpty());
    read(
        R"({"idle_keep_alive": "close_now",
"exit_within_while": {"idle_keep_alive": "unbounded"}})");
    EXPECT_THAT(problems(), ElementsAre("f.json:1:21 /idle_keep_alive: expected \"keep\" beside "
                                        "\"unbounded\" in exit_within_while"));
}

TEST_F(StopDeadlinesReader, ConnectionsBecomeIdleBehindTheirAnswer) {
    const std::string in_flight =
        R"("exit_within": "1s", "exit_within_while": {"in_flight": "5s"}, )";
    EXPECT_EQ(while_held(read("{" + in_flight + R"("becomes_idle": "close"})"),
                         held_condition::becomes_idle),
              within(5s));
    EXPECT_EQ(while_held(read("{" + in_flight + R"("becomes_idle": "wait"})", with_keep_alive(15s)),
                         held_condition::becomes_idle),
              within(20s));
    EXPECT_EQ(while_held(read(R"({"becomes_idle": "wait"})"), held_condition::becomes_idle),
              within());
}

TEST_F(StopDeadlinesReader, TunnelsThatAreWaitedForAreUnbounded) {
    EXPECT_EQ(while_held(read(R"({"upgrade": "wait"})"), held_condition::upgraded), within());
    EXPECT_EQ(while_held(read(R"({"upgrade": "close"})"), held_condition::upgraded), within(10s));
    EXPECT_EQ(
        while_held(read(R"({"upgrade": "abrupt", "timeout": "none"})"), held_condition::upgraded),
        within(10s));
    EXPECT_THAT(problems(), IsEmpty());
}

}  // namespace
}  // namespace stormdrain
