#include "harness/config/object_reader.hpp"

#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <array>
#include <fstream>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

enum class color { red, green };
constexpr std::array<std::pair<std::string_view, color>, 2> color_words{
    {{"red", color::red}, {"green", color::green}}};

std::vector<std::string> texts_of(const std::vector<problem>& problems) {
    std::vector<std::string> texts;
    for (const problem& each : problems) {
        texts.push_back(to_text(each));
    }
    return texts;
}

// Reads everything that a test asks for from one text, and gathers what is wrong with it.
class ObjectReader : public testing::Test {
protected:
    object_reader root_of(std::string_view text) {
        return json_document::parse("f.json", text, problems_).root(problems_);
    }
    std::vector<std::string> problems() const { return texts_of(problems_); }

    std::vector<problem> problems_;
};

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

TEST_F(ObjectReader, CountsColumnsInCharacters) {
    root_of("{\"\xc3\xa9\xc3\xa9\": \"\xe2\x82\xac\", \"n\": 1}").finish();
    EXPECT_THAT(problems(), ElementsAre("f.json:1:2 /\xc3\xa9\xc3\xa9: unknown key \"\xc3\xa9\xc3"
                                        "\xa9\"",
                                        "f.json:1:13 /n: unknown key \"n\""));
}

TEST_F(ObjectReader, KeepsPlacesBehindCommentsAndBrackets) {
    root_of("{\"a\":[1,{\"b\":2}// ] \"\n],/* { */\"c\\\"\":-1.5e3/**/,\n\"d\":1}").finish();
    EXPECT_THAT(problems(), ElementsAre("f.json:1:2 /a: unknown key \"a\"",
                                        "f.json:2:10 /c\": unknown key \"c\"\"",
                                        "f.json:3:1 /d: unknown key "
                                        "\"d\""));
}

TEST_F(ObjectReader, RefusesTextsWithNulCharacters) {
    root_of(R"({"t": "a\u0000b"})").text("t");
    EXPECT_THAT(problems(), ElementsAre(R"(f.json:1:7 /t: expected text, got text "a\u0000b")"));
}

struct broken_file {
    std::string text;
    std::string message;
};

TEST_F(ObjectReader, SaysWhereAFileIsNoJson) {
    const std::vector<broken_file> files{
        {"",
         ":1:1: not JSON: syntax error while parsing value - unexpected end of input; expected "
         "'[', '{', or a literal"},
        {"[1]", ":1:1: expected an object, got a list"},
        {"{\"a\":1,\n}", ":1:7: expected another entry after this comma, got '}'"},
        {"{\"a\":[1,]}", ":1:8: expected another entry after this comma, got ']'"},
        {"{\"a\":1\n \"b\":2}",
         ":2:2: not JSON: syntax error while parsing object - unexpected "
         "string literal; expected '}'"},
        {"{\"a\" 1}",
         ":1:6: not JSON: syntax error while parsing object separator - unexpected number literal; "
         "expected ':'"},
        {"{a:1}",
         ":1:2: not JSON: syntax error while parsing object key - invalid literal; "
         "expected string literal"},
        {"{\"a\":1}}",
         ":1:8: not JSON: syntax error while parsing value - unexpected '}'; "
         "expected end of input"},
        {"{\"a\":\"\xff\"}",
         ":1:7: not JSON: syntax error while parsing value - invalid string: "
         "ill-formed UTF-8 byte"},
        {"{\"a\":1e999}", ":1:10: not JSON: number overflow parsing '1e999'"},
        {"{\"a\":1 /* x",
         ":1:12: not JSON: syntax error while parsing object - invalid comment; "
         "missing closing '*/'; expected '}'"},
        {"{\"a\":1,\"b\":{\"a\":2,\"a\":3}}", ":1:19 /b/a: key \"a\" appears twice in this object"},
    };
    for (const broken_file& each : files) {
        problems_.clear();
        root_of(each.text);
        EXPECT_THAT(problems(), ElementsAre("f.json" + each.message)) << each.text;
    }
}

TEST_F(ObjectReader, BoundsDepthWidthAndSize) {
    const std::string deep = "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}";
    EXPECT_FALSE(json_document::parse("f", deep, problems_).readable());
    EXPECT_THAT(problems_.at(0).message, "expected at most 64 levels of nesting");

    std::string wide = "{\"a\":[0";
    for (int count = 0; count < 10'000; ++count) {
        wide += ",0";
    }
    EXPECT_FALSE(json_document::parse("f", wide + "]}", problems_).readable());
    EXPECT_THAT(to_text(problems_.at(1)), "f:1:20007 /a: expected at most 10000 entries");

    const std::string large(json_document::file_bytes_max + 1, ' ');
    EXPECT_FALSE(json_document::parse("f", large, problems_).readable());
    EXPECT_THAT(to_text(problems_.at(2)), "f: expected at most 4MiB, got more");
}

TEST_F(ObjectReader, ReportsFilesThatCannotBeRead) {
    const temporary_folder folder;
    EXPECT_FALSE(json_document::load(folder.file("absent.json"), problems_).readable());
    EXPECT_FALSE(json_document::load(folder.path(), problems_).readable());
    EXPECT_THAT(
        problems(),
        ElementsAre(folder.file("absent.json") +
                        ": expected a file that can be read, got: No such file or directory",
                    folder.path() + ": expected a file that can be read, got: Is a directory"));
}

TEST_F(ObjectReader, OutlivesItsDocument) {
    const temporary_folder folder;
    std::ofstream(folder.file("a.json")) << "\xef\xbb\xbf{\"o\": {\"n\": 1}}";
    object_reader inner =
        json_document::load(folder.file("a.json"), problems_).root(problems_).object("o").value();
    EXPECT_EQ(inner.integer("n", 0, 9), 1);
    EXPECT_EQ(inner.file(), folder.file("a.json"));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST(Problem, IsSortedByPlace) {
    std::vector<problem> problems{
        {"a", 9, 9, "", "old"}, {"b", 3, 1, "", "x"}, {"b", 2, 7, "", "y"}};
    sort_by_place(problems, 1);
    EXPECT_THAT(texts_of(problems), ElementsAre("a:9:9: old", "b:2:7: y", "b:3:1: x"));
    EXPECT_STREQ(config_error(problems).what(), "a:9:9: old\nb:2:7: y\nb:3:1: x");
}

}  // namespace
}  // namespace stormdrain
