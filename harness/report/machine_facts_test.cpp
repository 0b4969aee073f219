#include "harness/report/machine_facts.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace stormdrain {
namespace {

machine_facts of_one(capability::state found, std::string why, std::string backlog) {
    capability events;
    events.name = "socket_events";
    events.found = found;
    events.why = std::move(why);
    events.without = "nothing is known of releases";
    const std::vector mechanisms{events};
    const std::vector<machine_value> values{{"somaxconn", std::move(backlog), "backlogs"}};
    return machine_facts_of(mechanisms, values);
}

TEST(MachineFacts, AreTheSameOnceReadAgain) {
    const machine_facts machine = of_one(capability::state::missing, "not permitted", "128");
    const nlohmann::json written = to_json_value(machine);
    EXPECT_EQ(written.at("mechanisms").at(0).at("state"), "missing");
    EXPECT_EQ(written.at("mechanisms").at(0).at("needed"), false);
    EXPECT_EQ(written.at("values").at(0).at("value"), "128");
    EXPECT_EQ(read_machine_facts(written), machine);
}

TEST(MachineFacts, RefuseWhatIsNoTable) {
    EXPECT_THROW(read_machine_facts(nlohmann::json{{"mechanisms", 3}}), nlohmann::json::exception);
}

TEST(MachineFacts, OfMachinesThatDifferSayBoth) {
    machine_facts all = of_one(capability::state::available, "", "4096");
    add_machine(all, of_one(capability::state::available, "", "4096"));
    EXPECT_EQ(all, of_one(capability::state::available, "", "4096"));
    EXPECT_TRUE(all.mechanisms.front().is_available());
    add_machine(all, of_one(capability::state::missing, "not permitted", "128"));
    add_machine(all, of_one(capability::state::missing, "not permitted", "128"));
    EXPECT_EQ(all.mechanisms.front().state, "available | missing");
    EXPECT_EQ(all.mechanisms.front().why, "not permitted");
    EXPECT_FALSE(all.mechanisms.front().is_available());
    EXPECT_EQ(all.settings.front().value, "4096 | 128");
}

TEST(MachineFacts, OfARunThatDidNotSayAreThoseOfTheOther) {
    machine_facts all;
    const machine_facts one = of_one(capability::state::available, "", "4096");
    add_machine(all, one);
    EXPECT_EQ(all, one);
}

}  // namespace
}  // namespace stormdrain
