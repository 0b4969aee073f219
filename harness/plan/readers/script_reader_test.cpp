#include "harness/plan/readers/script_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ScriptReader : public document_fixture {
protected:
    script read(std::string_view text) {
        problems_.clear();
        object_reader root = root_of(text);
        script result = read_script(root);
        root.finish();
        return result;
    }
};

TEST_F(ScriptReader, TakesEveryKindOfStep) {
    const script seen = read(R"({"script": [
        {"barrier": "all"}, {"wait": "20ms"}, {"send": "PING\r\n"}, {"send": {"hex": "c0 00"}},
        {"send": {"bytes": "3B"}}, {"expect": "+PONG\r\n"}, {"expect": {"hex": "D000"}},
        {"expect": {"prefix": "+", "until": "\r\n", "within": "64B"}},
        {"expect": {"pattern": "[0-9]+;"}}, {"expect": {"bytes": "1KiB"}},
        {"close": "by_server"}]})");
    EXPECT_THAT(problems(), IsEmpty());
    ASSERT_THAT(seen.steps, SizeIs(11));
    EXPECT_EQ(seen.steps[0].does, script_step::kind::barrier);
    EXPECT_EQ(seen.steps[0].text, "all");
    EXPECT_EQ(seen.steps[1].length, 20ms);
    EXPECT_EQ(seen.steps[2].text, "PING\r\n");
    EXPECT_EQ(seen.steps[3].text, std::string("\xc0\x00", 2));
    EXPECT_EQ(seen.steps[4].text, "012");
    EXPECT_EQ(seen.steps[5].expected.text, "+PONG\r\n");
    EXPECT_EQ(seen.steps[6].expected.text, std::string("\xd0\x00", 2));
    const expectation line{expectation::kind::line, "+", "\r\n", {}, 64};
    EXPECT_EQ(seen.steps[7].expected, line);
    EXPECT_EQ(seen.steps[8].expected.pattern, byte_pattern("[0-9]+;"));
    EXPECT_EQ(seen.steps[9].expected.bytes_count, 1024U);
    EXPECT_EQ(seen.steps[10].expected.how, expectation::kind::close);
    EXPECT_EQ(seen.steps[10].does, script_step::kind::expect);
}

TEST_F(ScriptReader, TakesAnOpening) {
    const script seen = read(R"({"opening": [{"expect": {"prefix": "220 "}}],
        "script": [{"send": "NOOP\r\n"}, {"expect": {"prefix": "250 "}},
                   {"close": "by_client"}]})");
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_THAT(seen.opening, SizeIs(1));
    EXPECT_EQ(seen.steps.back().does, script_step::kind::close);
}

TEST_F(ScriptReader, WantsWhatIsSaidLastToBeAnswered) {
    constexpr std::string_view expected =
        "f.json:1:12 /script: expected an \"expect\" behind the last thing that is sent, or "
        "{\"close\": \"by_server\"}";
    for (const char* text : {R"({"script": []})", R"({"script": [{"send": "QUIT"}]})",
                             R"({"script": [{"send": "a"}, {"expect": "b"}, {"wait": "1ms"}]})",
                             R"({"script": [{"send": "QUIT"}, {"close": "by_client"}]})"}) {
        read(text);
        EXPECT_THAT(problems(), ElementsAre(expected)) << text;
    }
}

TEST_F(ScriptReader, SaysWhereAStepIsWrong) {
    const std::vector<std::pair<const char*, const char*>> wrong{
        {R"({"script": [{}, {"expect": "b"}]})",
         "f.json:1:13 /script/0: expected one of \"send\", \"expect\", \"wait\", \"barrier\", "
         "\"close\", got none"},
        {R"({"script": [{"send": "a", "wait": "1s"}, {"expect": "b"}]})",
         "f.json:1:13 /script/0: expected one of \"send\", \"expect\", \"wait\", \"barrier\", "
         "\"close\", got 2"},
        {R"({"script": [{"send": ""}, {"expect": "b"}]})",
         "f.json:1:22 /script/0/send: expected at least one byte, got none"},
        {R"({"script": [{"send": {"hex": "c"}}, {"expect": "b"}]})",
         "f.json:1:30 /script/0/send/hex: expected bytes of two hexadecimal digits, such as "
         "\"c0 00\", got \"c\""},
        {R"({"script": [{"send": {"hex": "+1"}}, {"expect": "b"}]})",
         "f.json:1:30 /script/0/send/hex: expected bytes of two hexadecimal digits, such as "
         "\"c0 00\", got \"+1\""},
        {R"({"script": [{"expect": {"bytes": "1B", "hex": "00"}}]})",
         "f.json:1:24 /script/0/expect: expected one of \"hex\", \"prefix\", \"pattern\", "
         "\"bytes\", got 2"},
        {R"({"script": [{"expect": {"prefix": "a", "until": ""}}]})",
         "f.json:1:49 /script/0/expect/until: expected at least one byte, got none"},
        {R"({"script": [{"barrier": "All"}, {"expect": "b"}]})",
         "f.json:1:25 /script/0/barrier: expected a name of at most 48 characters a-z, 0-9 and _, "
         "got \"All\"; did you mean \"all\"?"},
        {R"({"script": [{"close": "by_server"}, {"expect": "b"}]})",
         "f.json:1:37 /script/1: expected no step behind the one that closes the connection"},
        {R"({"path": "/", "script": [{"expect": "b"}]})",
         "f.json:1:10 /path: expected no \"path\" beside \"script\", which is no HTTP"},
        {R"({"opening": [{"close": "by_server"}], "script": [{"expect": "b"}]})",
         "f.json:1:13 /opening: expected a connection that stays open"},
    };
    for (const auto& [text, problem] : wrong) {
        read(text);
        EXPECT_THAT(problems(), ElementsAre(problem)) << text;
    }
}

TEST_F(ScriptReader, SaysWhatIsWrongWithAPattern) {
    read(R"({"script": [{"expect": {"pattern": "("}}]})");
    ASSERT_THAT(problems(), SizeIs(1));
    EXPECT_THAT(problems().front(),
                HasSubstr("f.json:1:36 /script/0/expect/pattern: expected a regular expression"));
}

TEST_F(ScriptReader, BoundsWhatIsHeldInMemory) {
    read(R"({"script": [{"expect": {"prefix": "a", "within": "65KiB"}}]})");
    EXPECT_THAT(problems(), SizeIs(1));
    read(R"({"script": [{"send": {"bytes": "65MiB"}}, {"expect": "b"}]})");
    EXPECT_THAT(problems(), SizeIs(1));
    read(R"({"script": [{"wait": "11s"}, {"expect": "b"}]})");
    EXPECT_THAT(problems(), SizeIs(1));
}

}  // namespace
}  // namespace stormdrain
