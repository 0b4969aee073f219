#include "harness/cycle/fault_groups.hpp"

#include "harness/cycle/traffic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using state = fault_groups::stop_state;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

scenario with(std::initializer_list<fault_use> faults) {
    scenario what;
    what.faults = faults;
    return what;
}

fault_use holding(held_condition holds, std::uint32_t connections) {
    fault_use made = use(holds, {});
    made.connections_count = connections;
    return made;
}

TEST(FaultGroups, StandOnceEachConnectionStandsOrIsOver) {
    const scenario what = with({holding(held_condition::silent, 3)});
    fault_groups groups(what);
    fault_group& group = groups.all().at(0);
    EXPECT_EQ(group.when, fault_time::holding);
    EXPECT_EQ(group.size, 3U);
    EXPECT_FALSE(groups.have_stood(fault_time::holding));
    EXPECT_TRUE(groups.have_stood(fault_time::striking)) << "there is none";
    group.in_place_count = 2;
    EXPECT_FALSE(groups.have_stood(fault_time::holding));
    group.ended_count = 1;
    EXPECT_TRUE(groups.have_stood(fault_time::holding));
}

TEST(FaultGroups, HaveStruckOnlyOnceTheyAreOver) {
    const scenario what = with({holding(held_condition::none, 2)});
    fault_groups groups(what);
    fault_group& group = groups.all().at(0);
    EXPECT_EQ(group.when, fault_time::striking);
    group.in_place_count = 2;
    EXPECT_FALSE(groups.have_stood(fault_time::striking));
    group.in_place_count = 0;
    group.ended_count = 2;
    EXPECT_TRUE(groups.have_stood(fault_time::striking));
}

TEST(FaultGroups, NameEachConditionThatStandsOnce) {
    const scenario what =
        with({holding(held_condition::slow_reader, 2), holding(held_condition::silent, 1),
              holding(held_condition::slow_reader, 1)});
    fault_groups groups(what);
    EXPECT_THAT(groups.held(), IsEmpty());
    EXPECT_FALSE(groups.hold_anything());
    groups.all().at(0).in_place_count = 2;
    groups.all().at(2).in_place_count = 1;
    EXPECT_THAT(groups.held(), ElementsAre(held_condition::slow_reader));
    groups.all().at(1).in_place_count = 1;
    EXPECT_THAT(groups.held(), ElementsAre(held_condition::silent, held_condition::slow_reader));
    EXPECT_TRUE(groups.hold_anything());
}

TEST(FaultGroups, CountAllInjectionsAndKeepTheFirst) {
    const scenario what = with({holding(held_condition::silent, 100)});
    fault_groups groups(what);
    for (int count = 0; count < 100; ++count) {
        groups.record(groups.all().at(0), happened(count % 2 == 0), state::to_come);
    }
    const fault_record& record = groups.records().at(0);
    EXPECT_EQ(record.planned_count, 100U);
    EXPECT_EQ(record.delivered_count, 50U);
    EXPECT_THAT(record.injections, SizeIs(fault_record::injections_max));
}

TEST(FaultGroups, TakeWhatTheStopOvertookForNoAttempt) {
    const scenario what = with({holding(held_condition::silent, 2)});
    fault_groups groups(what);
    groups.record(groups.all().at(0), happened(false), state::triggered);
    groups.record(groups.all().at(0), happened(true), state::triggered);
    const fault_record& record = groups.records().at(0);
    EXPECT_EQ(record.overtaken_count, 1U);
    EXPECT_EQ(record.planned_count, 1U);
}

}  // namespace
}  // namespace stormdrain
