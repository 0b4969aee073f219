#include "harness/plan/readers/stop_input_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StopInputReader : public document_fixture {
protected:
    stop_trigger read(std::string_view json,
                      target_lifecycle lifecycle = target_lifecycle::process) {
        problems_.clear();
        object_reader mode = root_of(json);
        stop_trigger trigger = or_by_input(mode, lifecycle, stop_trigger());
        mode.finish();
        return trigger;
    }
};

TEST_F(StopInputReader, TakesALineOrTheEnd) {
    stop_trigger line = read(R"({"stdin": "quit\n"})");
    EXPECT_EQ(line.how, stop_trigger::kind::input);
    EXPECT_EQ(line.line, "quit\n");
    EXPECT_EQ(read(R"({"stdin": "close"})").line, "");
    EXPECT_EQ(read(R"({"stdin": "close"})").how, stop_trigger::kind::input);
    EXPECT_EQ(read("{}"), stop_trigger{});
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(StopInputReader, RefusesWhatNoServerWouldEverRead) {
    read(R"({"stdin": "quit"})");
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("expected \"close\" or a line")));
    read(R"({"stdin": ")" + std::string(4096, 'x') + R"(\n"})");
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("expected \"close\" or a line")));
    read(R"({"stdin": 5})");
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("expected text, got number 5")));
    read(R"({"stdni": "close"})");
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("did you mean \"stdin\"?")));
}

TEST_F(StopInputReader, DoesNotCloseTheInputOfAProcessThatGoesOn) {
    read(R"({"stdin": "close"})", target_lifecycle::in_process);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("can be closed only once")));
    read(R"({"stdin": "restart\n"})", target_lifecycle::in_process);
    EXPECT_THAT(problems(), IsEmpty());
}

}  // namespace
}  // namespace stormdrain
