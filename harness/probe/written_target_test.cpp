#include "harness/probe/written_target.hpp"

#include "harness/plan/readers/target_fixture.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view short_file = R"(// My server.
{
    "stormdrain": 1,
    "name": "mine",
    "launch": {"argv": ["./server"]},
    "ports": {"http": {"speaks": "http"}}
}
)";

constexpr std::string_view own_file = R"({
    "stormdrain": 1,
    "name": "mine",
    "launch": {"argv": ["./server"]},
    "ports": {"http": {"speaks": "http"}},
    "promises": {"release_within": "3s"},
    "stop": {
        // The manual, page 7.
        "graceful": {
            "signal": "SIGQUIT",
            "class": "graceful",
            "exit_within": "30s",
            "exit_within_while": {"silent": "20s", "upgraded": "40s"},
            // Says it while it drains.
            "drain_statuses": [503]
        }
    }
}
)";

measured_stop measured_mode() {
    measured_stop seen;
    seen.times[held_condition::none] = {exit_promise{12ms}, "3 of 3 cycles, 12 ms"};
    seen.times[held_condition::silent] = {exit_promise{}, "none within 15 s in 1 of 1 cycle"};
    seen.times[held_condition::becomes_idle] = {{}, "no such route"};
    seen.in_flight = {in_flight_promise::complete, "owed answers came in 3 of 3 cycles"};
    seen.listener = {listener_promise::close_at_once, ""};
    seen.exit_status = {std::vector<legal_exit>{legal_exit{}}, "exit 0 in 9 cycles"};
    return seen;
}

class WrittenTarget : public reader_fixture {
protected:
    std::string written(std::string_view text, const measured_running& running) {
        return write_target(text, {{"graceful", measured_mode()}}, running,
                            confirm_text("2026-11-22", "0.1.0"));
    }
    std::shared_ptr<const target> read(const std::string& text) {
        return read_target(write("target.json", text), problems_);
    }
    std::vector<problem> problems_;
};

TEST_F(WrittenTarget, CanBeReadAndSaysThatNobodyHasConfirmedIt) {
    const auto server = read(written(short_file, {}));
    ASSERT_TRUE(server) << written(short_file, {});
    EXPECT_THAT(problems_, IsEmpty());
    const contract& promises = server->stop.at("graceful").promises;
    EXPECT_EQ(promises.unconfirmed,
              "measured by stormdrain probe on 2026-11-22 with 0.1.0: read "
              "it, then remove this line");
    EXPECT_EQ(promises.exit_within, duration(1s));
    EXPECT_EQ(promises.exit_within_while.at(held_condition::silent), exit_promise{});
    EXPECT_EQ(promises.listener, listener_promise::close_at_once);
}

TEST_F(WrittenTarget, GivesItsEvidenceLineByLine) {
    const std::string text = written(short_file, {});
    EXPECT_THAT(text, HasSubstr("// My server.\n{"));
    EXPECT_THAT(text, HasSubstr("            // 3 of 3 cycles, 12 ms\n"
                                "            \"exit_within\": \"1s\",\n"));
    EXPECT_THAT(text, HasSubstr("                // none within 15 s in 1 of 1 cycle\n"
                                "                \"silent\": \"unbounded\"\n"));
    EXPECT_THAT(text, Not(HasSubstr("becomes_idle")));
}

TEST_F(WrittenTarget, KeepsWhatWasNotMeasured) {
    const std::string text = written(own_file, {});
    const auto server = read(text);
    ASSERT_TRUE(server) << text;
    EXPECT_THAT(problems_, IsEmpty());
    const stop_mode& mode = server->stop.at("graceful");
    EXPECT_EQ(mode.trigger.signal, 3);  // SIGQUIT
    EXPECT_EQ(mode.promises.exit_within, duration(1s));
    EXPECT_EQ(mode.promises.exit_within_while.at(held_condition::silent), exit_promise{});
    EXPECT_EQ(mode.promises.exit_within_while.at(held_condition::upgraded), exit_promise{40s});
    EXPECT_THAT(mode.promises.drain_statuses, ElementsAre(503));
    EXPECT_THAT(text, HasSubstr("// The manual, page 7."));
    EXPECT_THAT(text, HasSubstr("// Says it while it drains."));
}

TEST_F(WrittenTarget, PromisesNothingThatMayHaveBeenLuck) {
    measured_stop fast = measured_mode();
    fast.in_flight.value = in_flight_promise::truncate;
    fast.connections_at_exit.value = connections_promise::closed;
    fast.drains_backlog.value = true;
    const std::string text = write_target(short_file, {{"fast", fast}}, {}, "measured");
    const auto server = read(text);
    ASSERT_TRUE(server) << text;
    EXPECT_EQ(server->stop.at("fast").promises.connections_at_exit, connections_promise::any_open);
    EXPECT_FALSE(server->stop.at("fast").promises.drains_backlog);
}

TEST_F(WrittenTarget, ConnectionsThatWereClosedInAFewCyclesAreNoPromiseYet) {
    measured_stop seen = measured_mode();
    seen.connections_at_exit = {connections_promise::closed, "closed in 48 of 48 cycles"};
    const std::string text = write_target(short_file, {{"graceful", seen}}, {}, "measured");
    EXPECT_THAT(text, Not(HasSubstr("connections_at_exit")));
    seen.connections_at_exit = {connections_promise::any_open, "closed in 1 of 3 cycles"};
    EXPECT_THAT(write_target(short_file, {{"graceful", seen}}, {}, "measured"),
                HasSubstr(R"("connections_at_exit": "any_open")"));
}

TEST_F(WrittenTarget, ReplacesAnEarlierMeasurement) {
    const std::string once = written(own_file, {});
    EXPECT_EQ(written(once, {}), once);
}

TEST_F(WrittenTarget, AddsPromisesOfTheRunningServerThatAreMissing) {
    measured_running running;
    running.keep_alive_timeout = {5012ms, "6 connections, 5.01 s"};
    running.header_timeout = {exit_promise{4s}, "6 connections, 4 s"};
    running.body_timeout = {exit_promise{6s}, "2 connections, 6 s"};
    running.drip_timeout = {exit_promise{5s}, "4 connections, 5 s"};
    running.handshake_timeout = {exit_promise{4s}, "4 connections, 4 s"};
    running.at_descriptor_limit = {descriptor_limit_promise::pause, "served again"};
    for (const std::string_view file : {short_file, own_file}) {
        const std::string text = written(file, running);
        const auto server = read(text);
        ASSERT_TRUE(server) << text;
        EXPECT_EQ(server->promises.keep_alive_timeout, duration(5s));
        EXPECT_EQ(server->promises.request_timeout, duration(9s));
        EXPECT_EQ(server->promises.handshake_timeout, duration(6s));
        EXPECT_THAT(text, HasSubstr("// header: 6 connections, 4 s; body: 2 connections, 6 s; "
                                    "dripping: 4 connections, 5 s\n"));
        EXPECT_EQ(server->promises.at_descriptor_limit, descriptor_limit_promise::pause);
    }
}

TEST_F(WrittenTarget, PromisesNoTimeToClientsThatWereLeftAlone) {
    measured_running running;
    running.header_timeout = {exit_promise{4s}, "6 connections, 4 s"};
    running.drip_timeout = {exit_promise{}, "none within 15 s, 4 connections"};
    running.handshake_timeout = {exit_promise{}, "none within 15 s, 4 connections"};
    const auto timeout_of = [this, &running] {
        return read(written(short_file, running))->promises.request_timeout;
    };
    EXPECT_EQ(timeout_of(), std::nullopt) << "it gives each byte its own time";
    EXPECT_EQ(read(written(short_file, running))->promises.handshake_timeout, std::nullopt);
    running.drip_timeout = {{}, "slow_sender could not be brought about"};
    EXPECT_EQ(timeout_of(), std::nullopt) << "who knows";
    running.drip_timeout = {exit_promise{4s}, "2 connections, 4 s"};
    EXPECT_EQ(timeout_of(), duration(6s)) << "it has no route with a body";
    running.body_timeout = {exit_promise{}, "none within 15 s, 2 connections"};
    EXPECT_EQ(timeout_of(), std::nullopt);
}

TEST_F(WrittenTarget, LeavesPromisesThatAreMadeAlone) {
    std::string file(own_file);
    file.replace(file.find("\"release_within\": \"3s\""), 22,
                 "\"keep_alive_timeout\": \"75s\", "
                 "\"request_timeout\": \"60s\"");
    measured_running running;
    running.keep_alive_timeout = {5s, ""};
    running.header_timeout = running.drip_timeout = {exit_promise{4s}, ""};
    const auto server = read(written(file, running));
    EXPECT_EQ(server->promises.keep_alive_timeout, duration(75s));
    EXPECT_EQ(server->promises.request_timeout, duration(60s));
}

}  // namespace
}  // namespace stormdrain
