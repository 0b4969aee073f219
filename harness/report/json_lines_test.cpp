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

TEST(JsonLines, HoldTheWholeRun) {
    std::ostringstream out;
    json_lines lines(out);
    const run_results results = mixed();
    cycle_record record = testing_records::clean_record();
    testing_records::hang(record);
    testing_records::add_request(record, testing_records::cut_request(1s));
    testing_records::hold_at_rest(record,
                                  testing_records::server_socket(17, 40112, tcp_state::close_wait),
                                  testing_records::closed_connection(40112, "fault half_close"));
    testing_records::hold_upstream_at_rest(record, 21, 50001, tcp_state::close_wait);
    origin_record& origin = record.origins.emplace_back();
    origin.name = "web";
    origin.speaks = origin_protocol::https;
    origin.requests_count = 100;
    origin.reused_count = 98;
    origin.misdirected.push_back({"b.test", "a.test", "/x", 4, 1500ms});
    origin.strikes.push_back({"origin_reset", "a.test", "/", 1, 1s, 2s});
    origin.connections.push_back(record.rest.upstream.front().connection);
    lines.header(results);
    lines.cycle("salvo-0_63/shutdown/x", record, results.scenarios[0].checks[0].samples);
    lines.scenario(results.scenarios[0]);
    lines.footer(results);

    const std::vector<json> read = parsed(out.str());
    ASSERT_EQ(read.size(), 4U);
    EXPECT_EQ(read[0]["kind"], "header");
    EXPECT_EQ(read[0]["seed"], "0x5eed0001");
    EXPECT_EQ(read[0]["scenarios"][0]["planned_count"], 2000);
    const json& written = read[1]["record"];
    EXPECT_EQ(read[1]["findings"].size(), 3U);
    EXPECT_EQ(read[1]["findings"][0]["over_cycles"], false);
    EXPECT_EQ(written["stop"]["triggered_ms"], 2000.0);
    EXPECT_EQ(written["stop"]["finished_ms"], nullptr);
    EXPECT_EQ(written["stop"]["quit_asked_ms"], nullptr);
    EXPECT_EQ(written["stop"]["escalations"][0]["signal"], "SIGKILL");
    EXPECT_EQ(written["requests"]["unusual"][0]["all_sent_ms"], 1001.0);
    EXPECT_EQ(written["rest"]["at_rest"]["processes"][0]["descriptors"][0]["tcp"]["state"],
              "CLOSE_WAIT");
    EXPECT_EQ(written["rest"]["behind"][0]["purpose"], "fault half_close");
    EXPECT_EQ(written["rest"]["upstream"][0]["connection"]["end"], "closed_by_origin");
    EXPECT_EQ(written["origins"][0]["speaks"], "https");
    EXPECT_EQ(written["origins"][0]["reused"], 98);
    EXPECT_EQ(written["origins"][0]["misdirected"][0]["sni"], "a.test");
    EXPECT_EQ(written["origins"][0]["strikes"][0]["ended_ms"], 2000.0);
    EXPECT_EQ(written["origins"][0]["connections"][0]["requests"], 2);
    EXPECT_EQ(written["exit"]["native_status"], 9);
    EXPECT_EQ(read[2]["verdict"], "fail");
    EXPECT_EQ(read[2]["checks"][0]["broken_count"], 3);
    EXPECT_EQ(read[3]["cycles_count"], 1);
    EXPECT_EQ(read[3]["exit_code"], 1);
}

TEST(JsonLines, TakeAnyByteAServerWrites) {
    std::ostringstream out;
    cycle_record record = testing_records::clean_record();
    record.output.tail = "\xff\x1b[31m\n\xed\xa0\x80";
    json_lines(out).cycle("x", record, {});
    EXPECT_EQ(parsed(out.str()).size(), 1U);
}

TEST(JsonLines, SayThatTheDiskIsFull) {
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    EXPECT_THROW(json_lines(out).footer(mixed()), environment_error);
}

}  // namespace
}  // namespace stormdrain
