#include "harness/config/document_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using JsonDocument = document_fixture;

TEST_F(JsonDocument, CountsColumnsInCharacters) {
    root_of("{\"\xc3\xa9\xc3\xa9\": \"\xe2\x82\xac\", \"n\": 1}").finish();
    EXPECT_THAT(problems(), ElementsAre("f.json:1:2 /\xc3\xa9\xc3\xa9: unknown key \"\xc3\xa9\xc3"
                                        "\xa9\"",
                                        "f.json:1:13 /n: unknown key \"n\""));
}

TEST_F(JsonDocument, KeepsPlacesBehindCommentsAndBrackets) {
    root_of("{\"a\":[1,{\"b\":2}// ] \"\n],/* { */\"c\\\"\":-1.5e3/**/,\n\"d\":1}").finish();
    EXPECT_THAT(problems(), ElementsAre("f.json:1:2 /a: unknown key \"a\"",
                                        "f.json:2:10 /c\": unknown key \"c\"\"",
                                        "f.json:3:1 /d: unknown key "
                                        "\"d\""));
}

struct broken_file {
    std::string text;
    std::string message;
};

TEST_F(JsonDocument, SaysWhereAFileIsNoJson) {
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

TEST_F(JsonDocument, BoundsDepthWidthAndSize) {
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

TEST_F(JsonDocument, ReportsFilesThatCannotBeRead) {
    const temporary_folder folder;
    EXPECT_FALSE(json_document::load(folder.file("absent.json"), problems_).readable());
    EXPECT_FALSE(json_document::load(folder.path(), problems_).readable());
    EXPECT_THAT(
        problems(),
        ElementsAre(folder.file("absent.json") +
                        ": expected a file that can be read, got: No such file or directory",
                    folder.path() + ": expected a file that can be read, got: Is a directory"));
}

TEST_F(JsonDocument, OutlivesItsDocument) {
    const temporary_folder folder;
    std::ofstream(folder.file("a.json")) << "\xef\xbb\xbf{\"o\": {\"n\": 1}}";
    object_reader inner =
        json_document::load(folder.file("a.json"), problems_).root(problems_).object("o").value();
    EXPECT_EQ(inner.integer("n", 0, 9), 1);
    EXPECT_EQ(inner.file(), folder.file("a.json"));
    EXPECT_THAT(problems(), IsEmpty());
}

}  // namespace
}  // namespace stormdrain
