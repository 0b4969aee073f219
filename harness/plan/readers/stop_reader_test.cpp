#include "harness/plan/readers/stop_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using StopReader = document_fixture;

TEST_F(StopReader, KeepsWhatTheFileDoesNotSay) {
    object_reader root = root_of(R"({"stop": {"at": "during_load"}})");
    stop_choice stop;
    stop.mode = "fast";
    EXPECT_THAT(read_stop(root, stop), ElementsAre("at"));
    EXPECT_EQ(stop.mode, "fast");
    EXPECT_EQ(stop.at, stop_moment::during_load);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(StopReader, ReadsEveryKeyAndSaysWhich) {
    object_reader root =
        root_of(R"({"stop": {"mode": "fast", "at": "at_rest", "between": ["1ms", "2ms"]}})");
    stop_choice stop;
    EXPECT_THAT(read_stop(root, stop), ElementsAre("at", "between", "mode"));
    EXPECT_EQ(stop.between_min, 1ms);
    EXPECT_EQ(stop.between_max, 2ms);
    object_reader without = root_of("{}");
    EXPECT_THAT(read_stop(without, stop), IsEmpty());
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(StopReader, ComplainsAboutBoundsInTheWrongOrder) {
    object_reader root = root_of(R"({"stop": {"between": ["2ms", "1ms"]}})");
    stop_choice stop;
    read_stop(root, stop);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("expected the smaller duration first")));
}

}  // namespace
}  // namespace stormdrain
