#include "harness/shrink/edits.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string sample = R"({"load":{"clients":8,"tls":{"resume":true}},)"
                           R"("faults":[{"kind":"a","for":"2s"},{"kind":"b","chunk":"1KiB"}],)"
                           R"("stop":{"between":["5ms","20ms"]},"restart":false,)"
                           R"("exit_within":"1s","expect":{"p99":"1s","dropped_connections":3}})";

std::vector<std::string> names_at(const std::string& scenario, std::size_t depth) {
    std::vector<std::string> names;
    for (const scenario_part_at& part : parts_at(scenario, depth)) {
        names.push_back(part.what);
    }
    return names;
}

TEST(PartsAt, AreKeysAndElementsFromTheOutsideIn) {
    EXPECT_THAT(names_at(sample, 1), ElementsAre("load", "faults/0 a", "faults/1 b", "stop",
                                                 "restart false", "exit_within \"1s\"", "expect"));
    EXPECT_THAT(names_at(sample, 2),
                ElementsAre("load/clients 8", "load/tls", "faults/0/kind \"a\"",
                            "faults/0/for \"2s\"", "faults/1/kind \"b\"", "faults/1/chunk \"1KiB\"",
                            "stop/between [\"5ms\",\"20ms\"]", "stop/between/0 \"5ms\"",
                            "stop/between/1 \"20ms\"", "expect/p99 \"1s\"",
                            "expect/dropped_connections 3"));
    EXPECT_THAT(names_at(sample, 3), ElementsAre("load/tls/resume true"));
    EXPECT_THAT(names_at(sample, 4), IsEmpty());
}

TEST(Without, TakesAnyOfThemOut) {
    const std::vector<scenario_part_at> outer = parts_at(sample, 1);
    EXPECT_EQ(without(sample, outer), R"({"faults":[]})");
    EXPECT_EQ(without(R"({"faults":[{"kind":"a"},{"kind":"b"},{"kind":"c"}]})",
                      std::vector<scenario_part_at>{{"/faults/0", ""}, {"/faults/2", ""}}),
              R"({"faults":[{"kind":"b"}]})");
    // A list and its elements: what is within goes first.
    EXPECT_EQ(without(R"({"stop":{"between":["5ms","20ms"]}})",
                      parts_at(R"({"stop":{"between":["5ms","20ms"]}})", 2)),
              R"({"stop":{}})");
}

TEST(AmountsIn, AreThoseOfTheStimulusAlone) {
    std::vector<std::string> texts;
    for (const scenario_amount& amount : amounts_in(sample)) {
        texts.push_back(to_text(amount));
    }
    EXPECT_THAT(texts, ElementsAre("load/clients 8", "faults/0/for 2s", "faults/1/chunk 1KiB",
                                   "stop/between/0 5ms", "stop/between/1 20ms"))
        << "with a smaller p99 any server fails";
}

TEST(WithAmount, KeepsTheUnit) {
    scenario_amount amount = amounts_in(sample).at(1);
    amount.value = 250;
    const nlohmann::json made = nlohmann::json::parse(with_amount(sample, amount));
    EXPECT_EQ(made["faults"][0]["for"], "250ms");
    amount = amounts_in(sample).at(0);
    amount.value = 1;
    EXPECT_EQ(nlohmann::json::parse(with_amount(sample, amount))["load"]["clients"], 1);
}

TEST(RaisesACount, WhereADefaultIsMoreThanWhatWas) {
    EXPECT_TRUE(raises_a_count(R"({"load":{"clients":1}})", R"({"load":{"clients":8}})"));
    EXPECT_FALSE(raises_a_count(R"({"load":{"clients":9}})", R"({"load":{"clients":8}})"));
    EXPECT_FALSE(raises_a_count(R"({"load":{"clients":9}})", R"({"stop":{}})"));
    EXPECT_TRUE(raises_a_count(R"({"faults":[{"times":1}]})", R"({"faults":[{"times":2}]})"));
    EXPECT_FALSE(
        raises_a_count(R"({"faults":[{"times":1},{"times":9}]})", R"({"faults":[{"times":9}]})"));
    EXPECT_FALSE(raises_a_count(R"({"for":"1s"})", R"({"for":"9s"})")) << "no count";
}

TEST(Shortest, LeavesOutWhatGoesWithoutSaying) {
    const auto clients_of = [](const std::string& text) {
        const nlohmann::json read = nlohmann::json::parse(text);
        return read.contains("load") ? read["load"].value("clients", 8) : 0;
    };
    const std::string full = R"({"load":{"clients":2,"port":"http"},"faults":[],"restart":false})";
    EXPECT_EQ(shortest(full, [&](const std::string& text) { return clients_of(text) == 2; }),
              R"({"load":{"clients":2}})");
    // An empty object can mean something: a load like any other.
    EXPECT_EQ(shortest(R"({"load":{"clients":8},"faults":[]})",
                       [&](const std::string& text) { return clients_of(text) == 8; }),
              R"({"load":{}})");
}

}  // namespace
}  // namespace stormdrain
