#include "harness/config/object_reader.hpp"

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

using ObjectReader = document_fixture;

TEST_F(ObjectReader, ReadsEveryTypeOfAGoodFile) {
    object_reader root = root_of(R"(// a comment
        { "$schema": "x", "$comment": "y", /* another */
          "text": "\u00e9\"", "flag": true, "integer": -3, "number": 0.25, "time": "1.5s",
          "size": "64KiB", "rate": "1KiB/s", "texts": ["a", "b"], "integers": [1, 2],
          "choice": "green", "object": {"x": 1}, "objects": [{"x": 2}],
          "map": {"b": {}, "$comment": "z", "a": {}}, "mixed": ["a", {"x": 3}, null] })");
    EXPECT_EQ(root.text("text"), "\xc3\xa9\"");
    EXPECT_TRUE(root.flag("flag", false));
    EXPECT_EQ(root.integer("integer", -3, 3), -3);
    EXPECT_EQ(root.number("number", 0, 1), 0.25);
    EXPECT_EQ(root.length_of_time("time", 0s, 2s), 1500ms);
    EXPECT_EQ(root.size_bytes("size", 0, 65536), 65536U);
    EXPECT_EQ(root.rate_bytes_per_second("rate", 0, 65536), 1024U);
    EXPECT_THAT(root.texts("texts"), ElementsAre("a", "b"));
    EXPECT_THAT(root.integers("integers", 0, 2), ElementsAre(1, 2));
    EXPECT_EQ(root.choice<color>("choice", color_words), color::green);
    EXPECT_EQ(root.object("object").value().integer("x", 0, 9), 1);
    EXPECT_EQ(root.objects("objects").at(0).integer("x", 0, 9), 2);
    EXPECT_THAT(root.object("map").value().keys(), ElementsAre("b", "a"));
    EXPECT_EQ(root.object("map").value().members().at(1).first, "a");
    object_reader mixed = root.list("mixed").value();
    EXPECT_EQ(mixed.kind_of("0"), object_reader::value_kind::text);
    EXPECT_EQ(mixed.object("1").value().integer("x", 0, 9), 3);
    EXPECT_EQ(mixed.kind_of("2"), object_reader::value_kind::null);
    EXPECT_EQ(mixed.kind_of("3"), object_reader::value_kind::absent);
    root.finish();
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ObjectReader, GivesFallbacksForAbsentKeys) {
    object_reader root = root_of("{}");
    EXPECT_EQ(root.text("text", "preset"), "preset");
    EXPECT_EQ(root.integer("integer", 0, 9, 5), 5);
    EXPECT_THAT(root.texts("texts", std::vector<std::string>{"a"}), ElementsAre("a"));
    EXPECT_EQ(root.choice<color>("choice", color_words, color::green), color::green);
    EXPECT_FALSE(root.object("object").has_value());
    EXPECT_THAT(root.objects("objects"), IsEmpty());
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ObjectReader, NotesAllProblemsWithTheirPlaces) {
    object_reader root = root_of(R"({
  "time": 5,
  "color": "gren",
  "list": [{"cuont": 1}],
  "a/b~c": 1
})");
    root.length_of_time("time", 0s, 1h);
    root.choice<color>("color", color_words);
    object_reader entry = std::move(root.objects("list").at(0));
    entry.integer("count", 1, 9, 1);
    entry.finish();
    root.text("name");
    root.finish();
    EXPECT_THAT(
        problems(),
        ElementsAre(
            R"(f.json:2:11 /time: expected a duration such as "250ms", "5s" or "2min" from 0s to )"
            R"(1h, got number 5; did you mean "5s"?)",
            R"(f.json:3:12 /color: expected one of "red", "green", got text "gren"; did you mean )"
            R"("green"?)",
            R"(f.json:4:13 /list/0/cuont: unknown key "cuont"; did you mean "count"?)",
            R"(f.json:1:1: required key "name" is missing; expected text)",
            R"(f.json:5:3 /a~1b~0c: unknown key "a/b~c")"));
}

TEST_F(ObjectReader, NeverConvertsSilently) {
    struct row {
        const char* value;
        const char* got;
    };
    for (const row& each : std::vector<row>{{"3.7", "number 3.7"},
                                            {"3.0", "number 3.0"},
                                            {"true", "true"},
                                            {"\"3\"", "text \"3\""},
                                            {"null", "null"},
                                            {"[3]", "a list"},
                                            {"[]", "an empty list"},
                                            {"{}", "an object"},
                                            {"10", "number 10"},
                                            {"-1", "number -1"},
                                            {"18446744073709551615", "number 18446744073709551615"},
                                            {"1e1", "number 1e1"}}) {
        problems_.clear();
        root_of("{\"n\": " + std::string(each.value) + "}").integer("n", 0, 9);
        EXPECT_THAT(problems(), ElementsAre("f.json:1:7 /n: expected a whole number from 0 to 9, "
                                            "got " +
                                            std::string(each.got)));
    }
}

TEST_F(ObjectReader, RefusesTextsWithNulCharacters) {
    root_of(R"({"t": "a\u0000b"})").text("t");
    EXPECT_THAT(problems(), ElementsAre(R"(f.json:1:7 /t: expected text, got text "a\u0000b")"));
}

}  // namespace
}  // namespace stormdrain
