// The schema of suites says of every fault what the fault says of itself: its sentence, its keys,
// their types, words, limits and defaults.

#include "faults/fault_settings.hpp"
#include "harness/config/object_reader.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <set>

namespace stormdrain {
namespace {

using testing::IsEmpty;
using value_kind = object_reader::value_kind;

std::string schema_file() {
    const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
    return (here / "../../../suites/schema/suite.schema.json").string();
}

// The schema's value as JSON; empty: it has none.
std::string value_at(object_reader& of, std::string_view key) {
    constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
    switch (of.kind_of(key)) {
        case value_kind::text:
            return to_json(key_value(of.text(key)));
        case value_kind::number:
            return to_json(key_value(of.integer(key, -any, any)));
        case value_kind::boolean:
            return to_json(key_value(of.flag(key, false)));
        default:
            return "";
    }
}

std::string text_of(const std::optional<key_value>& value) {
    return value ? to_json(*value) : "";
}

// What stands for a type: a reference, or a word.
std::string type_in_schema(object_reader& key) {
    return key.has("enum") ? "enum" : key.text(key.has("$ref") ? "$ref" : "type", "");
}

std::set<std::string> types_for(key_type type) {
    switch (type) {
        case key_type::text:  // most are names of routes and origins
            return {"string", "#/$defs/name"};
        case key_type::flag:
            return {"boolean"};
        case key_type::integer:
            return {"integer"};
        case key_type::number:
            return {"number"};
        case key_type::length_of_time:
            return {"#/$defs/duration"};
        case key_type::size:
            return {"#/$defs/size"};
        case key_type::rate:
            return {"#/$defs/rate"};
        case key_type::word:
            return {"enum"};
        case key_type::object:
            return {"object"};
        default:
            return {"array"};
    }
}

class FaultSchema : public testing::TestWithParam<const fault_kind*> {
protected:
    FaultSchema() : document_(json_document::load(schema_file(), problems_)) {}
    ~FaultSchema() override { EXPECT_THAT(problems_, IsEmpty()); }

    // The part of the schema that is for this kind alone; empty: it has no key of its own.
    std::optional<object_reader> part() {
        object_reader fault = *document_.root(problems_).object("$defs").value().object("fault");
        for (object_reader& entry : fault.objects("allOf")) {
            object_reader condition = *entry.object("if").value().object("properties");
            if (condition.object("kind").value().text("const", "") == GetParam()->name) {
                return entry.object("then");
            }
        }
        return std::nullopt;
    }

    std::vector<problem> problems_;
    json_document document_;
};

void compare(object_reader& in_schema, const asked_key& key) {
    EXPECT_TRUE(types_for(key.type).contains(type_in_schema(in_schema)))
        << key.name << ": " << type_in_schema(in_schema);
    if (key.type == key_type::word) {
        EXPECT_EQ(in_schema.texts("enum"), key.words) << key.name;
    }
    if (key.type == key_type::integer || key.type == key_type::number) {
        EXPECT_EQ(value_at(in_schema, "minimum"), text_of(key.min)) << key.name;
        EXPECT_EQ(value_at(in_schema, "maximum"), text_of(key.max)) << key.name;
    }
    if (in_schema.has("default")) {
        EXPECT_EQ(value_at(in_schema, "default"), text_of(key.preset)) << key.name;
    }
}

TEST_P(FaultSchema, KnowsExactlyWhatTheFaultReads) {
    const fault_settings settings = settings_of(*GetParam());
    std::optional<object_reader> then = part();
    if (!then) {
        EXPECT_THAT(settings.keys, IsEmpty()) << "the schema has no part for its keys";
        return;
    }
    EXPECT_EQ(then->text("description"), GetParam()->summary);
    object_reader properties = *then->object("properties");
    std::set<std::string> left;
    for (const std::string& name : properties.keys()) {
        left.insert(name);
    }
    for (const asked_key& key : settings.keys) {
        EXPECT_EQ(left.erase(key.name), 1U) << "the schema does not know " << key.name;
        if (std::optional<object_reader> in_schema = properties.object(key.name)) {
            compare(*in_schema, key);
        }
    }
    EXPECT_THAT(left, IsEmpty()) << "the fault does not read it";
}

INSTANTIATE_TEST_SUITE_P(Catalogue, FaultSchema, testing::ValuesIn(fault_catalogue()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace stormdrain
