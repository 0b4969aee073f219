#include "faults/stop_offset.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using StopOffset = document_fixture;

constexpr stop_offset preset{1ms, 2ms};

TEST_F(StopOffset, IsReadAsTwoDurations) {
    object_reader keys = root_of(R"({"between": ["0ms", "7ms"]})");
    EXPECT_EQ(read_stop_offset(keys, preset), (stop_offset{0ms, 7ms}));
    keys.finish();
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(StopOffset, HasAPreset) {
    object_reader keys = root_of("{}");
    EXPECT_EQ(read_stop_offset(keys, preset), preset);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(StopOffset, RejectsAnythingElse) {
    for (const char* text : {R"({"between": ["1ms"]})", R"({"between": ["2ms", "1ms"]})",
                             R"({"between": ["0ms", "2h"]})", R"({"between": "1ms"})"}) {
        object_reader keys = root_of(text);
        problems_.clear();
        read_stop_offset(keys, preset);
        EXPECT_THAT(problems_, SizeIs(1)) << text;
    }
}

TEST_F(StopOffset, IsDrawnFromTheSeedAndWithinItsBounds) {
    random_source random(1);
    random_source again(1);
    const stop_offset bounds{3ms, 5ms};
    for (int i = 0; i < 1000; ++i) {
        const duration drawn = bounds.draw(random);
        EXPECT_EQ(drawn, bounds.draw(again));
        EXPECT_GE(drawn, 3ms);
        EXPECT_LE(drawn, 5ms);
    }
    EXPECT_EQ((stop_offset{4ms, 4ms}).draw(random), 4ms);
}

}  // namespace
}  // namespace stormdrain
