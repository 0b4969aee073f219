#include "harness/commands/running/ab.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

#include <sstream>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class noted_book : public cycle_sink {
public:
    outcome add(const cycle_work& work, const cycle_record& /*record*/, bool /*last*/) override {
        taken.emplace_back(work.scenario, work.index);
        outcome led_to;
        led_to.broken = work.index == 7;
        return led_to;
    }
    void tick() override {}

    std::vector<std::pair<std::size_t, std::uint32_t>> taken;
};

TEST(AbBook, GivesEachBuildItsOwnCycles) {
    noted_book a;
    noted_book b;
    std::ostringstream out;
    ab_book both(a, b, {out, std::chrono::nanoseconds(1), 20});
    const cycle_record record = testing_records::clean_record();
    for (const std::size_t scenario : {0U, 1U, 3U, 2U}) {
        cycle_work work;
        work.scenario = scenario;
        work.index = scenario == 3 ? 7 : 1;
        EXPECT_EQ(both.add(work, record, false).broken, scenario == 3);
    }
    EXPECT_THAT(a.taken, ElementsAre(Pair(0U, 1U), Pair(1U, 1U)));
    EXPECT_THAT(b.taken, ElementsAre(Pair(0U, 1U), Pair(1U, 7U)));
    both.tick();
    EXPECT_THAT(out.str(), HasSubstr("A: 2 cycles, 0 red; B: 2, 1 red; of 20 each"));
}

}  // namespace
}  // namespace stormdrain
