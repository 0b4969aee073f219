#include "harness/plan/readers/known_finding_reader.hpp"

#include "harness/plan/readers/target_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* begin_of_target = R"({
"stormdrain": 1, "name": "mine",
"launch": {"argv": ["server"]}, "ports": {"web": {"speaks": "http"}},
"known": [)";

class KnownFindings : public TargetReader {
protected:
    std::vector<known_finding> known(const std::string& entries) {
        const auto server = read(begin_of_target + entries + "]}");
        return server == nullptr ? std::vector<known_finding>{} : server->known;
    }
};

TEST_F(KnownFindings, AreReadWithTheirOrigin) {
    const std::vector<known_finding> all = known(R"(
{"finding": "shutdown_deadline", "scenario": "shutdown_cycles/held/*silent*",
"origin": "hyperium/hyper#2730", "versions": "0.14", "note": "it waits for a first request",
"rate_min": 0.5},
{"finding": "idle_cpu", "scenario": "*", "origin": "ours"})");
    ASSERT_THAT(without_file(problems_), IsEmpty());
    EXPECT_THAT(all, ElementsAre(known_finding{"shutdown_deadline", "shutdown_cycles/held/*silent*",
                                               "hyperium/hyper#2730", "0.14",
                                               "it waits for a first request", 0.5, 5},
                                 known_finding{"idle_cpu", "*", "ours", "", "", 1.0, 8}));
}

TEST_F(KnownFindings, AreNothingWithoutTheKey) {
    EXPECT_THAT(known(""), IsEmpty());
}

TEST_F(KnownFindings, NeedAFindingAScenarioAndAnOrigin) {
    known(R"({"finding": "shutdown deadline", "scenario": "", "origni": "x"})");
    EXPECT_THAT(
        without_file(problems_),
        ElementsAre("4:11 /known/0: required key 'origin' is missing; expected text",
                    "4:23 /known/0/finding: expected a name of at most 48 characters a-z, 0-9 and "
                    "_, got 'shutdown deadline'; did you mean 'shutdown_deadline'?",
                    "4:56 /known/0/scenario: expected a text such as "
                    "'shutdown_cycles/held/*silent*', got ''",
                    "4:60 /known/0/origni: unknown key 'origni'; did you mean 'origin'?"));
}

}  // namespace
}  // namespace stormdrain
