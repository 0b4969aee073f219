#include "harness/plan/readers/contract_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using ContractReader = document_fixture;

TEST_F(ContractReader, KeepsDefaultsForWhatIsNotSaid) {
    object_reader root = root_of("{}");
    EXPECT_EQ(read_contract(root, {}), contract{});
    EXPECT_EQ(read_running_contract(root), running_contract{});
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ContractReader, TellsUnboundedFromAPromise) {
    object_reader root =
        root_of(R"({"exit_within_while": {"silent": "unbounded", "in_flight": "2min"}})");
    const contract promises = read_contract(root, {});
    EXPECT_EQ(promises.exit_within_while.at(held_condition::silent).within, std::nullopt);
    EXPECT_EQ(promises.exit_within_while.at(held_condition::in_flight).within, duration(2min));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ContractReader, DoesNotPromiseForNone) {
    object_reader root = root_of(R"({"exit_within_while": {"none": "1s"}})");
    read_contract(root, {});
    EXPECT_THAT(problems(), ElementsAre("f.json:1:32 /exit_within_while/none: expected the name of "
                                        "a held condition, got \"none\""));
}

TEST_F(ContractReader, ReadsWhatMayBeLeft) {
    object_reader root = root_of(R"({"promises": {"leaves": ["*.sock", "/dev/shm/cache"]}})");
    EXPECT_THAT(*read_running_contract(root).leaves, ElementsAre("*.sock", "/dev/shm/cache"));
    EXPECT_THAT(problems(), IsEmpty());
    object_reader empty = root_of(R"({"promises": {"leaves": [""]}})");
    read_running_contract(empty);
    EXPECT_THAT(problems(), ElementsAre("f.json:1:25 /promises/leaves: expected patterns such as "
                                        "\"*.sock\", got \"\""));
}

TEST_F(ContractReader, ReadsWhatAStopSaysOnHttp2) {
    object_reader root = root_of(R"({"goaway": "in_two_steps"})");
    EXPECT_EQ(read_contract(root, {}).goaway, goaway_promise::in_two_steps);
    EXPECT_THAT(problems(), IsEmpty());
    object_reader other = root_of(R"({"goaway": "twice"})");
    read_contract(other, {});
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("/goaway")));
}

TEST_F(ContractReader, ReadsWhatAStopTellsAWebSocket) {
    object_reader root = root_of(R"({"websocket_close": 1001})");
    EXPECT_EQ(read_contract(root, {}).websocket_close, 1001);
    EXPECT_THAT(problems(), IsEmpty());
    object_reader unsaid = root_of(R"({"websocket_close": 1006})");
    read_contract(unsaid, {});
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("/websocket_close: expected a code that")));
    object_reader none = root_of(R"({"websocket_close": 999})");
    read_contract(none, {});
    EXPECT_THAT(problems(), testing::Contains(HasSubstr("1000")));
}

TEST_F(ContractReader, ReadsHowLongAHandshakeMayStandStill) {
    object_reader root = root_of(R"({"promises": {"handshake_timeout": "4s"}})");
    EXPECT_EQ(read_running_contract(root).handshake_timeout, 4s);
    EXPECT_THAT(problems(), IsEmpty());
    object_reader bare = root_of(R"({"promises": {"handshake_timeout": 4}})");
    read_running_contract(bare);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("/promises/handshake_timeout")));
}

TEST_F(ContractReader, AFastStopCutsWhatIsUnderWay) {
    object_reader fast = root_of(R"({"class": "fast"})");
    EXPECT_EQ(read_contract(fast, {}).in_flight, in_flight_promise::truncate);
    object_reader graceful = root_of(R"({"class": "graceful", "in_flight": "complete"})");
    EXPECT_EQ(read_contract(graceful, {}).in_flight, in_flight_promise::complete);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ContractReader, DoesNotBelieveAFastStopThatCompletes) {
    object_reader fast =
        root_of(R"({"class": "fast", "in_flight": "complete", "drains_backlog": true})");
    read_contract(fast, {});
    object_reader graceful = root_of(R"({"class": "graceful", "in_flight": "truncate"})");
    read_contract(graceful, {});
    EXPECT_THAT(
        problems(),
        ElementsAre("f.json:1:32 /in_flight: expected \"truncate\" of a fast stop, or nothing",
                    "f.json:1:62 /drains_backlog: expected false of a fast stop, or nothing",
                    "f.json:1:36 /in_flight: expected \"complete\" of a graceful stop, or "
                    "nothing"));
}

TEST_F(ContractReader, TakesNoErrorForDraining) {
    object_reader root = root_of(R"({"drain_statuses": [503, 500]})");
    read_contract(root, {});
    EXPECT_THAT(problems(), ElementsAre("f.json:1:20 /drain_statuses: expected statuses that say "
                                        "so, such as 503, got 500"));
}

TEST_F(ContractReader, ReadsExitsThatAreLegalUnderACondition) {
    object_reader root = root_of(R"({"exit_status": [
        0, {"code": 1, "while": ["connections_open"]}, {"signal": "SIGTERM", "while": ["starting"]}
    ]})");
    const std::vector<legal_exit> expected{
        {legal_exit::kind::code, 0},
        {legal_exit::kind::code, 1, {exit_circumstance::connections_open}},
        {legal_exit::kind::signal, SIGTERM, {exit_circumstance::starting}}};
    EXPECT_EQ(read_contract(root, {}).exit_status, expected);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ContractReader, RefusesExitsThatAreNone) {
    object_reader root = root_of(R"({"exit_status": [
{"code": 1, "signal": "SIGTERM"}, {"code": 1, "while": ["startin"]}, {"number": 3},
{"code": 1, "while": []}
    ]})");
    read_contract(root, {});
    EXPECT_THAT(problems(),
                ElementsAre("f.json:2:1 /exit_status/0: expected one of \"code\", \"signal\"",
                            "f.json:2:56 /exit_status/1/while: expected \"connections_open\" or "
                            "\"starting\", got \"startin\"; did you mean \"starting\"?",
                            "f.json:2:70 /exit_status/2: expected one of \"code\", \"signal\"",
                            HasSubstr("unknown key \"number\""),
                            "f.json:3:22 /exit_status/3/while: expected at least one "
                            "circumstance, got an empty list"));
}

TEST_F(ContractReader, ReadsWhatASecondSignalMeans) {
    object_reader root = root_of(R"({"second_signal": "required"})");
    EXPECT_EQ(read_contract(root, {}).second_signal, second_signal_promise::required);
    EXPECT_THAT(problems(), IsEmpty());
    object_reader ignored =
        root_of(R"({"second_signal": "ignored", "exit_status_after_second_signal": [1]})");
    read_contract(ignored, {});
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("beside a second signal that is ignored")));
}

TEST_F(ContractReader, ReadsWhatAServerIsKnownToDo) {
    object_reader root = root_of(
        R"({"promises": {"defer_accept": true, "at_descriptor_limit": "spin", "backlog": 128}})");
    const running_contract promised = read_running_contract(root);
    EXPECT_TRUE(promised.defer_accept);
    EXPECT_EQ(promised.at_descriptor_limit, descriptor_limit_promise::spin);
    EXPECT_EQ(promised.backlog, 128U);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ContractReader, ReadsHowLongARequestMayTakeToArrive) {
    object_reader root = root_of(R"({"promises": {"request_timeout": "4s"}})");
    EXPECT_EQ(read_running_contract(root).request_timeout, 4s);
    EXPECT_THAT(problems(), IsEmpty());
    object_reader bare = root_of(R"({"promises": {"request_timeout": "4"}})");
    read_running_contract(bare);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("/promises/request_timeout")));
}

TEST_F(ContractReader, ReadsSignalsByName) {
    object_reader root = root_of(R"({"a": "SIGUSR1", "b": "usr1", "c": 10})");
    EXPECT_EQ(read_signal(root, "a", 0), SIGUSR1);
    EXPECT_EQ(read_signal(root, "absent", SIGTERM), SIGTERM);
    EXPECT_THAT(problems(), IsEmpty());
    read_signal(root, "b", 0);
    read_signal(root, "c", 0);
    EXPECT_THAT(problems(),
                ElementsAre("f.json:1:23 /b: expected a signal such as \"SIGTERM\", got text "
                            "\"usr1\"",
                            "f.json:1:36 /c: expected text, got number 10"));
}

}  // namespace
}  // namespace stormdrain
