#include "ci/acceptance/detection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace stormdrain::acceptance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr const char* scenario_line =
    R"({"kind":"scenario","done_count":5,"checks":[)"
    R"({"check":"descriptor_leak","verdict":"fail","samples":[{"cycle":3},{"cycle":4}]},)"
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
        R"("lifecycle":"in_process","also":["port_held"],"cycles":20})");
    EXPECT_EQ(record.cycles_count, 20U);
    EXPECT_EQ(record.suite, "smoke");
    EXPECT_EQ(record.lifecycle, "in_process");
    EXPECT_THAT(record.also, ElementsAre("port_held"));
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

}  // namespace
}  // namespace stormdrain::acceptance
