#include "ci/acceptance/sharded_fixture.hpp"

#include <nlohmann/json.hpp>

#include <regex>
#include <sstream>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;

constexpr auto run_limit = 100s;  // a run of these tests takes seconds

}  // namespace

sharded_fixture::words sharded_fixture::small_plan(const std::string& target) {
    return {suite("smoke"),
            "--target",
            target,
            "--filter",
            "*/at_rest/load=keep_alive:*/at_rest/load=one_request_each",
            "--cycles",
            "2",
            "--seed",
            "7"};
}

std::string sharded_fixture::defect_target() {
    return std::string(STORMDRAIN_DEFECTS_FOLDER) + "/exits_nonzero.json";
}

std::vector<std::string> sharded_fixture::argv_of(const words& what, const words& options,
                                                  const std::string& folder) const {
    std::vector<std::string> argv = {STORMDRAIN_PROGRAM, "run"};
    argv.insert(argv.end(), what.begin(), what.end());
    argv.insert(argv.end(), {"--progress", "none", "--out", file(folder)});
    argv.insert(argv.end(), options.begin(), options.end());
    return argv;
}

finished sharded_fixture::run_into(const std::string& folder, const words& what,
                                   const words& options) {
    return run_program(argv_of(what, options, folder), file("output"), run_limit);
}

std::vector<int> sharded_fixture::run_shards(const std::string& folder, const words& what,
                                             std::uint32_t total, const words& options) {
    std::vector<int> codes;
    for (std::uint32_t number = 1; number <= total; ++number) {
        words all = options;
        all.insert(all.end(), {"--shard", std::to_string(number) + "/" + std::to_string(total)});
        const finished run = run_into(folder, what, all);
        EXPECT_TRUE(run.how.exit_code.has_value()) << to_text(run.how) << "\n" << run.output;
        codes.push_back(run.how.exit_code.value_or(-1));
    }
    return codes;
}

finished sharded_fixture::merge(const words& sources, const std::string& folder) {
    std::vector<std::string> argv = {STORMDRAIN_PROGRAM, "merge"};
    for (const std::string& source : sources) {
        argv.push_back(file(source));
    }
    argv.insert(argv.end(), {"--out", file(folder)});
    return run_program(argv, file("output"), run_limit);
}

void sharded_fixture::expect_same_reports(const std::string& one, const std::string& other) {
    for (const char* const name : {"junit.xml", "summary.md"}) {
        const std::string first = text_of(one, name);
        EXPECT_FALSE(first.empty()) << one << "/" << name;
        EXPECT_EQ(normalised(first), normalised(text_of(other, name))) << name;
    }
}

void sharded_fixture::expect_valid_junit(const std::string& folder) const {
    if (!std::string(XMLLINT_PROGRAM).empty()) {
        EXPECT_TRUE(is_valid_junit(file(folder + "/junit.xml"), file("xmllint"))) << folder;
    }
}

bool sharded_fixture::was_starved(const std::string& folder) const {
    std::istringstream lines(text_of(folder, "results.jsonl"));
    for (std::string line; std::getline(lines, line);) {
        const nlohmann::json read = nlohmann::json::parse(line);
        const bool counts = read.at("kind") == "cycle" && read.at("outcomes") != "";
        if (counts && read.at("reasons").dump().find("starved") != std::string::npos) {
            return true;
        }
    }
    return false;
}

std::string normalised(std::string report) {
    static const std::vector<std::pair<std::regex, std::string>> rules = [] {
        std::vector<std::pair<std::regex, std::string>> made;
        const auto add = [&made](const char* what, const char* with) {
            made.emplace_back(std::regex(what, std::regex::optimize), with);
        };
        add(" --(out|progress) [^ \"\n]+", "");
        add("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}Z?", "INSTANT");
        add("time=\"[0-9.]+\"", "time=\"TIME\"");
        add("(stop_time_max_s\" value=\")[0-9.]+", "$1TIME");
        add("[0-9]+(\\.[0-9]+)? (ns|us|ms|s|min|h)\\b", "TIME");
        add("pid[ =][0-9]+", "pid PID");
        add("fd [0-9]+", "fd FD");
        add("port[ =][0-9]+", "port PORT");
        add("127\\.0\\.0\\.1:[0-9]+", "127.0.0.1:PORT");
        return made;
    }();
    for (const auto& [what, with] : rules) {
        report = std::regex_replace(report, what, with);
    }
    return report;
}

plan_hashes plan_hashes_in(const std::string& results) {
    plan_hashes hashes;
    std::istringstream lines(results);
    for (std::string line; std::getline(lines, line);) {
        const nlohmann::json read = nlohmann::json::parse(line);
        if (read.at("kind") == "cycle") {
            hashes[{read.at("id"), read.at("index")}] = read.at("plan_hash");
        }
    }
    return hashes;
}

std::map<std::string, std::string> verdicts_in(const std::string& results) {
    std::map<std::string, std::string> verdicts;
    std::istringstream lines(results);
    for (std::string line; std::getline(lines, line);) {
        const nlohmann::json read = nlohmann::json::parse(line);
        if (read.at("kind") != "scenario") {
            continue;
        }
        std::string& said = verdicts[read.at("id")];
        said = read.at("verdict");
        for (const nlohmann::json& check : read.at("checks")) {
            if (check.at("broken_count") > 0) {
                said += ", " + check.at("check").get<std::string>() + " " +
                        check.at("broken_count").dump();
            }
        }
    }
    return verdicts;
}

}  // namespace stormdrain::acceptance
