#include "harness/plan/contract_reader.hpp"

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
    EXPECT_EQ(read_contract(root), contract{});
    EXPECT_EQ(read_running_contract(root), running_contract{});
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ContractReader, TellsUnboundedFromAPromise) {
    object_reader root =
        root_of(R"({"exit_within_while": {"silent": "unbounded", "in_flight": "2min"}})");
    const contract promises = read_contract(root);
    EXPECT_EQ(promises.exit_within_while.at(held_condition::silent).within, std::nullopt);
    EXPECT_EQ(promises.exit_within_while.at(held_condition::in_flight).within, duration(2min));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ContractReader, DoesNotPromiseForNone) {
    object_reader root = root_of(R"({"exit_within_while": {"none": "1s"}})");
    read_contract(root);
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

TEST_F(ContractReader, ReadsHowLongAHandshakeMayStandStill) {
    object_reader root = root_of(R"({"promises": {"handshake_timeout": "4s"}})");
    EXPECT_EQ(read_running_contract(root).handshake_timeout, 4s);
    EXPECT_THAT(problems(), IsEmpty());
    object_reader bare = root_of(R"({"promises": {"handshake_timeout": 4}})");
    read_running_contract(bare);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("/promises/handshake_timeout")));
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
