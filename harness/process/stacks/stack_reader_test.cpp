#include "harness/process/stacks/stack_reader.hpp"

#include "harness/process/forked_child.hpp"
#include "harness/process/launch/launching_fixture.hpp"
#include "harness/process/output/output_capture.hpp"

#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr int many_threads = 64;

[[gnu::noinline]] void rest_in_the_first_thread() {
    for (;;) {
        ::pause();
    }
}

[[gnu::noinline]] void wait_for_what_never_comes(std::mutex& mutex,
                                                 std::condition_variable& never) {
    std::unique_lock lock(mutex);
    never.wait(lock, [] { return false; });
}

stack_reading read_here(pid_t pid) {
    const std::array pids{pid};
    std::string text;
    write_stacks(pids, [&text](std::string_view part) { text += part; });
    return parse_stacks(text);
}

bool has_frame(const stack_group& group, const std::string& name) {
    return std::ranges::any_of(
        group.frames, [&](const std::string& frame) { return frame.find(name) != frame.npos; });
}

// Reads again until every thread has come to its place, or the test's deadline.
stack_reading stacks_when(const std::function<stack_reading()>& read,
                          const std::function<bool(const stack_reading&)>& ready) {
    const time_point deadline = test_deadline();
    stack_reading reading = read();
    while (!ready(reading) && reading.missing.empty() && clock::now() < deadline) {
        reading = read();
    }
    return reading;
}

TEST(StackReader, NamesTheFunctionsOfTheProgramAndOfItsLibraries) {
    const forked_child child(rest_in_the_first_thread);
    const auto rests = [](const stack_reading& reading) {
        return !reading.stacks.empty() && has_frame(reading.stacks[0], "rest_in_the_first_thread");
    };
    const stack_reading reading = stacks_when([&] { return read_here(child.pid()); }, rests);
    if (reading.missing == "Operation not permitted") {
        GTEST_SKIP() << "ptrace: " << reading.missing;
    }
    ASSERT_THAT(reading.stacks, SizeIs(1)) << reading.missing;
    EXPECT_THAT(reading.missing, IsEmpty());
    const stack_group& group = reading.stacks[0];
    EXPECT_FALSE(group.command.empty());
    EXPECT_THAT(group.threads, ElementsAre(child.pid()));
    EXPECT_THAT(group.frames, Contains(HasSubstr("pause in libc.so")));
    EXPECT_THAT(group.frames, Contains(StartsWith("stormdrain::rest_in_the_first_thread")));
    EXPECT_THAT(group.frames, Contains(StartsWith("main at ")));
}

TEST(StackReader, TellsWhyThereAreNone) {
    pid_t gone = 0;
    {
        const forked_child child(rest_in_the_first_thread);
        gone = child.pid();
    }
    const stack_reading reading = read_here(gone);
    EXPECT_THAT(reading.stacks, IsEmpty());
    EXPECT_THAT(reading.missing, HasSubstr("No such file or directory"));
}

class StackReaderProcess : public launching_fixture {
protected:
    // As the harness does it: by the program itself, started again through the guard.
    stack_reading read_by_launch(pid_t pid) {
        std::string text;
        run([&]() -> asio::awaitable<void> {
            launch_spec spec;
            const std::array pids{pid};
            spec.argv = stacks_command(pids);
            output_capture output(executor(), "");
            const auto reader = launch(spec, output.write_end());
            output.close_write_end();
            const std::optional<launch_failure> failure = co_await reader->started(test_deadline());
            EXPECT_FALSE(failure.has_value());
            co_await output.run();
            const std::optional<exit_report> ended = co_await reader->exited(test_deadline());
            EXPECT_EQ(ended ? to_text(ended->status) : "still running", "exit 0");
            EXPECT_TRUE(co_await reader->end_tree(test_deadline()));
            text = output.summary().tail;
        });
        return parse_stacks(text);
    }
};

TEST_F(StackReaderProcess, GroupsTheThreadsThatStandAtTheSamePlace) {
    const forked_child child([] {
        std::mutex mutex;
        std::condition_variable never;
        std::vector<std::thread> threads;
        for (int index = 0; index < many_threads - 1; ++index) {
            threads.emplace_back(wait_for_what_never_comes, std::ref(mutex), std::ref(never));
        }
        rest_in_the_first_thread();
    });
    time_point began;
    const auto read = [&] {
        began = clock::now();
        return read_by_launch(child.pid());
    };
    const auto all_wait = [](const stack_reading& reading) {
        return reading.stacks.size() == 2 && reading.stacks[0].threads.size() == many_threads - 1 &&
               has_frame(reading.stacks[0], "wait_for_what_never_comes") &&
               has_frame(reading.stacks[1], "rest_in_the_first_thread");
    };
    const stack_reading reading = stacks_when(read, all_wait);
    const duration took = clock::now() - began;
    if (reading.missing.starts_with("Operation not permitted")) {
        GTEST_SKIP() << "ptrace: " << reading.missing;
    }
    EXPECT_THAT(reading.missing, IsEmpty());
    ASSERT_THAT(reading.stacks, SizeIs(2));
    EXPECT_THAT(reading.stacks[0].threads, SizeIs(many_threads - 1));
    EXPECT_TRUE(has_frame(reading.stacks[0], "wait_for_what_never_comes"));
    EXPECT_THAT(reading.stacks[1].threads, ElementsAre(child.pid()));
    EXPECT_TRUE(has_frame(reading.stacks[1], "rest_in_the_first_thread"));
    RecordProperty("took", to_text(took));
    EXPECT_LT(took, 3s);  // a hang's examination gives it no more
}

TEST(StackReader, PutsTheLargestGroupFirst) {
    const stack_reading reading = parse_stacks(
        "stack server\nframe pause in libc.so.6\nframe main at main.cpp:7\nthread 10 0\n"
        "stack server\nframe futex_wait in libc.so.6\nthread 11 1\nthread 12 1\n");
    ASSERT_THAT(reading.stacks, SizeIs(2));
    EXPECT_EQ(reading.stacks[0], (stack_group{"server", {11, 12}, {"futex_wait in libc.so.6"}}));
    EXPECT_EQ(reading.stacks[1],
              (stack_group{"server", {10}, {"pause in libc.so.6", "main at main.cpp:7"}}));
    EXPECT_THAT(reading.missing, IsEmpty());
}

TEST(StackReader, KeepsWhatCameBeforeItWasCutOff) {
    const stack_reading reading = parse_stacks(
        "stack server\nframe pause in libc.so.6\nthread 10 0\n"
        "stack server\nframe futex_wait in libc.so.6\nthread 11");
    ASSERT_THAT(reading.stacks, SizeIs(1));
    EXPECT_THAT(reading.stacks[0].threads, ElementsAre(10));
}

TEST(StackReader, CountsTheThreadsThatHaveNone) {
    const stack_reading reading = parse_stacks(
        "failed 10 Operation not permitted\nfailed 11 Operation not permitted\n"
        "failed 12 No such process\n");
    EXPECT_THAT(reading.stacks, IsEmpty());
    EXPECT_EQ(reading.missing, "Operation not permitted (and 2 more)");
}

TEST(StackReader, TakesNothingFromTextThatIsNotItsOwn) {
    EXPECT_EQ(parse_stacks(""), stack_reading());
    EXPECT_EQ(parse_stacks("frame x\nthread 1 0\nthread\nstack\n\n==12==ERROR\n"), stack_reading());
}

}  // namespace
}  // namespace stormdrain
