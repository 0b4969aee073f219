// A link that does nothing changes no verdict: the same scenarios with `--through-link` and
// without, on the reference server. All suites were compared so once (faults/link/README.md); these
// stand for them, one or two of each kind.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using nlohmann::json;
using testing::Gt;
using testing::SizeIs;

// Scenario and check, and what came of it; the first reason beside it.
using verdicts = std::map<std::pair<std::string, std::string>, std::string>;

class ThroughLink : public stormdrain_fixture {
protected:
    struct judged {
        verdicts seen;
        std::map<std::string, std::uint64_t> links_connections;  // by scenario
        finished run;
    };

    judged run_with(const std::vector<std::string>& more) {
        const std::string out = file("results_" + std::to_string(++runs_count_));
        std::vector<std::string> argv{STORMDRAIN_PROGRAM,
                                      "run",
                                      suite("keep_alive"),
                                      suite("resets"),
                                      suite("slow_clients"),
                                      suite("tls_handshake_storm"),
                                      suite("shutdown_cycles"),
                                      "--target",
                                      reference_target(),
                                      "--filter",
                                      std::string(chosen),
                                      "--cycles",
                                      "1",
                                      "--seed",
                                      "7",
                                      "--jobs",
                                      "2",
                                      "--progress",
                                      "none",
                                      "--out",
                                      out};
        argv.insert(argv.end(), more.begin(), more.end());
        judged result;
        result.run = run_program(argv, out + ".txt", run_limit);
        std::ifstream lines(out + "/results.jsonl");
        for (std::string line; std::getline(lines, line);) {
            take(json::parse(line), result);
        }
        return result;
    }

private:
    static constexpr auto run_limit = std::chrono::seconds(120);
    static constexpr std::string_view chosen =
        "*/reuse/load=three_clients:*/reuse/load=over_tls:*/one_connection/faults=idle:"
        "*/pipelined/faults=behind_a_body:*/asks_for_close/faults=http_1_0:"
        "*/shutdown_cycles/held/*=silent:*/shutdown_cycles/held/*=stalled_reader:"
        "*/shutdown_cycles/resets/at=at_rest,faults=reset_handler:"
        "*/shutdown_cycles/moments/at=after_load,load=keep_alive:*/shutdown_cycles/burst:"
        "*/silent_peer/faults=after_client_hello:*/broken/faults=reset_after_hello:"
        "*/slow_clients/held/*half*";

    static void take(const json& line, judged& result) {
        if (line.at("kind") == "cycle") {
            const json& path = line.at("record").at("path");
            for (const json& link : path.is_null() ? json::array() : path.at("links")) {
                result.links_connections[line.at("id")] += link.at("accepted").get<std::uint64_t>();
            }
        }
        if (line.at("kind") != "scenario") {
            return;
        }
        for (const json& check : line.at("checks")) {
            result.seen[{line.at("id"), check.at("check")}] =
                check.at("verdict").get<std::string>();
        }
    }

    int runs_count_ = 0;
};

TEST_F(ThroughLink, MakesNoVerdictAnother) {
    const judged direct = run_with({});
    const judged behind = run_with({"--through-link"});
    EXPECT_EQ(direct.run.how.exit_code, 0) << direct.run.output;
    EXPECT_EQ(behind.run.how.exit_code, 0) << behind.run.output;
    EXPECT_THAT(direct.seen, SizeIs(Gt(300U)));
    EXPECT_THAT(direct.links_connections, SizeIs(0));
    for (const auto& [id, count] : behind.links_connections) {
        EXPECT_GT(count, 0U) << id;
    }
    EXPECT_THAT(behind.links_connections, SizeIs(Gt(10U)));
    for (const auto& [what, outcome] : direct.seen) {
        const auto found = behind.seen.find(what);
        ASSERT_NE(found, behind.seen.end()) << what.first;
        EXPECT_EQ(found->second, outcome) << what.first << ": " << what.second;
    }
}

}  // namespace
}  // namespace stormdrain::acceptance
