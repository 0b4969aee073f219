// Editors follow the schemas, stormdrain follows its readers. One corpus of good and bad files goes
// through both, JSON Schema in the words of Debian's python3-jsonschema: what one of them refuses
// the other refuses, but for what a schema cannot say, and that is marked as such with the reason.

#include "ci/acceptance/program.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;

namespace fs = std::filesystem;

constexpr auto limit = 300s;  // half a minute, on a machine that is not busy
constexpr std::array<const char*, 3> schemas{"target", "suite", "links"};

std::string corpus_file(const std::string& name) {
    return std::string(STORMDRAIN_SOURCE_FOLDER) + "/ci/acceptance/schema_corpus/" + name;
}

json parsed(const std::string& path) {
    constexpr bool throws = false;
    constexpr bool with_comments = true;
    std::ifstream in(path);
    return json::parse(in, nullptr, throws, with_comments);
}

enum class expected {
    good,
    bad,
    agreement,    // whatever they say, it is the same
    reader_only,  // a schema cannot know
};

struct judged_file {
    std::string path;
    std::string schema;
    std::string what;  // was done to it
    expected verdict;
};

struct spoiled {
    std::string what;
    json file;
};

// Notes are for other programs: stormdrain does not look into them.
bool is_note(const json::json_pointer& at) {
    return !at.empty() && (at.back() == "$comment" || at.back() == "$schema");
}

json of_another_type(const json& value) {
    return value.is_string() ? json(7) : json("seven");
}

// Each object with a key that nobody knows, and each value as one of another type.
void spoil_everywhere(const json& whole, const json::json_pointer& at, std::vector<spoiled>& made) {
    const json& here = whole.at(at);
    const auto add = [&](const json::json_pointer& where, json value) {
        spoiled& one = made.emplace_back(spoiled{where.to_string() + " = " + value.dump(), whole});
        one.file[where] = std::move(value);
    };
    if (is_note(at)) {
        return;
    }
    if (here.is_object()) {
        add(at / "no such key", 7);
        for (const auto& [key, value] : here.items()) {
            spoil_everywhere(whole, at / key, made);
        }
        return;
    }
    add(at, json::object({{"no such key", 7}}));
    if (!here.is_array()) {
        add(at, of_another_type(here));
        return;
    }
    for (std::size_t i = 0; i < here.size(); ++i) {
        spoil_everywhere(whole, at / i, made);
    }
}

// {"good": NAME, "at": POINTER, "is": VALUE}, or "gone": true.
spoiled spoil_once(const json& good, const json& how) {
    const json::json_pointer at(how.at("at").get<std::string>());
    spoiled one{how.at("good").get<std::string>() + how.dump(), good};
    if (how.value("gone", false)) {
        one.file.at(at.parent_pointer()).erase(at.back());
    } else {
        one.file[at] = how.at("is");
    }
    return one;
}

// Of a long suite, one for each of its scenarios: what is spoiled is then read among few others.
std::vector<json> small_files_of(const json& good) {
    constexpr std::size_t scenarios_max = 8;
    const json scenarios = good.value("scenarios", json::array());
    if (scenarios.size() <= scenarios_max) {
        return {good};
    }
    std::vector<json> files;
    for (const json& scenario : scenarios) {
        files.push_back(good);
        files.back()["scenarios"] = json::array({scenario});
    }
    return files;
}

class SchemaCorpus : public testing::Test {
protected:
    void SetUp() override {
        const finished asked =
            run_program({PYTHON_PROGRAM, "-c", "import jsonschema"}, file("output"), limit);
        if (asked.how.exit_code != 0) {
            GTEST_SKIP() << "no jsonschema for python3 (package python3-jsonschema)";
        }
    }

    std::string file(const std::string& name) const { return folder_.file(name); }

    void add(const std::string& schema, const std::string& what, const json& content,
             expected verdict) {
        const std::string path =
            file(schema) + "/" + std::to_string(files_.size()) + "_" + schema + ".json";
        write_file(path, content.dump(4));
        files_.push_back({path, schema, what, verdict});
    }

    void add_corpus(const std::string& schema) {
        const json corpus = parsed(corpus_file(schema + ".json"));
        ASSERT_TRUE(corpus.is_object()) << schema;
        fs::create_directories(file(schema));
        for (const auto& [name, text] : corpus.at("beside").items()) {
            write_file(file(schema) + "/" + name, text);
        }
        for (const auto& [name, good] : corpus.at("good").items()) {
            add(schema, name, good, expected::good);
            std::vector<spoiled> made;
            for (const json& small : small_files_of(good)) {
                spoil_everywhere(small, json::json_pointer(), made);
            }
            for (const spoiled& one : made) {
                add(schema, name + one.what, one.file, expected::agreement);
            }
        }
        for (const json& how : corpus.at("bad")) {
            const json& good = corpus.at("good").at(how.at("good").get<std::string>());
            const spoiled one = spoil_once(good, how);
            add(schema, one.what, one.file,
                how.contains("reader_only") ? expected::reader_only : expected::bad);
        }
    }

    // Those that `stormdrain check` calls good.
    std::set<std::string> good_for_reader() {
        constexpr std::size_t files_at_once = 200;  // what it says of so many fits into its output
        std::set<std::string> good;
        for (std::size_t begin = 0; begin < files_.size(); begin += files_at_once) {
            std::vector<std::string> argv{STORMDRAIN_PROGRAM, "check"};
            const std::size_t end = std::min(files_.size(), begin + files_at_once);
            for (std::size_t i = begin; i < end; ++i) {
                argv.push_back(files_[i].path);
            }
            const finished checked = run_program(argv, file("output"), limit);
            EXPECT_TRUE(checked.how.exit_code == 0 || checked.how.exit_code == 2)
                << to_text(checked.how);
            std::istringstream said(checked.output);
            for (std::string line; std::getline(said, line);) {
                if (line.ends_with(": good")) {
                    good.insert(line.substr(0, line.size() - std::string(": good").size()));
                }
            }
        }
        return good;
    }

    // What judge.py says, by the schemas of the tree or by others.
    json verdicts_of_schemas(const std::string& folder = std::string(STORMDRAIN_SOURCE_FOLDER) +
                                                         "/suites/schema") {
        json list = json::array();
        for (const judged_file& one : files_) {
            list.push_back({{"file", one.path},
                            {"schema", one.schema},
                            {"counts", one.verdict == expected::good}});
        }
        write_file(file("list"), list.dump());
        const finished judged = run_program(
            {PYTHON_PROGRAM, corpus_file("judge.py"), folder, file("list")}, file("output"), limit);
        EXPECT_EQ(judged.how.exit_code, 0) << judged.output;
        return json::parse(judged.output);
    }

    std::vector<judged_file> files_;

private:
    scratch_folder folder_;
};

TEST_F(SchemaCorpus, SchemasAndReadersSayTheSameOfEveryFile) {
    for (const char* const schema : schemas) {
        add_corpus(schema);
    }
    const std::set<std::string> good = good_for_reader();
    const json verdicts = verdicts_of_schemas();
    const json& refused = verdicts.at("refused");
    std::size_t refused_by_both = 0;
    for (const judged_file& one : files_) {
        const bool reader = good.contains(one.path);
        const bool schema = !refused.contains(one.path);
        refused_by_both += !reader && !schema ? 1U : 0U;
        const std::string why = one.schema + " " + one.what + ": the reader calls it " +
                                (reader ? "good" : "bad") + ", the schema says " +
                                refused.value(one.path, "good");
        switch (one.verdict) {
            case expected::good:
                EXPECT_TRUE(reader && schema) << why;
                break;
            case expected::bad:
                EXPECT_TRUE(!reader && !schema) << why;
                break;
            case expected::agreement:
                EXPECT_EQ(reader, schema) << why;
                break;
            case expected::reader_only:
                EXPECT_TRUE(!reader && schema) << why;
                break;
        }
    }
    EXPECT_GT(refused_by_both, files_.size() / 2) << "most files of the corpus are bad";
    EXPECT_THAT(verdicts.at("unseen"), IsEmpty()) << "no good file of the corpus has these keys";
}

// Files of this tree may have comments, which JSON has not: they are left out for the schema.
TEST_F(SchemaCorpus, SchemasTakeEveryFileOfTheTree) {
    const fs::path tree(STORMDRAIN_SOURCE_FOLDER);
    for (const char* const schema : schemas) {
        fs::create_directories(file(schema));
    }
    for (const char* const folder : {"suites", "servers"}) {
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(tree / folder)) {
            const bool is_json = entry.path().extension() == ".json";
            const json content = is_json ? parsed(entry.path()) : json();
            const bool is_target = content.contains("launch");
            if (is_target || content.contains("scenarios") || content.contains("includes")) {
                add(is_target ? "target" : "suite", entry.path(), content, expected::good);
            }
        }
    }
    EXPECT_GT(files_.size(), 40U);
    const json verdicts = verdicts_of_schemas();
    for (const judged_file& one : files_) {
        EXPECT_FALSE(verdicts.at("refused").contains(one.path))
            << one.what << ": " << verdicts.at("refused").at(one.path);
    }
}

// Proof that it would be seen: a key that only the reader knows, and one that nobody has.
TEST_F(SchemaCorpus, SeesASchemaThatHasFallenBehind) {
    const fs::path schemas_folder = fs::path(STORMDRAIN_SOURCE_FOLDER) / "suites/schema";
    fs::create_directories(file("schemas"));
    fs::create_directories(file("suite"));
    json schema = parsed(schemas_folder / "suite.schema.json");
    json& load = schema.at("$defs").at("load").at("properties");
    load["thinking"] = load.at("think_time");
    load.erase("think_time");
    write_file(file("schemas/suite.schema.json"), schema.dump());
    const json corpus = parsed(corpus_file("suite.json"));
    add("suite", "full", corpus.at("good").at("full"), expected::good);
    add("suite", "smallest", corpus.at("good").at("smallest"), expected::good);
    const json verdicts = verdicts_of_schemas(file("schemas"));
    EXPECT_EQ(verdicts.at("refused").size(), 1U);
    EXPECT_THAT(verdicts.at("refused").value(files_.front().path, ""),
                testing::HasSubstr("'think_time' was unexpected"));
    EXPECT_THAT(verdicts.at("unseen"), testing::Contains("suite /$defs/load/properties/thinking"));
}

// Whoever marks a file as the reader's alone says what it is that a schema cannot say.
TEST(SchemaCorpusFiles, SayWhyASchemaCannotSeeIt) {
    for (const char* const schema : schemas) {
        const json corpus = parsed(corpus_file(std::string(schema) + ".json"));
        for (const json& how : corpus.at("bad")) {
            EXPECT_GT(how.value("reader_only", "a reason").size(), 5U) << how;
        }
    }
}

}  // namespace
}  // namespace stormdrain::acceptance
