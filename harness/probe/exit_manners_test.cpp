#include "harness/probe/exit_manners.hpp"

#include "harness/probe/probe_fixture.hpp"
#include "harness/probe/stop_times.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_probes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

TEST(ExitStatus, IsConditionalWhereItCameOnlyWithConnectionsOpen) {
    cycle_record with_connection = stopped_after(10ms);
    with_connection.exit->native = 1 << 8;  // wait(2): exit 1
    evidence_by_condition stops;
    stops["nothing_held"] = cycles({stopped_after(10ms)});
    stops["silent"] = cycles({with_connection});
    const legal_exit conditional{legal_exit::kind::code, 1, {exit_circumstance::connections_open}};
    const auto seen = measure_exit(stops);
    EXPECT_THAT(seen.value, Optional(ElementsAre(legal_exit{}, conditional)));
    EXPECT_EQ(seen.evidence, "exit 0 in 1 cycle (nothing_held), exit 1 in 1 cycle (silent)");
}

TEST(ExitStatus, DoesNotPromiseCrashes) {
    cycle_record crashed = stopped_after(10ms);
    crashed.exit->native = 11;
    evidence_by_condition stops;
    stops["nothing_held"] = cycles({stopped_after(10ms), crashed});
    const auto seen = measure_exit(stops);
    EXPECT_THAT(seen.value, Optional(ElementsAre(legal_exit{})));
    EXPECT_THAT(seen.evidence, HasSubstr("SIGSEGV"));
}

TEST(ExitStatus, AfterASecondSignalIsMeasuredBySecondSignals) {
    cycle_record forced = stopped_after(10ms);
    forced.exit->native = 1 << 8;
    evidence_by_condition stops;
    stops["nothing_held"] = cycles({stopped_after(10ms)});
    EXPECT_EQ(measure_second_exit(stops).evidence, not_tried);
    stops["second_signal"] = cycles({forced});
    const legal_exit by_one{legal_exit::kind::code, 1, {}};
    EXPECT_THAT(measure_second_exit(stops).value, Optional(ElementsAre(by_one)));
}

TEST(ExitStatus, IsNotMeasuredUntried) {
    EXPECT_EQ(measure_exit({}).value, std::nullopt);
    EXPECT_EQ(measure_exit({}).evidence, not_tried);
}

TEST(DuringStart, SeesAStopThatWasLost) {
    evidence_by_condition stops;
    stops["during_start"] = cycles({stopped_after(1ms), never_stopped("")});
    const auto seen = measure_start(stops);
    EXPECT_THAT(seen.value, Optional(std::string("lost")));
    EXPECT_EQ(seen.evidence, "exit 0 in 1 cycle, the stop was lost in 1 cycle");
}

}  // namespace
}  // namespace stormdrain
