#include "faults/fault_settings.hpp"

#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

using testing::ElementsAre;

std::string text(const std::optional<key_value>& value) {
    return value ? to_json(*value) : "none";
}

const asked_key* find(const fault_settings& settings, std::string_view name) {
    const auto found = std::ranges::find(settings.keys, name, &asked_key::name);
    return found == settings.keys.end() ? nullptr : &*found;
}

class SettingsOf : public testing::TestWithParam<const fault_kind*> {
protected:
    // What holds once these settings were read; a problem fails the test.
    static key_record read_again(const std::string& json) {
        std::vector<problem> problems;
        const json_document document = json_document::parse("again.json", json, problems);
        object_reader keys = document.root(problems);
        key_record settings;
        EXPECT_NE(read_recorded(*GetParam(), keys, settings), nullptr);
        keys.finish();
        for (const problem& found : problems) {
            ADD_FAILURE() << to_text(found);
        }
        return settings;
    }
};

TEST_P(SettingsOf, MeanTheSameWhenTheyAreReadAgain) {
    const fault_settings settings = settings_of(*GetParam());
    const std::string preset = to_json(settings.record);
    EXPECT_EQ(to_json(read_again(preset)), preset);
    for (const fault_variant& variant : settings.variants) {
        const std::string json = to_json(variant.record);
        EXPECT_EQ(to_json(read_again(json)), json);
    }
}

TEST_P(SettingsOf, AreAllTyped) {
    const fault_settings settings = settings_of(*GetParam());
    for (const std::string& name : settings.record.only_looked_for()) {
        EXPECT_NE(find(settings, name), nullptr) << name << ": asked whether it is there, only";
    }
    for (const asked_key& key : settings.keys) {
        EXPECT_EQ(key.type == key_type::word, !key.words.empty()) << key.name;
        const bool is_bare = key.type == key_type::text || key.type == key_type::flag ||
                             key.type == key_type::word || key.type == key_type::texts ||
                             key.type == key_type::object || key.type == key_type::list;
        EXPECT_EQ(is_bare, !key.min && !key.max) << key.name;
    }
}

INSTANTIATE_TEST_SUITE_P(Catalogue, SettingsOf, testing::ValuesIn(fault_catalogue()),
                         [](const auto& tested) { return std::string(tested.param->name); });

TEST(FaultSettings, AreTheKeysThatTheKindReads) {
    const fault_settings settings = settings_of(*find_fault("slow_sender"));
    ASSERT_EQ(settings.keys.size(), 4U);
    const asked_key* const chunk = find(settings, "chunk");
    ASSERT_NE(chunk, nullptr);
    EXPECT_EQ(chunk->type, key_type::size);
    EXPECT_EQ(text(chunk->preset), "\"1B\"");
    EXPECT_EQ(text(chunk->min), "\"1B\"");
    EXPECT_EQ(text(chunk->max), "\"1MiB\"");
    EXPECT_THAT(find(settings, "at")->words, ElementsAre("request_headers", "request_body"));
    EXPECT_EQ(settings.traits.holds, held_condition::partial_header);
    EXPECT_THAT(settings.traits.routes, ElementsAre("small"));
}

TEST(FaultSettings, ShowWhatElseChangesWithAWord) {
    const fault_settings settings = settings_of(*find_fault("slow_sender"));
    ASSERT_EQ(settings.variants.size(), 1U);
    const fault_variant& variant = settings.variants.front();
    EXPECT_EQ(variant.key, "at");
    EXPECT_EQ(text(variant.value), "\"request_body\"");
    EXPECT_EQ(variant.traits.holds, held_condition::partial_body);
    EXPECT_EQ(text(variant.record.find("route")->preset), "\"upload\"");
}

TEST(FaultSettings, FindAKeyThatIsReadOnlyWhenItIsThere) {
    const fault_settings settings = settings_of(*find_fault("stalled_handshake"));
    const asked_key* const length = find(settings, "for");
    ASSERT_NE(length, nullptr);
    EXPECT_EQ(length->type, key_type::length_of_time);
    EXPECT_EQ(text(length->preset), "none");
    EXPECT_EQ(text(length->max), "\"1h\"");
    EXPECT_TRUE(settings.traits.stands_until_released);
    EXPECT_EQ(settings.record.find("for"), nullptr);
    const auto with_length = std::ranges::find(settings.variants, "for", &fault_variant::key);
    ASSERT_NE(with_length, settings.variants.end());
    EXPECT_FALSE(with_length->traits.stands_until_released);
}

TEST(FaultSettings, FindAKeyThatOnlySomeWordsHave) {
    const fault_settings settings = settings_of(*find_fault("connection_reset"));
    ASSERT_NE(find(settings, "route"), nullptr);
    const auto at_connect = std::ranges::find(settings.variants, key_value(std::string("connect")),
                                              &fault_variant::value);
    ASSERT_NE(at_connect, settings.variants.end());
    EXPECT_EQ(at_connect->record.find("route"), nullptr);
    EXPECT_TRUE(at_connect->traits.routes.empty());
}

TEST(FaultSettings, OfAFileAreThoseThatHold) {
    std::vector<problem> problems;
    const json_document document =
        json_document::parse("fault.json", R"({"every": "20ms"})", problems);
    object_reader keys = document.root(problems);
    key_record settings;
    EXPECT_NE(read_recorded(*find_fault("slow_reader"), keys, settings), nullptr);
    EXPECT_EQ(to_json(settings), R"({"route":"large","chunk":"1KiB","every":"20ms"})");
    keys.text("beside", "");
    EXPECT_EQ(settings.find("beside"), nullptr);
}

}  // namespace
}  // namespace stormdrain
