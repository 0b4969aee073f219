#include "harness/config/key_record.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

#include <array>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

enum class color { red, green };
constexpr std::array<std::pair<std::string_view, color>, 2> color_words{
    {{"red", color::red}, {"green", color::green}}};

// Asks for a key of every type.
void ask_for_all(object_reader& keys) {
    keys.text("text", "a \"b\"");
    keys.flag("flag", true);
    keys.integer("integer", -3, 3, 1);
    keys.number("number", 0, 1, 0.25);
    keys.length_of_time("time", 1ms, 1h, 1500ms);
    keys.size_bytes("size", 1, 1024, 512);
    keys.rate_bytes_per_second("rate", 0, 65536, 1024);
    keys.texts("texts", std::vector<std::string>{"a"});
    keys.integers("integers", 0, 9, std::vector<std::int64_t>{1, 2});
    keys.choice<color>("choice", color_words, color::green);
}

class KeyRecord : public document_fixture {
protected:
    key_record recorded(std::string_view json, void (*ask)(object_reader&)) {
        key_record record;
        object_reader root = root_of(json);
        root.record_into(&record);
        ask(root);
        root.finish();
        return record;
    }
};

TEST_F(KeyRecord, KnowsNameTypeLimitsAndDefaultOfWhatIsAskedFor) {
    const key_record record = recorded("{}", ask_for_all);
    ASSERT_EQ(record.keys().size(), 10U);
    const asked_key* const time = record.find("time");
    ASSERT_NE(time, nullptr);
    EXPECT_EQ(time->type, key_type::length_of_time);
    EXPECT_EQ(time->preset, key_value(std::string("1500ms")));
    EXPECT_EQ(time->min, key_value(std::string("1ms")));
    EXPECT_EQ(time->max, key_value(std::string("1h")));
    EXPECT_EQ(record.find("integer")->min, key_value(std::int64_t{-3}));
    const asked_key* const choice = record.find("choice");
    EXPECT_THAT(choice->words, ElementsAre("red", "green"));
    EXPECT_EQ(choice->preset, key_value(std::string("green")));
    EXPECT_EQ(record.find("color"), nullptr);
}

TEST_F(KeyRecord, WritesWhatHolds) {
    EXPECT_EQ(to_json(recorded(R"({"time": "2s", "choice": "red"})", ask_for_all)),
              R"({"text":"a \"b\"","flag":true,"integer":1,"number":0.25,"time":"2s",)"
              R"("size":"512B","rate":"1KiB/s","texts":["a"],"integers":[1,2],"choice":"red"})");
}

TEST_F(KeyRecord, IsTheSameWhenWhatItWroteIsRead) {
    const key_record first = recorded(
        R"({"text": "x", "flag": false, "integer": 3, "number": 0.1, "time": "90s",
            "size": "1KiB", "rate": "3B/s", "texts": [], "integers": [9], "choice": "red"})",
        ask_for_all);
    EXPECT_EQ(recorded(to_json(first), ask_for_all), first);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(KeyRecord, HasNoValueForWhatIsAbsentWithoutDefault) {
    const auto ask = [](object_reader& keys) {
        keys.text("name", "");
        keys.length_of_time("required", 0s, 1h);
    };
    const key_record record = recorded("{}", ask);
    EXPECT_EQ(record.find("name")->preset, std::nullopt);
    EXPECT_EQ(record.find("required")->value, std::nullopt);
    EXPECT_EQ(to_json(record), "{}");
    EXPECT_EQ(to_json(recorded(R"({"name": "a", "required": "1s"})", ask)),
              R"({"name":"a","required":"1s"})");
}

TEST_F(KeyRecord, RemembersWhatWasOnlyLookedFor) {
    const auto ask = [](object_reader& keys) {
        for (const std::string_view key : {"for", "of"}) {
            if (keys.has(key)) {
                keys.length_of_time(key, 1ms, 1h);
            }
        }
    };
    EXPECT_THAT(recorded("{}", ask).only_looked_for(), ElementsAre("for", "of"));
    EXPECT_THAT(recorded(R"({"for": "1s"})", ask).only_looked_for(), ElementsAre("of"));
}

TEST_F(KeyRecord, KeepsTheLastThatWasSaidOfAKey) {
    const key_record record = recorded(R"({"n": 2})", [](object_reader& keys) {
        keys.integer("n", 0, 9, 1);
        keys.integer("m", 0, 9, 1);
        keys.integer("n", 0, 5, 3);
    });
    ASSERT_EQ(record.keys().size(), 2U);
    EXPECT_EQ(record.keys()[0].name, "n");
    EXPECT_EQ(record.keys()[0].max, key_value(std::int64_t{5}));
}

TEST_F(KeyRecord, EndsWhenAnotherIsLent) {
    key_record first;
    key_record second;
    object_reader root = root_of("{}");
    EXPECT_EQ(root.record_into(&first), nullptr);
    root.text("a", "");
    EXPECT_EQ(root.record_into(&second), &first);
    root.text("b", "");
    EXPECT_EQ(root.record_into(nullptr), &second);
    root.text("c", "");
    EXPECT_EQ(first.keys().size(), 1U);
    EXPECT_EQ(second.keys().size(), 1U);
}

}  // namespace
}  // namespace stormdrain
