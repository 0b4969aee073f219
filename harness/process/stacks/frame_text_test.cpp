#include "harness/process/stacks/frame_text.hpp"

#include "harness/base/time.hpp"
#include "harness/process/forked_child.hpp"
#include "harness/process/stacks/stack_reader.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

// Put into its caller: no symbol tells of it, only debug information does.
[[gnu::always_inline]] inline void wait_within_another() {
    for (;;) {
        ::pause();
    }
}

[[gnu::noinline]] void rest_by_another() {
    wait_within_another();
}

std::vector<std::string> frames_of_resting_child() {
    const forked_child child(rest_by_another);
    const std::array pids{child.pid()};
    const time_point deadline = clock::now() + 10s;
    stack_reading reading;
    const auto rests = [&reading] {
        const bool any = !reading.stacks.empty();
        return any && reading.stacks[0].frames[0].starts_with("pause");
    };
    do {
        std::string text;
        write_stacks(pids, [&text](std::string_view part) { text += part; });
        reading = parse_stacks(text);
    } while (!rests() && reading.missing.empty() && clock::now() < deadline);
    return reading.stacks.empty() ? std::vector<std::string>() : reading.stacks[0].frames;
}

TEST(FrameText, NamesFunctionsWithTheirLinesAndLibrariesByTheirFile) {
    const std::vector<std::string> frames = frames_of_resting_child();
    if (frames.empty()) {
        GTEST_SKIP() << "the kernel does not let this user trace its children";
    }
    EXPECT_THAT(frames, Contains(HasSubstr("pause in libc.so")));
    EXPECT_THAT(frames,
                Contains(StartsWith("stormdrain::rest_by_another at frame_text_test.cpp:")));
}

TEST(FrameText, NamesFunctionsThatWerePutIntoOthers) {
    const std::vector<std::string> frames = frames_of_resting_child();
    if (frames.empty()) {
        GTEST_SKIP() << "the kernel does not let this user trace its children";
    }
    EXPECT_THAT(frames, Contains(HasSubstr("wait_within_another at frame_text_test.cpp:")));
}

TEST(FrameText, LeavesOutWhatInstalledHeadersPutIntoOthers) {
    for (const std::string& frame : frames_of_resting_child()) {
        EXPECT_FALSE(frame.starts_with("operator() at std_function.h")) << frame;
    }
}

}  // namespace
}  // namespace stormdrain
