// What the READMEs show works: every block of JSON is read by the strict reader, every block of
// shell is run as a reader would, in a folder that has what they speak of. What would take minutes,
// root or another machine says so behind its language; it is parsed, its runs are carried out with
// --dry-run, and its commands have the options that it names.

#include "ci/acceptance/documentation.hpp"

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace fs = std::filesystem;

constexpr auto block_limit = 100s;  // the longest starts a server a dozen times
constexpr auto parse_limit = 20s;

const std::array<std::string, 7> pages{
    "README.md",        "ci/README.md",      "suites/README.md",     "servers/README.md",
    "faults/README.md", "harness/README.md", "faults/link/README.md"};

std::string text_of(const std::string& page) {
    return read_file(std::string(STORMDRAIN_SOURCE_FOLDER) + "/" + page);
}

json parsed(const std::string& text) {
    constexpr bool throws = false;
    constexpr bool with_comments = true;
    return json::parse(text, nullptr, throws, with_comments);
}

// A file of each kind that a part can be put into.
json base_of(const std::string& kind) {
    if (kind == "target") {
        return {{"stormdrain", 1}, {"name", "part"}, {"launch", {{"argv", {"server"}}}}};
    }
    if (kind == "link") {
        return {{"stormdrain", 1}, {"proxies", {{{"name", "part"}, {"upstream", "127.0.0.1:1"}}}}};
    }
    // What a load or a fault needs, and a scenario for what is within one.
    return {{"stormdrain", 1}, {"name", "part"}, {"loads", {{"plain", json::object()}}}};
}

class Documentation : public stormdrain_fixture, public testing::WithParamInterface<std::string> {
protected:
    void SetUp() override {
        for (const char* const folder : {"bin", "build/dev", "suites", "servers"}) {
            fs::create_directories(here(folder));
        }
        const fs::path source(STORMDRAIN_SOURCE_FOLDER);
        fs::create_symlink(STORMDRAIN_PROGRAM, here("bin/stormdrain"));
        fs::create_symlink(fs::path(STORMDRAIN_PROGRAM).parent_path(), here("build/dev/bin"));
        fs::create_symlink(source / "ci", here("ci"));
        // Parts of suites are written among them, and name their neighbours.
        for (const char* const folder : {"suites", "servers"}) {
            for (const fs::directory_entry& entry : fs::directory_iterator(source / folder)) {
                fs::create_symlink(entry.path(), here(folder) / entry.path().filename());
            }
        }
        write_my_server();
    }

    fs::path here(const std::string& name) const { return file("here/" + name); }

    // The server that the READMEs speak of, and its target: the one that README.md shows.
    void write_my_server() {
        write_file(here("my-server"), "#!/bin/sh\nexec '" SERVER_REFERENCE "' --http \"$2\"\n");
        fs::permissions(here("my-server"), fs::perms::owner_all);
        json target;
        for (const code_block& block : code_blocks(text_of("README.md"))) {
            const json shown = block.language == "json" ? parsed(block.text) : json();
            target = shown.contains("launch") ? shown : target;
        }
        ASSERT_TRUE(target.is_object()) << "README.md shows no target";
        if (GetParam() != "README.md") {  // its first command writes it
            write_file(here("my_server.json"), target.dump());
        }
        for (const char* const name : {"my", "old-build", "new-build"}) {
            target["name"] = std::string(name) == "my" ? "my" : "build";
            write_file(here(std::string(name) + ".json"), target.dump());
        }
    }

    finished sh(const std::string& script, std::chrono::seconds limit) {
        return run_program({"/bin/sh", "-euc",
                            "cd '" + here("").string() + "'\nPATH=\"$PWD/bin:$PATH\"\n" + script},
                           file("output"), limit);
    }

    void expect_checked(const json& content, const std::string& why) {
        const fs::path path = here("suites/part_of_a_page.json");
        write_file(path, content.dump(4));
        const finished checked =
            run_program({STORMDRAIN_PROGRAM, "check", path}, file("output"), parse_limit);
        EXPECT_EQ(checked.how.exit_code, 0) << why << "\n" << checked.output << content.dump(4);
    }

    void try_json(const code_block& block, const std::string& why) {
        const std::optional<part_place> place = place_of(block);
        if (!place) {
            EXPECT_EQ(block.mark, "") << why << ": where does it belong?";
            expect_checked(parsed(block.text), why);
            return;
        }
        const bool is_whole = block.text.starts_with('{');
        const json part = parsed(is_whole ? block.text : "{" + block.text + "}");
        ASSERT_TRUE(part.is_object()) << why << ": no JSON";
        json whole = base_of(place->kind);
        if (place->pointer == "/toxics/-") {
            whole["proxies"][0]["toxics"].push_back(part);
        } else if (place->pointer == "/scenarios/-") {
            json scenario = part;
            scenario["name"] = "part";
            whole["scenarios"].push_back(scenario);
        } else {
            json nested;
            nested[json::json_pointer(place->pointer)] = part;
            whole.merge_patch(nested);
        }
        if (place->kind == "target" && !whole.contains("ports")) {
            whole["ports"] = {{"http", {{"speaks", "http"}}}};
        }
        if (place->kind == "suite" && !whole.contains("scenarios") && !whole.contains("includes")) {
            whole["scenarios"] = {{{"name", "part"}, {"load", "plain"}}};
        }
        expect_checked(whole, why);
    }

    // Options that the command has not, and runs that would select nothing.
    void try_without_running(const std::string& command, const std::string& why) {
        static const std::regex own("^(?:build/dev/bin/)?stormdrain ([a-z]+)(.*)$");
        std::smatch found;
        if (!std::regex_match(command, found, own)) {
            return;
        }
        const std::string help =
            run_program({STORMDRAIN_PROGRAM, "help", found[1]}, file("help"), parse_limit).output;
        const std::string words = std::string(found[2]).substr(0, found[2].str().find(" -- "));
        static const std::regex option("--[a-z-]+");
        for (std::sregex_iterator at(words.begin(), words.end(), option), end; at != end; ++at) {
            EXPECT_THAT(help, HasSubstr(at->str())) << why << ": " << command;
        }
        std::string dry;
        if (found[1] == "run") {
            dry = command + " --dry-run";
        } else if (found[1] == "shrink") {  // what it would begin with
            dry = std::regex_replace(command, std::regex(" shrink "), " list ");
            dry = std::regex_replace(dry, std::regex(" --budget [^ ]+"), "");
        }
        if (!dry.empty()) {
            const finished planned = sh(dry, block_limit);
            EXPECT_EQ(planned.how.exit_code, 0) << why << ": " << dry << "\n" << planned.output;
        }
    }

    void try_shell(const code_block& block, const std::string& why) {
        const finished read =
            run_program({"/bin/sh", "-nc", block.text}, file("output"), parse_limit);
        EXPECT_EQ(read.how.exit_code, 0) << why << "\n" << read.output;
        if (block.mark.empty()) {
            const finished done = sh(block.text, block_limit);
            EXPECT_EQ(done.how.exit_code, 0) << why << "\n" << block.text << done.output;
            return;
        }
        EXPECT_THAT(block.mark, StartsWith("only parsed: ")) << why;
        for (const std::string& command : commands_of(block.text)) {
            try_without_running(command, why);
            const std::string program = command.substr(0, command.find(' '));
            const bool is_script = program.starts_with("ci/");
            EXPECT_TRUE(!is_script || fs::exists(here(program))) << why << ": " << program;
        }
    }
};

TEST_P(Documentation, Works) {
    const std::set<std::string> for_people{"text", "mermaid"};
    for (const code_block& block : code_blocks(text_of(GetParam()))) {
        const std::string why = GetParam() + ":" + std::to_string(block.line);
        if (block.language == "json") {
            try_json(block, why);
        } else if (block.language == "sh") {
            try_shell(block, why);
        } else {
            EXPECT_TRUE(for_people.contains(block.language))
                << why << ": say what it is: sh, json, text or mermaid";
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Pages, Documentation, testing::ValuesIn(pages), [](const auto& tested) {
    std::string name;
    for (const char character : tested.param) {
        name += std::isalpha(static_cast<unsigned char>(character)) != 0 ? character : '_';
    }
    return name;
});

TEST(CodeBlocks, AreFoundWithTheirMarks) {
    const std::vector<code_block> blocks = code_blocks(
        "a\n```sh only parsed: slow\nb\nc\n```\nd\n"
        "```json in /stop of a target\n{}\n```\n");
    ASSERT_EQ(blocks.size(), 2U);
    EXPECT_EQ(blocks[0].line, 3);
    EXPECT_EQ(blocks[0].language, "sh");
    EXPECT_EQ(blocks[0].mark, "only parsed: slow");
    EXPECT_EQ(blocks[0].text, "b\nc\n");
    EXPECT_FALSE(place_of(blocks[0]));
    ASSERT_TRUE(place_of(blocks[1]));
    EXPECT_EQ(place_of(blocks[1])->pointer, "/stop");
    EXPECT_EQ(place_of(blocks[1])->kind, "target");
}

TEST(CodeBlocks, HaveCommandsALine) {
    EXPECT_THAT(commands_of("a b   # c\n\n# d\ne \\\n  f\n"), ElementsAre("a b", "e   f"));
}

}  // namespace
}  // namespace stormdrain::acceptance
