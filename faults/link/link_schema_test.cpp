// The schema that editors follow knows every toxic with its attributes, and no other.

#include "faults/link/toxic.hpp"
#include "harness/config/object_reader.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

using testing::IsEmpty;

struct shown_toxic {
    std::map<std::string, std::string> attributes;  // and what stands for their type
    std::set<std::string> required;
    bool operator==(const shown_toxic&) const = default;
};

std::string type_in_schema(object_reader& attribute) {
    if (attribute.has("enum")) {
        std::string words;
        for (const std::string& word : attribute.texts("enum")) {
            words += word + " ";
        }
        return words;
    }
    return attribute.text(attribute.has("$ref") ? "$ref" : "type");
}

std::string type_of(const attribute& one) {
    switch (one.measure) {
        case attribute::unit::milliseconds:
        case attribute::unit::microseconds:
            return "#/$defs/duration";
        case attribute::unit::kilobytes_per_second:
            return "#/$defs/rate";
        case attribute::unit::bytes:
            return "#/$defs/size";
        case attribute::unit::count:
            return "integer";
        case attribute::unit::word:
            break;
    }
    std::string words;
    for (const std::string_view word : one.words) {
        words += std::string(word) + " ";
    }
    return words;
}

// The rule of one type: {"if": {... "const": NAME}, "then": {... "attributes": {...}}}.
void read_rule(object_reader& rule, std::map<std::string, shown_toxic>& shown) {
    const std::string name = rule.object("if")->object("properties")->object("type")->text("const");
    object_reader attributes = *rule.object("then")->object("properties")->object("attributes");
    for (auto& [key, attribute] : attributes.object("properties")->members()) {
        if (key != "$comment") {
            shown[name].attributes[key] = type_in_schema(attribute);
        }
    }
    const std::vector<std::string> required =
        attributes.texts("required", std::vector<std::string>{});
    shown[name].required = {required.begin(), required.end()};
}

TEST(LinkSchema, KnowsEveryToxicWithItsAttributes) {
    std::vector<problem> problems;
    const json_document document =
        json_document::load(STORMDRAIN_SOURCE_FOLDER "/suites/schema/links.schema.json", problems);
    ASSERT_TRUE(document.readable());
    object_reader root = document.root(problems);
    object_reader toxic = *root.object("$defs")->object("toxic");
    std::map<std::string, shown_toxic> shown;
    for (object_reader& rule : toxic.objects("allOf")) {
        read_rule(rule, shown);
    }
    EXPECT_THAT(problems, IsEmpty());
    std::map<std::string, shown_toxic> known;
    for (const toxic_kind* const kind : toxic_catalogue()) {
        shown_toxic& one = known[std::string(kind->name)];
        for (const attribute& each : kind->attributes) {
            one.attributes[std::string(each.name)] = type_of(each);
            if (each.is == attribute::need::required) {
                one.required.emplace(each.name);
            }
        }
    }
    EXPECT_EQ(shown.size(), known.size());
    for (const auto& [name, one] : known) {
        EXPECT_EQ(shown[name].attributes, one.attributes) << name;
        EXPECT_EQ(shown[name].required, one.required) << name;
    }
    std::vector<std::string> words = toxic.object("properties")->object("type")->texts("enum");
    std::ranges::sort(words);
    std::vector<std::string> names;
    for (const auto& [name, one] : known) {
        names.push_back(name);
    }
    EXPECT_EQ(words, names);
}

}  // namespace
}  // namespace stormdrain
