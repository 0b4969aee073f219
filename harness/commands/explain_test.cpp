#include "harness/commands/explain.hpp"

#include "faults/fault.hpp"
#include "faults/link/toxic_spec.hpp"
#include "harness/commands/explain/fault_explanation.hpp"
#include "harness/commands/explain/toxic_explanation.hpp"
#include "harness/commands/program.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/plan/readers/load_reader.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <sstream>

namespace stormdrain {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Explain : public testing::Test {
protected:
    std::string said(std::vector<std::string> words) {
        invocation asked;
        asked.arguments = std::move(words);
        return said_of(asked);
    }
    nlohmann::json json_of(std::vector<std::string> words) {
        invocation asked;
        asked.arguments = std::move(words);
        asked.json = true;
        return nlohmann::json::parse(said_of(asked));
    }

private:
    static std::string said_of(const invocation& asked) {
        std::ostringstream out;
        std::ostringstream problems;
        const program self{"", "stormdrain", "stormdrain explain", out, problems};
        EXPECT_EQ(explain_command(self, asked), exit_code::kept);
        EXPECT_EQ(problems.str(), "");
        return out.str();
    }
};

TEST_F(Explain, DescribesAFault) {
    EXPECT_EQ(said({"slow_sender"}), R"(fault slow_sender
A client that sends its request a few bytes at a time.

strikes     connections to the server, at request_headers; also request_body
holds       partial_header; partial_body with "at": "request_body"
stands      until it is let go of
needs       the route small; the route upload with "at": "request_body"
also takes  "port", "times", "connections", "share"

key    default            takes
at     "request_headers"  one of "request_headers", "request_body"
route  "small"            text; "upload" with "at": "request_body"
chunk  "1B"               a size from "1B" to "1MiB"
every  "1s"               a duration from "1ms" to "1h"

example
    {"kind":"slow_sender","at":"request_headers","route":"small","chunk":"1B","every":"1s"}
)");
}

TEST_F(Explain, SaysWhatAKeyWithoutDefaultChanges) {
    EXPECT_THAT(said({"stalled_handshake"}),
                AllOf(HasSubstr("until it is let go of; until it has struck with \"for\""),
                      HasSubstr("a port that speaks TLS"),
                      HasSubstr("for    -          a duration from \"1ms\" to \"1h\"")));
}

TEST_F(Explain, SaysWhatAKeyHasOnlyWithSomeWords) {
    EXPECT_THAT(said({"connection_reset"}), HasSubstr("not with \"at\": \"connect\""));
}

TEST_F(Explain, DescribesAToxic) {
    EXPECT_EQ(said({"latency"}), R"(toxic latency
Everything arrives later, by latency plus or minus jitter.

stands on   a link, in one direction: "stream"
strikes     the share "toxicity" of its connections, or those of one "source"
in a suite  the stop has four round trips more, and nothing is excused (R31)
in the API  plain numbers: latency in ms, jitter in ms

key      default  takes
latency  -        a duration from "0s" to "24h"
jitter   "0s"     a duration from "0s" to "24h"

example
    {"type":"latency","attributes":{"latency":"50ms"}}
)");
}

TEST_F(Explain, ShowsOfEveryToxicWhatAFileCanHave) {
    for (const toxic_kind* const kind : toxic_catalogue()) {
        const explanation page = explain_toxic(*kind);
        std::vector<problem> problems;
        const json_document document = json_document::parse("example", page.example, problems);
        object_reader keys = document.root(problems);
        EXPECT_EQ(read_toxic(keys).kind, kind);
        for (const problem& found : problems) {
            ADD_FAILURE() << to_text(found);
        }
    }
}

TEST_F(Explain, DescribesWhatSharesAName) {
    EXPECT_THAT(said({"idle_keep_alive"}), AllOf(StartsWith("fault idle_keep_alive\n"),
                                                 HasSubstr("\nheld condition idle_keep_alive\n"),
                                                 HasSubstr("exit_within_while/idle_keep_alive")));
}

TEST_F(Explain, DescribesConditionsByWhatHoldsThem) {
    const std::string page = said({"partial_body"});
    EXPECT_THAT(page, AllOf(HasSubstr("slow_sender"), Not(HasSubstr("slow_reader"))));
    EXPECT_THAT(said({"one_byte"}), HasSubstr("what is promised for partial_header"));
}

TEST_F(Explain, DescribesFindingsMomentsAndVerdicts) {
    EXPECT_THAT(said({"shutdown_deadline"}),
                AllOf(StartsWith("finding shutdown_deadline\n"), HasSubstr("starved machine")));
    EXPECT_THAT(said({"accept_burst"}), HasSubstr("between"));
    EXPECT_THAT(said({"inconclusive"}), StartsWith("verdict inconclusive\n"));
}

TEST_F(Explain, FindsRulesByNumberAndByName) {
    EXPECT_THAT(said({"R2"}), AllOf(StartsWith("rule R2\n"), HasSubstr("source")));
    EXPECT_EQ(said({"stop_race"}), said({"R2"}));
    const std::vector<std::string> numbers =
        std::ranges::find(topic_groups(), "rule", &topic_group::name)->names();
    EXPECT_LT(std::ranges::find(numbers, "R9"), std::ranges::find(numbers, "R10"));
}

// A fault and a rule: neither hides the other.
TEST_F(Explain, DescribesAFaultThatARuleIsNamedAfter) {
    EXPECT_THAT(said({"second_signal"}), AllOf(StartsWith("fault second_signal\n"),
                                               HasSubstr("\nrule R"), HasSubstr("called")));
}

TEST_F(Explain, DescribesWhatStandsInJUnit) {
    EXPECT_THAT(said({"stormdrain.shutdown_deadline"}), StartsWith("finding shutdown_deadline\n"));
    EXPECT_EQ(said({"stormdrain.unfinished"}), R"(error type unfinished
The run ended, or was killed, before all planned cycles were done.

in JUnit  <error type="stormdrain.unfinished">
)");
    EXPECT_THAT(said({"stormdrain.inconclusive"}), HasSubstr("error type inconclusive\n"));
}

TEST_F(Explain, DescribesExitCodes) {
    EXPECT_EQ(said({"3"}), R"(exit code 3
Something could not be judged, and nothing was broken: that is the machine's.

then  try again, or see `stormdrain doctor`
)");
}

TEST_F(Explain, ListsEverythingWithoutAWord) {
    const std::string page = said({});
    for (const topic_group& group : topic_groups()) {
        EXPECT_THAT(page, HasSubstr(std::string(group.plural) + "\n"));
        for (const std::string& name : group.names()) {
            EXPECT_THAT(page, HasSubstr("  " + name + " "));
        }
    }
}

TEST_F(Explain, ListsAGroupThatIsNamed) {
    EXPECT_THAT(said({"verdicts"}), AllOf(StartsWith("verdicts\n  pass "), HasSubstr("known"),
                                          Not(HasSubstr("half_close"))));
}

TEST_F(Explain, GuessesWhatWasMeant) {
    try {
        explanations_of("half-close");
        FAIL();
    } catch (const usage_error& wrong) {
        EXPECT_STREQ(wrong.what(),
                     "nothing is called \"half-close\"; did you mean \"half_close\"?");
    }
    EXPECT_THROW(explanations_of("nothing like it"), usage_error);
}

TEST_F(Explain, IsForProgramsToo) {
    const nlohmann::json pages = json_of({"idle_keep_alive", "verdicts"});
    ASSERT_GE(pages.size(), 3U);
    EXPECT_EQ(pages[0]["group"], "fault");
    EXPECT_EQ(pages[0]["keys"][0]["default"], "small");
    EXPECT_EQ(pages[0]["example"]["kind"], "idle_keep_alive");
    EXPECT_EQ(pages[1]["group"], "held condition");
    EXPECT_EQ(pages[2]["name"], "pass");
}

TEST_F(Explain, HasASentenceForEverything) {
    for (const topic_group& group : topic_groups()) {
        std::set<std::string> sentences;
        for (const std::string& name : group.names()) {
            const std::string summary = group.explain(name).summary;
            EXPECT_THAT(summary, testing::EndsWith(".")) << group.name << " " << name;
            EXPECT_TRUE(sentences.insert(summary).second) << group.name << " " << name;
        }
    }
}

class ExplainFault : public testing::TestWithParam<const fault_kind*> {};

TEST_P(ExplainFault, ShowsWhatASuiteCanHave) {
    const explanation page = explain_fault(*GetParam());
    EXPECT_EQ(page.name, GetParam()->name);
    std::vector<problem> problems;
    const json_document document = json_document::parse("example", page.example, problems);
    object_reader keys = document.root(problems);
    const fault_use use = read_fault(keys, "example");
    EXPECT_EQ(use.kind, GetParam()->name);
    EXPECT_NE(use.what, nullptr);
    for (const problem& found : problems) {
        ADD_FAILURE() << to_text(found);
    }
    EXPECT_THAT(page_of(page), StartsWith("fault " + page.name + "\n"));
}

INSTANTIATE_TEST_SUITE_P(Catalogue, ExplainFault, testing::ValuesIn(fault_catalogue()),
                         [](const auto& tested) { return std::string(tested.param->name); });

TEST(FaultsThatHold, AreFoundByTheirConditions) {
    EXPECT_THAT(faults_that_hold(held_condition::partial_body), Contains("slow_sender"));
    EXPECT_THAT(faults_that_hold(held_condition::fin_ignored), Contains("ignores_fin"));
}

}  // namespace
}  // namespace stormdrain
