#include "harness/commands/running/ab_plan.hpp"

#include "harness/commands/plan_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// Two scenarios of one suite, planned for a build of that name.
plan plan_for(const std::string& build, const std::shared_ptr<const suite>& from) {
    auto server = std::make_shared<target>();
    server->name = build;
    server->file = build + ".json";
    plan made;
    made.run_seed = 7;
    for (std::size_t index = 0; index < from->scenarios.size(); ++index) {
        made.scenarios.push_back(
            {build + "/races/" + from->scenarios[index].name, server, from, index, "", {0, 1, 2}});
    }
    return made;
}

std::shared_ptr<const suite> two_scenarios() {
    auto from = std::make_shared<suite>();
    from->file = "races.json";
    from->scenarios.resize(2);
    from->scenarios[0].name = "first";
    from->scenarios[1].name = "second";
    return from;
}

TEST(AbPlan, HasTheSameCyclesOfBothBuilds) {
    const auto from = two_scenarios();
    const ab_plan made = make_ab_plan(plan_for("old", from), plan_for("new", from));
    EXPECT_EQ(made.a.hash(), made.b.hash());
    ASSERT_EQ(made.both.scenarios.size(), 4U);
    EXPECT_EQ(made.both.scenarios[2].id, "old/races/second");
    EXPECT_EQ(made.both.scenarios[3].id, "old/races/second") << "seeds follow from ids";
    EXPECT_EQ(made.both.scenarios[2].server->file, "old.json");
    EXPECT_EQ(made.both.scenarios[3].server->file, "new.json");
    EXPECT_EQ(made.both.scenarios[3].server->name, "old");
    EXPECT_EQ(made.b.scenarios[0].server, made.b.scenarios[1].server);
}

TEST(AbPlan, SkipsInBothWhatOneCannotRun) {
    const auto from = two_scenarios();
    plan second = plan_for("new", from);
    second.scenarios[1].skipped_because = "no route";
    second.scenarios[1].cycles.clear();
    const ab_plan made = make_ab_plan(plan_for("old", from), second);
    EXPECT_THAT(made.a.scenarios[1].skipped_because, HasSubstr("no route"));
    EXPECT_THAT(made.a.scenarios[1].cycles, IsEmpty());
    EXPECT_EQ(made.a.hash(), made.b.hash());
    EXPECT_EQ(made.a.cycles_count(), 3U);
}

}  // namespace
}  // namespace stormdrain
