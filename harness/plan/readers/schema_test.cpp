// Editors follow the schemas, stormdrain follows its readers: what they know must be the same. The
// fixtures' good files have every key that the readers know.

#include "faults/fault.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/plan/readers/suite_fixture.hpp"
#include "harness/plan/readers/target_fixture.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace stormdrain {
namespace {

using testing::Contains;
using testing::IsEmpty;

std::string schema_file(const std::string& name) {
    const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
    return (here / "../../../suites/schema" / name).string();
}

// Every name below a "properties", and every word of an "enum".
void collect(object_reader& from, std::set<std::string>& names) {
    for (const std::string& key : from.keys()) {
        const bool is_object = from.kind_of(key) == object_reader::value_kind::object;
        const bool is_list = from.kind_of(key) == object_reader::value_kind::array;
        if (key == "enum") {
            const std::vector<std::string> words = from.texts(key);
            names.insert(words.begin(), words.end());
            continue;
        }
        std::optional<object_reader> nested;
        if (is_object || is_list) {
            nested = is_object ? from.object(key) : from.list(key);
        }
        if (nested && key == "properties") {
            const std::vector<std::string> keys = nested->keys();
            names.insert(keys.begin(), keys.end());
        }
        if (nested) {
            collect(*nested, names);
        }
    }
}

std::set<std::string> names_in_schema(const std::string& name) {
    std::vector<problem> problems;
    object_reader root = json_document::load(schema_file(name), problems).root(problems);
    std::set<std::string> names;
    collect(root, names);
    EXPECT_THAT(problems, IsEmpty());
    return names;
}

// Keys only: a schema's other words are checked by validating the same files.
void collect_keys(object_reader& from, std::set<std::string>& names);

void collect_keys_of_steps(object_reader& from, std::set<std::string>& names) {
    for (const char* list : {"opening", "script"}) {
        if (from.kind_of(list) == object_reader::value_kind::array) {
            for (object_reader& step : from.objects(list)) {
                collect_keys(step, names);
            }
        }
    }
}

void collect_keys(object_reader& from, std::set<std::string>& names) {
    collect_keys_of_steps(from, names);
    for (const std::string& key : from.keys()) {
        names.insert(key);
        if (std::optional<object_reader> nested =
                from.kind_of(key) == object_reader::value_kind::object
                    ? from.object(key)
                    : std::optional<object_reader>{}) {
            collect_keys(*nested, names);
        }
    }
}

class Schema : public reader_fixture {
protected:
    std::set<std::string> keys_in(const std::string& text) {
        std::vector<problem> problems;
        object_reader root = json_document::parse("good", text, problems).root(problems);
        std::set<std::string> names;
        collect_keys(root, names);
        return names;
    }
};

TEST_F(Schema, OfTargetsKnowsTheKeysOfTheReader) {
    const std::set<std::string> known = names_in_schema("target.schema.json");
    // Names that the good file's author chose.
    const std::set<std::string> chosen{"http", "https", "raw",        "status",        "upload",
                                       "X-A",  "fast",  "drain",      "script",        "gentle",
                                       "line", "web",   "nginx.conf", "MALLOC_CHECK_", "PATH_INFO"};
    for (const std::string& key : keys_in(good_target)) {
        EXPECT_TRUE(known.contains(key) || chosen.contains(key)) << key;
    }
    for (int index = 1; index < held_conditions_count; ++index) {
        const auto condition = static_cast<held_condition>(index);
        EXPECT_THAT(known, Contains(std::string(to_text(condition))));
    }
}

TEST_F(Schema, OfTargetsKnowsTheStepsOfScripts) {
    const std::set<std::string> known = names_in_schema("target.schema.json");
    const std::set<std::string> chosen{"plain", "sealed", "small"};
    for (const std::string& key : keys_in(raw_target)) {
        EXPECT_TRUE(known.contains(key) || chosen.contains(key)) << key;
    }
    for (const char* word : {"tls", "by_client", "by_server"}) {
        EXPECT_THAT(known, Contains(std::string(word)));
    }
}

TEST_F(Schema, OfSuitesKnowsTheKeysOfTheReader) {
    const std::set<std::string> known = names_in_schema("suite.schema.json");
    const std::set<std::string> chosen{"plain", "tls", "reset", "silent", "slow",   "quiet",
                                       "busy",  "now", "soon",  "far",    "origins"};
    for (const std::string& key : keys_in(good_suite)) {
        EXPECT_TRUE(known.contains(key) || chosen.contains(key)) << key;
    }
}

// The text of one definition of a schema.
std::string definition(const std::string& name, const std::string& file) {
    std::ifstream in(schema_file(file));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t begin = text.find("\n        \"" + name + "\": {\n");
    const std::size_t end = text.find("\n        }", begin);
    EXPECT_NE(end, std::string::npos) << name << " in " << file;
    return text.substr(begin, end - begin);
}

// A file of its own could not be referred to: editors look schemas up by URL, and these have none
// that anybody serves. So it is written twice, and is the same.
TEST_F(Schema, OfSuitesKnowsToxicsAsTheSchemaOfLinksDoes) {
    for (const std::string name : {"toxic", "rate", "size", "duration"}) {
        EXPECT_EQ(definition(name, "suite.schema.json"), definition(name, "links.schema.json"));
    }
}

TEST_F(Schema, OfSuitesKnowsEveryPlaceOfLinks) {
    const std::set<std::string> known = names_in_schema("suite.schema.json");
    for (const auto& [word, place] : link_place_words()) {
        EXPECT_THAT(known, Contains(std::string(word)));
    }
}

TEST_F(Schema, OfSuitesKnowsEveryFaultAndMoment) {
    const std::set<std::string> known = names_in_schema("suite.schema.json");
    for (const fault_kind* kind : fault_catalogue()) {
        EXPECT_THAT(known, Contains(std::string(kind->name)));
    }
    for (int index = 0; index <= static_cast<int>(stop_moment::accept_burst); ++index) {
        EXPECT_THAT(known, Contains(std::string(to_text(static_cast<stop_moment>(index)))));
    }
}

}  // namespace
}  // namespace stormdrain
