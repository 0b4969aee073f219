#include "ci/acceptance/detection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace stormdrain::acceptance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::ThrowsMessage;

constexpr const char* scenario_line =
    R"({"kind":"scenario","done_count":5,"checks":[)"
    R"({"check":"descriptor_leak","verdict":"fail","samples":[)"
    R"({"cycle":3,"message":"fd 7, CLOSE_WAIT"},{"cycle":4,"message":"fd 9"}]},)"
    R"({"check":"exit_status","verdict":"pass"},)"
    R"({"check":"idle_cpu","verdict":"inconclusive"}]})";

defect_record leaks() {
    defect_record record;
    record.expects = "descriptor_leak";
    return record;
}

TEST(DefectRecord, IsReadFromWhatTheServerPrints) {
    const defect_record record = read_defect_record(
        R"({"name":"a","origin":"o/r#1","suite":"smoke","scenario":"s","expects":"exit_status",)"
        R"("lifecycle":"in_process","also":["port_held"],"says":"spinning","cycles":20})");
    EXPECT_EQ(record.cycles_count, 20U);
    EXPECT_EQ(record.suite, "smoke");
    EXPECT_EQ(record.lifecycle, "in_process");
    EXPECT_THAT(record.also, ElementsAre("port_held"));
    EXPECT_EQ(record.says, "spinning");
}

TEST(DefectRecord, NamesTheKeyThatIsMissing) {
    EXPECT_THAT([] { read_defect_record(R"({"name":"a"})"); },
                ThrowsMessage<std::runtime_error>(HasSubstr("'origin'")));
    EXPECT_THAT([] { read_defect_record("usage: server"); },
                ThrowsMessage<std::runtime_error>(HasSubstr("usage: server")));
}

TEST(Detection, TakesFailedChecksFromWholeLinesOnly) {
    const std::string results = std::string(R"({"kind":"run"})") + "\n" + scenario_line + "\n" +
                                R"({"kind":"scenario","checks":[{"check":"port_he)";
    const detection seen = read_detection(results);
    EXPECT_THAT(seen.failed, ElementsAre("descriptor_leak"));
    EXPECT_EQ(seen.cycles_count, 5U);
    EXPECT_EQ(seen.first_cycle, 4U);
    EXPECT_THAT(seen.messages,
                ElementsAre(Pair("descriptor_leak", ElementsAre("fd 7, CLOSE_WAIT", "fd 9"))));
}

TEST(Detection, AgreesWithExactlyTheExpectedCheck) {
    EXPECT_EQ(disagreement(leaks(), read_detection(scenario_line)), "");
}

TEST(Detection, RefusesAMissAnExtraAndAcceptsACompanion) {
    detection seen;
    EXPECT_THAT(disagreement(leaks(), seen), HasSubstr("found none"));
    seen.failed = {"descriptor_leak", "port_held"};
    EXPECT_THAT(disagreement(leaks(), seen), HasSubstr("found also port_held"));
    defect_record companion = leaks();
    companion.also = {"port_held", "idle_cpu"};
    EXPECT_EQ(disagreement(companion, seen), "");
}

TEST(Detection, DemandsThatTheFindingNamesTheCause) {
    defect_record record = leaks();
    record.says = "fd ";
    EXPECT_EQ(disagreement(record, read_detection(scenario_line)), "");
    record.says = "CLOSE_WAIT";
    EXPECT_THAT(
        disagreement(record, read_detection(scenario_line)),
        AllOf(HasSubstr("to say \"CLOSE_WAIT\""), HasSubstr("\n  fd 9"), Not(HasSubstr("fd 7"))));
    detection silent;
    silent.failed = {"descriptor_leak"};
    EXPECT_THAT(disagreement(record, silent), HasSubstr("without a message"));
}

}  // namespace
}  // namespace stormdrain::acceptance
