#include "faults/process_fault_fixture.hpp"

#include <filesystem>
#include <fstream>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;

class SlowLogSink : public process_fault_fixture {};

// Goal: 4 KiB of filling at 512 bytes every 10 ms take 80 ms, and so long the first line waits.
TEST_F(SlowLogSink, MakesTheServerWaitForItsLog) {
    const auto slow = make_fault("slow_log_sink");
    EXPECT_TRUE(slow->stands_until_released());
    EXPECT_TRUE(slow->disturbs_requests());
    const std::string script = "read go < go; echo line; echo line; exit 0";
    launch_spec spec = shell("mkfifo go; : > made; " + script);
    spec.working_folder = folder_.path();
    with_server(spec, [&](server_process& server) -> asio::awaitable<void> {
        injection happened;
        task_group tasks(executor());
        const auto inject_it = [&]() -> asio::awaitable<void> {
            happened = co_await inject(*slow, server);
        };
        tasks.spawn(inject_it());
        while (in_place_count_ == 0 && tasks.running() > 0) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        const time_point began = clock::now();
        while (!std::filesystem::exists(folder_.file("made")) && clock::now() < test_deadline()) {
        }
        { std::ofstream(folder_.file("go")) << "go\n"; }
        EXPECT_TRUE(co_await server.exited(test_deadline()));
        EXPECT_GE(clock::now() - began, 60ms);
        released_.open();
        co_await tasks.join();
        EXPECT_THAT(happened, WasDelivered());
        EXPECT_THAT(happened.proof, HasSubstr("512 are read every 10 ms"));
    });
}

TEST_F(SlowLogSink, LetsTheOutputFlowWhenItIsCancelled) {
    const auto slow = make_fault("slow_log_sink", R"({"chunk": "1B", "every": "1h"})");
    with_server(shell("echo ready; exec sleep 300"),
                [&](server_process& server) -> asio::awaitable<void> {
                    co_await cancel_amid(*slow, server);
                    EXPECT_FALSE(output_->is_held_back());
                    const time_point deadline = test_deadline();
                    while (output_->summary().total_bytes < 6 && clock::now() < deadline) {
                        co_await asio::post(executor(), asio::use_awaitable);
                    }
                    EXPECT_EQ(output_->summary().tail, "ready\n");
                });
}

}  // namespace
}  // namespace stormdrain
