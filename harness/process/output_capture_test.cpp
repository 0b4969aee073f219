#include "harness/process/output_capture.hpp"

#include "harness/base/task_group.hpp"
#include "harness/process/launching_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::EndsWith;

class OutputCapture : public launching_fixture {
protected:
    // What a script printed, to the end of its output.
    output_summary capture(const std::string& script, const std::string& path) {
        output_summary summary;
        run([&]() -> asio::awaitable<void> {
            const std::vector<std::string> alarm_words{"ERROR: AddressSanitizer"};
            output_capture output(executor(), path, alarm_words);
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

}  // namespace
}  // namespace stormdrain
