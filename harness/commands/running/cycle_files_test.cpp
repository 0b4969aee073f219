#include "harness/commands/running/cycle_files.hpp"

#include "harness/checks/record_builder.hpp"
#include "harness/cycle/canary.hpp"
#include "harness/process/launch/guard.hpp"
#include "harness/process/packets/packet_capture.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace stormdrain {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class CycleFiles : public io_fixture {
protected:
    cycle_files wanted(const invocation& asked) { return wanted_files(program_, asked); }

    // The files of a cycle that captured nothing.
    void write(const cycle_files& what, const std::string& suffix) {
        run([&]() -> boost::asio::awaitable<void> {
            canary slips;
            cycle_runner runner(executor(), environment_, slips);
            std::string folder = folder_.file("0");
            std::string to_the_name = suffix;
            const cycle_record record = testing_records::clean_record();
            co_await write_cycle_files(what, runner, record, std::move(folder),
                                       std::move(to_the_name));
            co_await runner.abandon();
        });
    }

    temporary_folder folder_;
    guard guard_;
    port_reserver ports_;
    run_environment environment_{guard_, ports_, "", {}};
    std::ostringstream out_;
    program program_{"", "stormdrain", "", out_, out_};
};

TEST_F(CycleFiles, AreNoneUnlessTheyAreAskedFor) {
    EXPECT_FALSE(wanted({}).any());
    invocation replay;
    replay.only_cycles = {3};
    EXPECT_FALSE(wanted(replay).of_every_cycle) << "there is nothing to keep a folder for";
    write({}, "");
    EXPECT_FALSE(std::filesystem::exists(folder_.file("0")));
}

TEST_F(CycleFiles, AreOfFailedCyclesAndOfAllOfAReplay) {
    invocation asked;
    asked.trace = true;
    EXPECT_TRUE(wanted(asked).trace);
    EXPECT_FALSE(wanted(asked).of_every_cycle);
    asked.only_cycles = {3};
    EXPECT_TRUE(wanted(asked).of_every_cycle);
    asked.only_cycles.clear();
    asked.replays_count = 50;
    EXPECT_TRUE(wanted(asked).of_every_cycle);
}

TEST_F(CycleFiles, SayWhenPacketsCannotBeCaptured) {
    invocation asked;
    asked.pcap = true;
    const bool is_possible = packet_capture::why_not().empty();
    EXPECT_EQ(wanted(asked).packets, is_possible);
    if (is_possible) {
        EXPECT_THAT(out_.str(), IsEmpty());
    } else {
        EXPECT_THAT(out_.str(), HasSubstr("mechanism packet_socket unavailable"));
    }
}

TEST_F(CycleFiles, HaveNamesThatTellCyclesOfOneFolderApart) {
    cycle_files what;
    what.trace = true;
    write(what, "");
    write(what, "-17");
    for (const char* const name : {"0/trace.json", "0/trace-17.json"}) {
        std::ifstream file(folder_.file(name));
        EXPECT_TRUE(nlohmann::json::parse(file).contains("traceEvents")) << name;
    }
}

TEST_F(CycleFiles, AreNotThereWithoutACapture) {
    cycle_files what;
    what.packets = true;
    write(what, "");
    EXPECT_FALSE(std::filesystem::exists(folder_.file("0/traffic.pcapng")));
}

}  // namespace
}  // namespace stormdrain
