// What `stormdrain list --json` looked like when a person last agreed to it: programs read it.

#include "harness/commands/program.hpp"
#include "harness/report/golden.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

class List : public testing::Test {
protected:
    List() {
        write("suite.json", R"({
"stormdrain": 1, "name": "some",
"loads": {"plain": {"clients": 4}},
"faults": {"reset": {"kind": "connection_reset", "at": "handler"}},
"links": {"far": {"toxics": [{"type": "latency", "attributes": {"latency": "40ms"}}]}},
"scenarios": [
{"name": "busy", "description": "The stop comes amid requests.", "tags": ["race"], "cycles": 3,
 "load": "plain", "faults": ["reset"], "links": ["far"], "stop": {"at": "during_load"}},
{"name": "over_tls", "load": {"port": "https"}}
]})");
        write("target.json", R"({
"stormdrain": 1, "name": "mine",
"launch": {"argv": ["/bin/true"]}, "ports": {"http": {"speaks": "http"}},
"routes": {"small": "/", "delayed": "/wait"}})");
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_.file(name)) << text;
    }

    // The folder of the test is called "here".
    std::string said(const std::vector<std::string>& options) {
        std::vector<std::string> words{"list",     folder_.file("suite.json"),
                                       "--target", folder_.file("target.json"),
                                       "--seed",   "1"};
        words.insert(words.end(), options.begin(), options.end());
        const std::vector<std::string_view> views(words.begin(), words.end());
        const auto environment = [](const char* name) -> const char* {
            static const std::map<std::string, const char*> variables{{"STORMDRAIN_TAG", "race"}};
            const auto found = variables.find(name);
            return found == variables.end() ? nullptr : found->second;
        };
        std::ostringstream out;
        std::ostringstream problems;
        const program self{"", "stormdrain", "stormdrain list", out, problems};
        EXPECT_EQ(list_command(self, read_invocation(views, environment)), exit_code::kept);
        EXPECT_EQ(problems.str(), "");
        std::string text = out.str();
        for (std::size_t at = 0; (at = text.find(folder_.path(), at)) != std::string::npos;) {
            text.replace(at, folder_.path().size(), "here");
        }
        return text;
    }

private:
    temporary_folder folder_;
};

TEST_F(List, IsForPrograms) {
    nlohmann::json listing = nlohmann::json::parse(said({"--json"}));
    EXPECT_THAT(listing.at("plan_hash").get<std::string>(), testing::StartsWith("0x"));
    listing["plan_hash"] = "follows from everything that a plan has";
    expect_golden("list.json", listing.dump(2) + "\n");
}

TEST_F(List, SaysWhereEachOptionComesFrom) {
    std::map<std::string, std::string> from;
    const nlohmann::json listing = nlohmann::json::parse(said({"--json"}));
    for (const nlohmann::json& option : listing.at("options")) {
        from[option.at("name")] = option.at("from");
    }
    EXPECT_EQ(from.at("tag"), "environment");
    EXPECT_EQ(from.at("seed"), "command_line");
    EXPECT_EQ(from.at("filter"), "default");
}

TEST_F(List, IsForPeople) {
    EXPECT_THAT(said({}), testing::StartsWith("mine/some/busy  3 cycles\n1 scenarios, 3 cycles"));
}

}  // namespace
}  // namespace stormdrain
