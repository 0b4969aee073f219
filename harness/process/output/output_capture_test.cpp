#include "harness/process/output/output_capture.hpp"

#include "harness/base/task_group.hpp"
#include "harness/process/launch/launching_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;

class OutputCapture : public launching_fixture {
protected:
    // What a script printed, to the end of its output.
    output_summary capture(const std::string& script, const std::string& path,
                           output_sink into = output_sink::pipe) {
        output_summary summary;
        run([&]() -> asio::awaitable<void> {
            const std::vector<std::string> alarm_words{"ERROR: AddressSanitizer"};
            output_capture output(executor(), path, alarm_words, into);
            task_group tasks(executor());
            tasks.spawn(output.run());
            const auto server = launch(shell(script), output.write_end());
            output.close_write_end();
            const auto exit = co_await server->exited(test_deadline());
            EXPECT_TRUE(exit.has_value());
            co_await tasks.join();  // ends by itself: the script was the only writer
            summary = output.summary();
            EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        });
        return summary;
    }

    static std::string content(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    temporary_folder folder_;
};

TEST_F(OutputCapture, IsATerminalToTheServerWhenItShouldBe) {
    const std::string script = "test -t 1 && test -t 2 && echo terminal; echo careful >&2";
    EXPECT_EQ(capture(script, folder_.file("log"), output_sink::terminal).tail,
              "terminal\ncareful\n");
    EXPECT_EQ(capture(script, folder_.file("log")).tail, "careful\n");
}

TEST_F(OutputCapture, LosesWhatGoesNowhere) {
    const std::string script = "echo lost; test /proc/self/fd/1 -ef /dev/null || exit 1";
    EXPECT_EQ(capture(script, folder_.file("log"), output_sink::nothing).total_bytes, 0U);
}

TEST_F(OutputCapture, KeepsBothStreams) {
    const auto summary = capture("echo ready; echo careful >&2", folder_.file("log"));
    EXPECT_EQ(summary.tail, "ready\ncareful\n");
    EXPECT_EQ(content(summary.path), "ready\ncareful\n");
    EXPECT_EQ(summary.total_bytes, 14U);
    EXPECT_EQ(summary.dropped_bytes, 0U);
}

TEST_F(OutputCapture, MakesNoFileForASilentServer) {
    const auto summary = capture("exit 0", folder_.file("log"));
    EXPECT_EQ(summary.path, "");
    EXPECT_FALSE(std::filesystem::exists(folder_.file("log")));
}

TEST_F(OutputCapture, BoundsTheFileAndKeepsTheLastBytes) {
    const auto summary = capture("head -c 10000000 /dev/zero; echo the end", folder_.file("log"));
    EXPECT_EQ(summary.total_bytes, 10'000'008U);
    EXPECT_EQ(std::filesystem::file_size(summary.path), output_capture::file_bytes_max);
    EXPECT_EQ(summary.dropped_bytes, summary.total_bytes - output_capture::file_bytes_max);
    EXPECT_EQ(summary.tail.size(), output_capture::tail_bytes_max);
    EXPECT_THAT(summary.tail, EndsWith("the end\n"));
}

TEST_F(OutputCapture, DrainsEvenWhenTheFileCannotBeWritten) {
    const auto summary = capture("head -c 3000000 /dev/zero", folder_.file("missing/log"));
    EXPECT_EQ(summary.path, "");
    EXPECT_EQ(summary.total_bytes, 3'000'000U);
    EXPECT_EQ(summary.dropped_bytes, 3'000'000U);
}

TEST_F(OutputCapture, FindsAnAlarmBehindMoreThanTheFileTakes) {
    const std::string script =
        "head -c 5242880 /dev/zero; echo; echo ==7==ERROR: AddressSanitizer: leak >&2; "
        "head -c 100000 /dev/zero";
    for (const std::string& path : {folder_.file("log"), folder_.file("missing/log")}) {
        const auto summary = capture(script, path);
        EXPECT_GT(summary.dropped_bytes, 0U);
        EXPECT_THAT(summary.alarms, ElementsAre("==7==ERROR: AddressSanitizer: leak"));
    }
}

// The harness reads the first half before the server writes the second.
TEST_F(OutputCapture, FindsAnAlarmThatComesInTwoReads) {
    run([&]() -> asio::awaitable<void> {
        const std::vector<std::string> alarm_words{"panic: "};
        output_capture output(executor(), folder_.file("log"), alarm_words);
        task_group tasks(executor());
        tasks.spawn(output.run());
        const std::string_view halves[] = {"pan", "ic: at last\n"};
        std::uint64_t written_bytes = 0;
        for (const std::string_view half : halves) {
            EXPECT_EQ(::write(output.write_end(), half.data(), half.size()),
                      static_cast<ssize_t>(half.size()));
            written_bytes += half.size();
            const time_point deadline = test_deadline();
            while (output.summary().total_bytes < written_bytes && clock::now() < deadline) {
                co_await asio::post(executor(), asio::use_awaitable);
            }
        }
        EXPECT_THAT(output.summary().alarms, ElementsAre("panic: at last"));
        output.close_write_end();
        co_await tasks.join();
    });
}

TEST_F(OutputCapture, EndsWhenToldAlthoughSomebodyHoldsTheOtherEnd) {
    run([&]() -> asio::awaitable<void> {
        output_capture output(executor(), folder_.file("log"));
        task_group tasks(executor());
        tasks.spawn(output.run());
        const auto server = launch(shell("echo last words; exec sleep 300"), output.write_end());
        output.close_write_end();
        const time_point deadline = test_deadline();
        while (output.summary().total_bytes == 0 && clock::now() < deadline) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        output.stop();
        co_await tasks.join();
        EXPECT_EQ(output.summary().tail, "last words\n");
        EXPECT_EQ(content(folder_.file("log")), "last words\n");
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
    });
}

// A writer that does not wait: the server's end as a test can ask it.
class HeldOutput : public OutputCapture {
protected:
    // How many bytes go into the pipe before it blocks.
    static std::size_t write_until_full(int pipe) {
        const int way = ::open(("/proc/self/fd/" + std::to_string(pipe)).c_str(),
                               O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        const owned_descriptor entry(way);
        std::size_t written = 0;
        for (ssize_t count = 1; count > 0;) {
            count = ::write(entry.get(), "x", 1);
            written += count > 0 ? 1U : 0U;
        }
        return written;
    }
    static void write_line(int pipe, std::string_view line) {
        EXPECT_EQ(::write(pipe, line.data(), line.size()), static_cast<ssize_t>(line.size()));
    }
    asio::awaitable<void> until_captured(output_capture& output, std::uint64_t bytes) {
        const time_point deadline = test_deadline();
        while (output.summary().total_bytes < bytes && clock::now() < deadline) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        EXPECT_EQ(output.summary().total_bytes, bytes);
    }
};

TEST_F(HeldOutput, BlocksTheNextLineAndKeepsWhatFillsThePipeToItself) {
    run([&]() -> asio::awaitable<void> {
        const std::vector<std::string> alarm_words{"panic: "};
        output_capture output(executor(), folder_.file("log"), alarm_words);
        task_group tasks(executor());
        tasks.spawn(output.run());
        write_line(output.write_end(), "before\n");
        EXPECT_FALSE(output.hold_back());
        EXPECT_TRUE(output.is_held_back());
        EXPECT_EQ(write_until_full(output.write_end()), 0U);
        EXPECT_EQ(output.waiting_bytes(), static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
        for (int turn = 0; turn < 10; ++turn) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        EXPECT_EQ(write_until_full(output.write_end()), 0U);  // run() does not read
        output.resume();
        EXPECT_FALSE(output.is_held_back());
        const time_point deadline = test_deadline();
        while (output.waiting_bytes() > 0 && clock::now() < deadline) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        write_line(output.write_end(), "panic: after\n");
        co_await until_captured(output, 20);
        output.close_write_end();
        co_await tasks.join();
        EXPECT_EQ(output.summary().tail, "before\npanic: after\n");
        EXPECT_EQ(content(folder_.file("log")), "before\npanic: after\n");
        EXPECT_THAT(output.summary().alarms, ElementsAre("panic: after"));
    });
}

TEST_F(HeldOutput, LetsARealWriterGoOnOnceItIsResumed) {
    run([&]() -> asio::awaitable<void> {
        output_capture output(executor(), folder_.file("log"));
        EXPECT_FALSE(output.hold_back());  // before anybody reads
        task_group tasks(executor());
        tasks.spawn(output.run());
        const auto server = launch(shell("echo one; echo two"), output.write_end());
        output.close_write_end();
        EXPECT_FALSE(co_await server->exited(clock::now() + 100ms));
        EXPECT_EQ(output.summary().total_bytes, 0U);
        output.resume();
        EXPECT_TRUE(co_await server->exited(test_deadline()));
        co_await tasks.join();
        EXPECT_EQ(output.summary().tail, "one\ntwo\n");
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
    });
}

TEST_F(HeldOutput, TricklesAtItsPace) {
    run([&]() -> asio::awaitable<void> {
        output_capture output(executor(), folder_.file("log"));
        task_group tasks(executor());
        tasks.spawn(output.run());
        const auto server = launch(shell("echo at last"), output.write_end());
        output.close_write_end();
        output_capture::trickle pace;
        pace.bytes = 512;
        pace.every = 10ms;
        co_await until_captured(output, 8);
        EXPECT_FALSE(output.slow_down(pace));
        co_await server->exited(test_deadline());
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        co_await tasks.join();  // by the end of the file, at its pace
        EXPECT_EQ(output.summary().tail, "at last\n");
    });
}

TEST_F(HeldOutput, IsDrainedByStopWhateverItsPace) {
    run([&]() -> asio::awaitable<void> {
        output_capture output(executor(), folder_.file("log"));
        task_group tasks(executor());
        tasks.spawn(output.run());
        EXPECT_FALSE(output.hold_back());
        output.resume();
        EXPECT_FALSE(output.hold_back());  // and again
        co_await asio::post(executor(), asio::use_awaitable);
        output.stop();
        EXPECT_EQ(output.waiting_bytes(), 0U);
        EXPECT_EQ(output.summary().total_bytes, 0U);
        co_await tasks.join();
    });
}

TEST_F(HeldOutput, CanBeCancelledWhileItIsHeld) {
    run([&]() -> asio::awaitable<void> {
        output_capture output(executor(), folder_.file("log"));
        task_group tasks(executor());
        tasks.spawn(output.run());
        EXPECT_FALSE(output.hold_back());
        co_await asio::post(executor(), asio::use_awaitable);
        tasks.cancel();
        co_await tasks.join();
    });
}

}  // namespace
}  // namespace stormdrain
