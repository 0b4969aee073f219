// The parts of READMEs that are catalogues are made of the tables that `stormdrain explain` and
// `stormdrain list` use: what a person reads there is what the program does. Behind the marker of
// such a part, STORMDRAIN_UPDATE_GOLDEN=1 writes it anew.

#include "faults/fault.hpp"
#include "faults/link/toxic_spec.hpp"
#include "harness/commands/explain/fault_explanation.hpp"
#include "harness/commands/explain/toxic_explanation.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/config/option_table.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

using testing::IsEmpty;
using testing::Not;

namespace fs = std::filesystem;

constexpr const char* marker = "<!-- The rest of this page is made by readme_catalogues_test -->\n";

fs::path source_folder() {
    return fs::path(__FILE__).parent_path().parent_path().parent_path();
}

std::string contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void expect_behind_marker(const std::string& readme, const std::string& made) {
    const fs::path file = source_folder() / readme;
    const std::string text = contents(file);
    const std::size_t at = text.find(marker);
    ASSERT_NE(at, std::string::npos) << readme << " has no marker";
    const std::string kept = text.substr(0, at) + marker;
    if (std::getenv("STORMDRAIN_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(file, std::ios::binary) << kept << "\n" << made;
    }
    EXPECT_EQ(contents(file), kept + "\n" + made)
        << "made anew by STORMDRAIN_UPDATE_GOLDEN=1 commands_test "
           "--gtest_filter='ReadmeCatalogues.*'";
}

// Of a table: a bar within would end it.
std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
        text.insert(at, 1, '\\');
    }
    return text;
}

std::string code(const std::string& text) {
    return text.empty() ? "" : "`" + text + "`";
}

void add_keys(std::string& page, const std::vector<explained_key>& keys) {
    if (keys.empty()) {
        return;
    }
    page += "\n| key | default | takes |\n| --- | --- | --- |\n";
    for (const explained_key& key : keys) {
        page += "| " + code(key.name) + " | " + cell(code(key.preset)) + " | " + cell(key.takes) +
                (key.note.empty() ? "" : "; " + cell(key.note)) + " |\n";
    }
}

// A toxic may be called as a fault is: its place on the page is another.
std::string heading(const explanation& what) {
    return (what.group == "toxic" ? "toxic " : "") + code(what.name);
}

std::string anchor(const explanation& what) {
    return (what.group == "toxic" ? "toxic-" : "") + what.name;
}

void add_entry(std::string& page, const explanation& what,
               const std::vector<std::string>& facts_left_out) {
    page += "\n### " + heading(what) + "\n\n" + what.summary + "\n\n";
    for (const auto& [label, text] : what.facts) {
        if (std::ranges::find(facts_left_out, label) == facts_left_out.end()) {
            page += "* " + label + ": " + text + "\n";
        }
    }
    add_keys(page, what.keys);
    page += "\n```json in " +
            std::string(what.group == "fault" ? "/faults/it of a suite" : "/toxics/- of a link") +
            "\n" + what.example + "\n```\n";
}

// A table of all, which leads to the entry of each.
void add_group(std::string& page, const std::string& title, const std::vector<explanation>& group,
               const std::vector<std::string>& facts_left_out) {
    page += "## " + title + "\n\n| name | what it is |\n| --- | --- |\n";
    for (const explanation& one : group) {
        page += "| [" + code(one.name) + "](#" + anchor(one) + ") | " + cell(one.summary) + " |\n";
    }
    for (const explanation& one : group) {
        add_entry(page, one, facts_left_out);
    }
}

std::string catalogue_of_faults() {
    std::vector<explanation> faults;
    for (const fault_kind* const kind : fault_catalogue()) {
        faults.push_back(explain_fault(*kind));
    }
    std::vector<explanation> toxics;
    for (const toxic_kind* const kind : toxic_catalogue()) {
        toxics.push_back(explain_toxic(*kind));
    }
    std::string page;
    add_group(page, "Faults", faults, {"also takes"});
    page += "\n";
    add_group(page, "Toxics", toxics, {"stands on", "strikes"});
    return page;
}

// The suites' own sentences, suite by suite in the order of their names.
std::string scenarios_of_suites() {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(source_folder() / "suites")) {
        if (entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    std::string page = "## Every scenario\n";
    std::vector<problem> problems;
    for (const fs::path& file : files) {
        object_reader root = json_document::load(file, problems).root(problems);
        if (!root.has("scenarios")) {
            continue;  // it is composed of others
        }
        page += "\n### " + code(file.stem()) + "\n\n" + root.text("description", "") +
                "\n\n| scenario | what happens |\n| --- | --- |\n";
        for (object_reader& scenario : root.objects("scenarios")) {
            const std::string sentence = scenario.text("description", "");
            EXPECT_THAT(sentence, testing::AnyOf(testing::EndsWith("."), testing::EndsWith("?")))
                << file << " " << scenario.text("name");
            page += "| " + code(scenario.text("name")) + " | " + cell(sentence) + " |\n";
        }
    }
    EXPECT_THAT(problems, IsEmpty());
    EXPECT_THAT(files, Not(IsEmpty()));
    return page;
}

TEST(ReadmeCatalogues, OfFaultsIsWhatExplainSays) {
    expect_behind_marker("faults/README.md", catalogue_of_faults());
}

TEST(ReadmeCatalogues, TheFirstPageHasEveryCommand) {
    const std::string readme = contents(source_folder() / "README.md");
    for (const command_row& row : all_commands()) {
        EXPECT_THAT(readme, testing::HasSubstr("\nstormdrain " + std::string(row.name)))
            << row.summary;
    }
}

TEST(ReadmeCatalogues, OfSuitesIsWhatTheirScenariosSay) {
    expect_behind_marker("suites/README.md", scenarios_of_suites());
}

}  // namespace
}  // namespace stormdrain
