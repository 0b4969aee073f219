#include "harness/plan/readers/grid_reader.hpp"

#include "harness/plan/readers/suite_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A suite with one scenario, "g", of these keys.
class GridReader : public SuiteReader {
protected:
    std::vector<scenario> cells_of(const std::string& keys) {
        const auto what = read(R"({"stormdrain": 1, "name": "s",
            "loads": {"plain": {}, "tls": {"port": "https"}},
            "faults": {"idle": {"kind": "idle_keep_alive"}, "again": {"kind": "second_signal"}},
            "scenarios": [{"name": "g", )" +
                               keys + "}]}");
        return what ? what->scenarios : std::vector<scenario>{};
    }
    std::vector<std::string> complaints() const {
        std::vector<std::string> texts;
        for (const problem& each : problems_) {
            texts.push_back(each.path + ": " + each.message);
        }
        return texts;
    }
};

TEST_F(GridReader, GivesACellTheKeysOfItsRowAndItsColumn) {
    const std::vector<scenario> cells = cells_of(R"("cycles": 3, "grid": {
        "rows": {"silent": {"faults": [{"kind": "silent_connection"}]},
                 "idle": {"faults": ["idle"]}},
        "columns": {"quiet": {"stop": {"at": "after_load"}},
                    "second": {"load": "tls", "stop": {"mode": "fast"}, "faults": ["again"]}}})");
    ASSERT_THAT(complaints(), IsEmpty());
    ASSERT_THAT(cells, SizeIs(4));
    EXPECT_EQ(cells.at(0).name, "g/silent@quiet");
    EXPECT_EQ(cells.at(1).name, "g/silent@second");
    EXPECT_EQ(cells.at(2).name, "g/idle@quiet");
    EXPECT_EQ(cells.at(0).stop.at, stop_moment::after_load);
    EXPECT_FALSE(cells.at(0).load.has_value());
    const scenario& last = cells.at(3);
    EXPECT_EQ(last.cell, (grid_cell{"g", "idle", "second"}));
    EXPECT_EQ(last.cycles_count, 3U);
    EXPECT_EQ(last.stop.mode, "fast");
    ASSERT_THAT(last.faults, SizeIs(2));
    EXPECT_EQ(last.faults.at(0).kind, "idle_keep_alive");
    EXPECT_EQ(last.faults.at(0).port, "https");  // its load's
    EXPECT_EQ(last.faults.at(1).kind, "second_signal");
}

TEST_F(GridReader, KeepsAnExceptedPairWithItsReason) {
    const std::vector<scenario> cells = cells_of(R"("grid": {
        "rows": {"a": {}, "b": {"load": "plain"}},
        "columns": {"x": {"stop": {"at": "after_load"}},
                    "y": {"load": "plain", "stop": {"at": "accept_burst"}}},
        "except": [{"rows": ["b"], "columns": ["y"], "because": "the load is the row's"}]})");
    ASSERT_THAT(complaints(), IsEmpty());
    ASSERT_THAT(cells, SizeIs(4));
    EXPECT_EQ(cells.at(3).excluded_because, "the load is the row's");
    EXPECT_EQ(cells.at(3).cell, (grid_cell{"g", "b", "y"}));
    EXPECT_EQ(cells.at(2).excluded_because, "");
}

TEST_F(GridReader, GivesAMomentWithAnOffsetItsBounds) {
    const std::vector<scenario> cells = cells_of(R"("load": "plain", "grid": {
        "rows": {"a": {}},
        "columns": {"x": {"stop": {"at": "during_load"}},
                    "y": {"stop": {"at": "during_load", "between": ["1ms", "2ms"]}}}})");
    ASSERT_THAT(complaints(), IsEmpty());
    EXPECT_EQ(cells.at(0).stop.between_max, offset_preset_max);
    EXPECT_EQ(cells.at(1).stop.between_min, 1ms);
    EXPECT_EQ(cells.at(1).stop.between_max, 2ms);
}

TEST_F(GridReader, ComplainsWhenACellIsToldSomethingTwice) {
    cells_of(R"("grid": {
        "rows": {"a": {"load": "plain", "stop": {"at": "after_load"}}},
        "columns": {"x": {"load": "tls", "stop": {"at": "at_rest"}}}})");
    EXPECT_THAT(complaints(),
                ElementsAre("/scenarios/0/grid/columns: expected each cell to be told once, got "
                            "\"at\" again for g/a@x",
                            "/scenarios/0/grid/columns: expected each cell to be told once, got "
                            "\"load\" again for g/a@x"));
    cells_of(
        R"("load": "plain", "grid": {"rows": {"a": {"load": "plain"}}, "columns": {"x": {}}})");
    EXPECT_THAT(complaints(),
                Contains(HasSubstr("/grid/rows: expected each cell to be told once")));
}

TEST_F(GridReader, ComplainsAboutWhatItDoesNotKnow) {
    cells_of(R"("grid": {"rows": {"a": {"laod": "plain"}}, "columns": {"x": {}}, "excpet": [
        ]})");
    EXPECT_THAT(complaints(),
                ElementsAre("/scenarios/0/grid/rows/a/laod: unknown key \"laod\"; did you mean "
                            "\"load\"?",
                            "/scenarios/0/grid/excpet: unknown key \"excpet\"; did you mean "
                            "\"except\"?"));
    cells_of(R"("grid": {"rows": {"a": {}}, "columns": {"x": {}},
                         "except": [{"rows": ["b"], "columns": ["x"], "because": ""}]})");
    EXPECT_THAT(complaints(),
                ElementsAre(HasSubstr("/except/0/rows: expected the name of a row, got \"b\""),
                            HasSubstr("/except/0/because: expected the reason")));
}

TEST_F(GridReader, ComplainsAboutAPairThatIsExceptedTwice) {
    cells_of(R"("grid": {"rows": {"a": {}}, "columns": {"x": {}},
        "except": [{"rows": ["a", "a"], "columns": ["x"], "because": "so"}]})");
    EXPECT_THAT(complaints(), ElementsAre(HasSubstr("expected each pair once, got a@x again")));
}

TEST_F(GridReader, WantsRowsAndColumnsAndNoMatrixBesides) {
    cells_of(R"("grid": {"rows": {}}, "matrix": {"stop.mode": ["fast"]})");
    EXPECT_THAT(complaints(), ElementsAre(HasSubstr("expected a matrix or a grid, got both"),
                                          HasSubstr("expected at least one of the columns"),
                                          HasSubstr("expected at least one of the rows")));
}

TEST_F(GridReader, ComplainsAboutBoundsThatNoCellUses) {
    cells_of(R"("grid": {"rows": {"a": {}},
        "columns": {"x": {"stop": {"at": "after_load", "between": ["1ms", "2ms"]}}}})");
    EXPECT_THAT(complaints(),
                ElementsAre("/scenarios/0/grid/columns: expected no \"between\" in \"x\", its "
                            "cells' moments have no offset"));
}

TEST_F(GridReader, AsksOfACellWhatEveryScenarioIsAskedFor) {
    cells_of(R"("grid": {"rows": {"a": {}}, "columns": {"x": {"stop": {"at": "accept_burst"}}}})");
    EXPECT_THAT(complaints(), Contains(HasSubstr("expected a load, the stop's moment is tied to "
                                                 "one (g/a@x)")));
}

}  // namespace
}  // namespace stormdrain
