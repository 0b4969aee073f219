#include "harness/report/json_lines.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/checks/record_builder.hpp"
#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace stormdrain {
namespace {

using namespace testing_results;
using nlohmann::json;

std::vector<json> parsed(const std::string& text) {
    std::vector<json> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(json::parse(line));
    }
    return lines;
}

cycle_record eventful_record() {
    cycle_record record = testing_records::clean_record();
    testing_records::hang(record);
    testing_records::add_request(record, testing_records::cut_request(1s));
    testing_records::hold_at_rest(record,
                                  testing_records::server_socket(17, 40112, tcp_state::close_wait),
                                  testing_records::closed_connection(40112, "fault half_close"));
    record.listeners.push_back({"http", 8080, 2, 511, 4096, 37, 512});
    record.requests.connects_began_within = 23ms;
    fault_record& fault = record.faults.emplace_back();
    fault.settings = R"({"every":"1s"})";
    injection& one = fault.injections.emplace_back();
    one.request_whole = 500ms;
    one.idle_since = 1s;
    one.close_announced = false;
    one.server_reset = true;
    one.demanded.emplace();
    one.demanded->section = "RFC 9112 section 9.6";
    record.requests.handshakes_resumed = 7;
    record.requests.across_stop.emplace_back().chunked = true;
    record.requests.bodies.push_back({"large", 9, 1000, 1001});
    record.stop.asked_again = 3s;
    return record;
}

TEST(JsonLines, HoldTheWholeRun) {
    std::ostringstream out;
    json_lines lines(out);
    const run_results results = mixed();
    const cycle_record record = eventful_record();
    lines.header(results);
    judged_cycle judged;
    judged.findings = results.scenarios[0].checks[0].samples;
    judged.outcomes = "kb";
    lines.cycle("salvo-0_63/shutdown/x", record, judged);
    lines.scenario(results.scenarios[0]);
    lines.footer(results);

    const std::vector<json> read = parsed(out.str());
    ASSERT_EQ(read.size(), 4U);
    EXPECT_EQ(read[0]["kind"], "header");
    EXPECT_EQ(read[0]["seed"], "0x5eed0001");
    EXPECT_EQ(read[0]["scenarios"][0]["planned_count"], 2000);
    EXPECT_EQ(read[0]["checks"].size(), check_catalogue().size());
    EXPECT_EQ(read[1]["outcomes"], "kb");
    const json& written = read[1]["record"];
    EXPECT_EQ(read[1]["findings"].size(), 3U);
    EXPECT_EQ(read[1]["findings"][0]["over_cycles"], false);
    EXPECT_EQ(read[0]["replays_count"], 1);
    EXPECT_EQ(read[1]["findings"][0]["fingerprint"], "3f2a91bc");
    EXPECT_EQ(read[1]["findings"][0]["traits"][0], "hangs: lost_wakeup");
    EXPECT_EQ(read[2]["checks"][0]["identities"][0]["fingerprint"], "3f2a91bc");
    EXPECT_EQ(read[2]["checks"][0]["identities"][0]["broken_count"], 3);
    EXPECT_NEAR(read[2]["checks"][0]["interval_95"][0], 0.00044, 1e-5);
    EXPECT_NEAR(read[2]["checks"][0]["interval_95"][1], 0.00625, 1e-5);
    EXPECT_EQ(written["requests"]["across_stop"][0]["chunked"], true);
    EXPECT_EQ(written["requests"]["bodies"][0]["max_bytes"], 1001);
    EXPECT_EQ(written["stop"]["asked_again_ms"], 3000.0);
    EXPECT_EQ(written["stop"]["triggered_ms"], 2000.0);
    EXPECT_EQ(written["stop"]["finished_ms"], nullptr);
    EXPECT_EQ(written["stop"]["quit_asked_ms"], nullptr);
    EXPECT_EQ(written["stop"]["escalations"][0]["signal"], "SIGKILL");
    EXPECT_EQ(written["requests"]["unusual"][0]["all_sent_ms"], 1001.0);
    EXPECT_EQ(written["requests"]["failed_on_fresh"], 1);
    EXPECT_EQ(written["requests"]["failures"][0]["phase"], "head");
    EXPECT_EQ(written["faults"][0]["injections"][0]["request_whole_ms"], 500.0);
    EXPECT_EQ(written["faults"][0]["settings"]["every"], "1s");
    EXPECT_EQ(written["faults"][0]["injections"][0]["idle_since_ms"], 1000.0);
    EXPECT_EQ(written["faults"][0]["overtaken_count"], 0);
    EXPECT_EQ(written["faults"][0]["injections"][0]["close_announced"], false);
    EXPECT_EQ(written["faults"][0]["injections"][0]["server_reset"], true);
    EXPECT_EQ(written["faults"][0]["injections"][0]["demanded"]["met"], false);
    EXPECT_EQ(written["faults"][0]["injections"][0]["demanded"]["holds_at_stop"], false);
    EXPECT_EQ(written["rest"]["at_rest"]["processes"][0]["descriptors"][0]["tcp"]["state"],
              "CLOSE_WAIT");
    EXPECT_EQ(written["requests"]["handshakes_resumed"], 7);
    EXPECT_EQ(written["rest"]["behind"][0]["purpose"], "fault half_close");
    EXPECT_EQ(written["exit"]["native_status"], 9);
    EXPECT_EQ(written["requests"]["connects_began_within_ms"], 23.0);
    EXPECT_EQ(written["listeners"][0], json({{"name", "http"},
                                             {"number", 8080},
                                             {"sockets_count", 2},
                                             {"backlog", 511},
                                             {"backlog_max", 4096},
                                             {"dropped_count", 37},
                                             {"queue_length_max", 512}}));
    EXPECT_EQ(read[2]["verdict"], "fail");
    EXPECT_EQ(read[2]["checks"][0]["broken_count"], 3);
    EXPECT_EQ(read[3]["cycles_count"], 1);
    EXPECT_EQ(read[3]["exit_code"], 1);
}

TEST(JsonLines, SayThatNobodyHasConfirmedTheContract) {
    std::ostringstream out;
    scenario_result scenario = mixed().scenarios.front();
    scenario.unconfirmed = "measured by stormdrain probe";
    json_lines(out).scenario(scenario);
    EXPECT_EQ(parsed(out.str()).front()["contract_unconfirmed"], scenario.unconfirmed);
}

TEST(JsonLines, CarryWhatIsKnown) {
    std::ostringstream out;
    json_lines lines(out);
    scenario_result scenario = mixed().scenarios.front();
    scenario.checks = {broken_as_known("shutdown_deadline", 5), passed("exit_status", 5)};
    lines.scenario(scenario);
    const json read = parsed(out.str()).front();
    EXPECT_EQ(read["verdict"], "known");
    const json& check = read["checks"][0];
    EXPECT_EQ(check["verdict"], "known");
    EXPECT_EQ(check["known"]["origin"], "hyperium/hyper#2730");
    EXPECT_EQ(check["samples"][0]["severity"], "known");
    EXPECT_FALSE(read["checks"][1].contains("known"));
}

TEST(JsonLines, TakeAnyByteAServerWrites) {
    std::ostringstream out;
    cycle_record record = testing_records::clean_record();
    record.output.tail = "\xff\x1b[31m\n\xed\xa0\x80";
    json_lines(out).cycle("x", record, {});
    EXPECT_EQ(parsed(out.str()).size(), 1U);
}

TEST(JsonLines, HoldWhatOriginsSaw) {
    cycle_record record = testing_records::clean_record();
    testing_records::hold_upstream_at_rest(record, 21, 50001, tcp_state::close_wait);
    origin_record& origin = record.origins.emplace_back();
    origin.name = "web";
    origin.speaks = origin_protocol::https;
    origin.requests_count = 100;
    origin.reused_count = 98;
    origin.misdirected.push_back({"b.test", "a.test", "/x", 4, 1500ms});
    origin.strikes.push_back({"origin_reset", "a.test", "/", 1, 1s, 2s});
    origin.connections.push_back(record.rest.upstream.front().connection);
    std::ostringstream out;
    json_lines(out).cycle("x", record, {});
    const json written = parsed(out.str()).at(0)["record"];
    EXPECT_EQ(written["rest"]["upstream"][0]["connection"]["end"], "closed_by_origin");
    EXPECT_EQ(written["origins"][0]["speaks"], "https");
    EXPECT_EQ(written["origins"][0]["reused"], 98);
    EXPECT_EQ(written["origins"][0]["misdirected"][0]["sni"], "a.test");
    EXPECT_EQ(written["origins"][0]["strikes"][0]["ended_ms"], 2000.0);
    EXPECT_EQ(written["origins"][0]["connections"][0]["requests"], 2);
}

TEST(JsonLines, SayThatTheDiskIsFull) {
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    EXPECT_THROW(json_lines(out).footer(mixed()), environment_error);
}

}  // namespace
}  // namespace stormdrain
