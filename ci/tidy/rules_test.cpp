// Each rule on the smallest text that breaks it, and on the nearest one that does not.

#include "ci/tidy/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stormdrain::tidy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string repeated(std::string_view line, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) {
        text += line;
    }
    return text;
}

std::vector<int> lines_broken(const violations& found) {
    std::vector<int> lines;
    for (const violation& one : found) {
        lines.push_back(one.line);
    }
    return lines;
}

violations awaited(const std::string& statement) {
    return literal_beside_await(
        make_source_file("faults/a.cpp", "void f() {\n    " + statement + "\n}\n"));
}

violations chosen(const std::string& statement) {
    return choice_beside_await(
        make_source_file("faults/a.cpp", "void f() {\n    " + statement + "\n}\n"));
}

violations included(const std::string& path, const std::string& what) {
    return include_direction(make_source_file(path, "#include " + what + "\n"));
}

violations banned(const std::string& path, const std::string& code) {
    return banned_words(make_source_file(path, code + "\n"));
}

TEST(SourceText, BlanksCommentsAndLiteralsAndKeepsLines) {
    const source_file file = make_source_file(
        "a.cpp",
        "int a = 1'000; // {\nauto b = \"{\\\"\"; char c = '{'; /* {\n{ */ auto d = "
        "R\"x(\n{)x\";\n");
    EXPECT_EQ(file.code.find('{'), std::string::npos) << file.code;
    EXPECT_EQ(file.code.size(), file.text.size());
    EXPECT_THAT(lines_of(file.code), SizeIs(4));
    EXPECT_THAT(file.code, HasSubstr("1'000;"));
}

TEST(IncludeDirection, LetsARoomIncludeOnlyRoomsToItsLeft) {
    EXPECT_THAT(included("harness/plan/a.cpp", "\"faults/fault.hpp\""), IsEmpty());
    EXPECT_THAT(included("harness/process/a.cpp", "\"harness/net/endpoint.hpp\""), IsEmpty());
    EXPECT_THAT(included("harness/main.cpp", "\"harness/commands/run.hpp\""), IsEmpty());
    EXPECT_THAT(included("harness/base/a.hpp", "\"harness/net/endpoint.hpp\""), SizeIs(1));
    EXPECT_THAT(included("faults/a.cpp", "\"harness/load/ledger.hpp\""), SizeIs(1));
    EXPECT_THAT(included("harness/checks/a.cpp", "\"harness/report/junit.hpp\""), SizeIs(1));
}

TEST(IncludeDirection, KeepsJudgeAndJudgedApart) {
    EXPECT_THAT(included("servers/reference/a.cpp", "\"servers/common/b.hpp\""), IsEmpty());
    EXPECT_THAT(included("servers/reference/a.cpp", "\"harness/base/time.hpp\""), SizeIs(1));
    EXPECT_THAT(included("servers/reference/a.cpp", "\"faults/fault.hpp\""), SizeIs(1));
    EXPECT_THAT(included("harness/cycle/a_test.cpp", "\"servers/common/b.hpp\""), SizeIs(1));
}

TEST(IncludeDirection, LetsOnlyTestsUseTheFixtures) {
    EXPECT_THAT(included("faults/a_test.cpp", "\"harness/testing/io_fixture.hpp\""), IsEmpty());
    EXPECT_THAT(included("faults/a_fixture.hpp", "\"harness/testing/io_fixture.hpp\""), IsEmpty());
    EXPECT_THAT(included("faults/a.cpp", "\"harness/testing/io_fixture.hpp\""), SizeIs(1));
    EXPECT_THAT(included("servers/a_test.cpp", "\"harness/testing/io_fixture.hpp\""), SizeIs(1));
}

TEST(IncludeDirection, WantsPathsFromTheRoot) {
    EXPECT_THAT(included("harness/net/a.cpp", "\"endpoint.hpp\""), SizeIs(1));
    EXPECT_THAT(included("harness/net/a.cpp", "\"../net/endpoint.hpp\""), SizeIs(1));
    EXPECT_THAT(included("harness/net/a.cpp", "<vector>"), IsEmpty());
}

TEST(PureRooms, FindsAsioBehindAnInclude) {
    const source_file check =
        make_source_file("harness/checks/a.cpp", "#include \"harness/base/gate.hpp\"\n");
    const source_file gate =
        make_source_file("harness/base/gate.hpp", "#include <boost/asio/awaitable.hpp>\n");
    const violations found = pure_rooms({check, gate});
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].path, "harness/checks/a.cpp");
    EXPECT_THAT(found[0].message, HasSubstr("harness/checks/a.cpp > harness/base/gate.hpp"));
    EXPECT_THAT(pure_rooms({gate}), IsEmpty());
}

TEST(BannedWords, NamesTheReplacement) {
    const violations found = banned("servers/a.cpp", "\nco_spawn(x, f(), asio::detached);");
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].line, 2);
    EXPECT_THAT(found[0].message, HasSubstr("use task_group"));
}

TEST(BannedWords, FindsEachOfThem) {
    const std::string path = "harness/cycle/a.hpp";
    for (const std::string code :
         {"std::this_thread::sleep_for(x);", "usleep(1);", "::sleep(1);", "nanosleep(&a, &b);",
          "#include <boost/asio.hpp>", "class a : enable_shared_from_this<a>; shared_from_this();",
          "f([=] {});", "f([=, &b] {});", "using namespace std;", "json.get<int>();",
          "std::cout << 1;", "#include <boost/asio/experimental/awaitable_operators.hpp>"}) {
        EXPECT_THAT(banned(path, code), SizeIs(1)) << code;
    }
}

TEST(BannedWords, LeavesSentencesNeighboursAndAllowedPlacesAlone) {
    EXPECT_THAT(banned("faults/a.cpp", "// never sleep_for\nauto a = \"usleep(\";"), IsEmpty());
    EXPECT_THAT(banned("faults/a.cpp", "my_sleep(1); std::get<int>(a); [&] {};"), IsEmpty());
    EXPECT_THAT(banned("faults/a.hpp", "using namespace std::chrono_literals;"), IsEmpty());
    EXPECT_THAT(banned("harness/config/a.cpp", "json.get<int>();"), IsEmpty());
    EXPECT_THAT(banned("harness/commands/a.cpp", "std::cout << 1;"), IsEmpty());
    EXPECT_THAT(banned("servers/a.cpp", "std::cout << 1; using namespace std;"), IsEmpty());
}

TEST(LiteralBesideAwait, FindsEveryShapeThatCrashes) {
    for (const std::string statement : {
             "co_await f({.host = a});",
             "co_await f(options{1, 2});",
             "auto r = co_await f(1,\n        std::vector<int>{1, 2});",
             "co_await f([c] { return c; });",
             "co_await co_spawn(ex, [c]() -> awaitable<void> { co_return; }, use_awaitable);",
             "use(plain({1}), co_await g());",
             "use([&a] { b(); }, co_await g());",
             "co_return answer{co_await g(), 1};",
             "if (co_await f({1})) {\n    }",
             "auto a = x ? co_await f(b) : pair{1, 2};",
         }) {
        EXPECT_THAT(awaited(statement), Not(IsEmpty())) << statement;
    }
}

TEST(LiteralBesideAwait, AcceptsWhatIsNamedFirst) {
    for (const std::string statement : {
             "const options o{1, 2};\n    co_await f(o);",
             "if (x) {\n    y();\n    }\n    co_await f();",
             "if (co_await f()) {\n    const pair a{1, 2};\n    }",
             "for (const auto& a : co_await f()) {\n    use(a, {1});\n    }",
             "auto [error, count] = co_await f(buffer);",
             "try {\n    co_await f(a[1]);\n    } catch (const e&) {\n    }",
             "co_await f([](int a) { return a; });",
             "co_spawn(ex, [&]() -> awaitable<void> { co_await f(); }, done);",
             "run([&]() -> awaitable<void> {\n    const pair a{1, 2};\n    co_await f(a);\n    });",
             "switch (a) {\n    case 1: {\n    co_await f();\n    }\n    }",
             "while (!(co_await f()).done) {\n    g({1});\n    }",
             "const auto m = [&a] { return a; };\n    co_await f(m);",
         }) {
        EXPECT_EQ(to_text(awaited(statement)), "") << statement;
    }
}

TEST(ChoiceBesideAwait, FindsWhereBothSidesAreAwaited) {
    for (const std::string statement : {
             "co_return co_await a() && co_await b();",
             "co_return x != 0 &&\n        co_await b();",
             "co_return x ? co_await a() : c;",
             "use(x || co_await a());",
             "if (use(1, x && co_await a())) {\n    }",
         }) {
        EXPECT_THAT(chosen(statement), Not(IsEmpty())) << statement;
    }
}

TEST(ChoiceBesideAwait, AcceptsConditionsAndNames) {
    for (const std::string statement : {
             "const bool up = co_await a() && co_await b();",
             "if (!x || !co_await a() || !co_await b()) {\n    }",
             "while (x && co_await a(y, 1)) {\n    }",
             "up = x && co_await a();",
             "co_return co_await a();",
             "auto&& row = co_await a();",
             "if (x && y) {\n    co_return co_await a();\n    }",
         }) {
        EXPECT_EQ(to_text(chosen(statement)), "") << statement;
    }
}

TEST(Lengths, BoundsFilesLinesAndMain) {
    EXPECT_THAT(lengths(make_source_file("a.cpp", repeated("\n", 400))), IsEmpty());
    EXPECT_THAT(lengths(make_source_file("a.cpp", repeated("\n", 401))), SizeIs(1));
    EXPECT_THAT(lengths(make_source_file("harness/main.cpp", repeated("\n", 101))), SizeIs(1));
    EXPECT_THAT(lengths(make_source_file("a.cpp", "//" + repeated("ä", 98) + "\n")), IsEmpty());
    EXPECT_THAT(lines_broken(lengths(make_source_file("a.cpp", "\n//" + repeated("a", 99)))),
                ElementsAre(2));
    EXPECT_THAT(lengths(make_source_file("a.md", repeated("a", 300) + repeated("\n", 500))),
                IsEmpty());
}

TEST(Lengths, BoundsFunctionsWhereverTheyStand) {
    const std::string body = repeated("    x();\n", 69);
    const auto long_at = [&](const std::string& before, const std::string& after) {
        const std::string text = before + body + after;
        return lines_broken(lengths(make_source_file("a.cpp", text)));
    };
    EXPECT_THAT(long_at("void f() {\n", "}\n"), ElementsAre(1));
    EXPECT_THAT(long_at("namespace a {\nclass b : c {\n    int f() const {\n", "}\n};\n}\n"),
                ElementsAre(3));
    EXPECT_THAT(long_at("template <class T>\nT f(T a)\n    requires g<T>\n{\n", "}\n"),
                ElementsAre(4));
    EXPECT_THAT(long_at("TEST(A, B) {\n    f([] {\n", "});\n}\n"), ElementsAre(1));
    EXPECT_THAT(long_at("a::a() : b_(1) {\n", "}\n"), ElementsAre(1));
}

TEST(Lengths, LeavesTablesScopesAndShortFunctionsAlone) {
    const std::string rows = repeated("    {1, 2},\n", 90);
    EXPECT_THAT(lengths(make_source_file("a.cpp", "const int a[] = {\n" + rows + "};\n")),
                IsEmpty());
    const std::string functions = repeated("int f(int a = 1) {\n    return a;\n}\n", 40);
    EXPECT_THAT(lengths(make_source_file("a.cpp", "namespace {\n" + functions + "}\n")), IsEmpty());
    EXPECT_THAT(lengths(make_source_file("a.cpp", "struct a {\n" + functions + "};\n")), IsEmpty());
}

TEST(HeaderOpening, WantsPragmaAndPurpose) {
    EXPECT_THAT(header_opening(make_source_file("a.hpp", "#pragma once\n// A.\n")), IsEmpty());
    EXPECT_THAT(header_opening(make_source_file("a.hpp", "// A.\n#pragma once\n")), SizeIs(1));
    EXPECT_THAT(header_opening(make_source_file("a.hpp", "#pragma once\n\nint a;\n")), SizeIs(1));
    EXPECT_THAT(header_opening(make_source_file("a.cpp", "int a;\n")), IsEmpty());
}

TEST(MissingTests, WantsOneBesideTheSource) {
    const source_file source = make_source_file("harness/net/new_source.cpp", "\n");
    const source_file test = make_source_file("harness/net/new_source_test.cpp", "\n");
    const source_file command = make_source_file("harness/commands/new_source.cpp", "\n");
    EXPECT_THAT(missing_tests({source, command}, {}), SizeIs(1));
    EXPECT_THAT(missing_tests({source, test, command}, {}), IsEmpty());
}

TEST(MissingTests, KeepsTheListOfSharedTestsTrue) {
    const source_file source = make_source_file("harness/net/a.cpp", "\n");
    const source_file own = make_source_file("harness/net/a_test.cpp", "\n");
    const source_file other = make_source_file("harness/net/b_test.cpp", "\n");
    const std::vector<shared_test> shared = {{source.path, other.path}};
    EXPECT_THAT(missing_tests({source, other}, shared), IsEmpty());
    EXPECT_THAT(to_text(missing_tests({other}, shared)), HasSubstr("is gone"));
    EXPECT_THAT(to_text(missing_tests({source, own, other}, shared)), HasSubstr("of its own"));
    EXPECT_THAT(to_text(missing_tests({source}, shared)), HasSubstr("not there"));
}

TEST(PlainText, FindsBlanksNotesAndFoldersOfOneMachine) {
    const std::string folder = std::string("/wo") + "rk/";
    const std::string note = std::string("TO") + "DO";
    EXPECT_THAT(lines_broken(plain_text(
                    make_source_file("a.md", "a\nb \n" + folder + "\n" + note + "\nlast"))),
                ElementsAre(0, 2, 3, 4));
    EXPECT_THAT(plain_text(make_source_file("a.md", "a network/host\n")), IsEmpty());
}

TEST(TopLevel, IsFixed) {
    EXPECT_THAT(top_level({make_source_file("README.md", ""), make_source_file(".ci/run", ""),
                           make_source_file("harness/a.cpp", "")}),
                IsEmpty());
    EXPECT_THAT(top_level({make_source_file("docs/a.md", ""), make_source_file("docs/b.md", "")}),
                SizeIs(1));
}

TEST(UnnamedInReadme, FindsFaultsChecksSuitesTargetsAndRooms) {
    const std::vector<source_file> used = {
        make_source_file("faults/drip.cpp", "extern const fault_kind drip{\"drip\"};\n"),
        make_source_file("faults/attempt.cpp", "int attempt;\n"),
        make_source_file("harness/checks/leak.cpp", "extern const check leak;\n"),
        make_source_file("suites/smoke.json", "{}\n"),
        make_source_file("servers/nginx/target.json", "{}\n")};
    EXPECT_THAT(unnamed_in_readme(used), SizeIs(5)) << "with the room of the check";
    std::vector<source_file> named = used;
    named.push_back(make_source_file("suites/README.md", "`leak`, `smoke`\n"));
    named.push_back(make_source_file("faults/README.md", "`drip`\n"));
    named.push_back(make_source_file("harness/README.md", "`checks`\n"));
    EXPECT_THAT(to_text(unnamed_in_readme(named)), HasSubstr("servers/nginx/target.json"));
    named.push_back(make_source_file("servers/README.md", "`nginx/`\n"));
    EXPECT_THAT(unnamed_in_readme(named), IsEmpty());
    const std::vector<source_file> prefix_only = {
        used.front(), make_source_file("faults/README.md", "`drip_more` drip\n")};
    EXPECT_THAT(unnamed_in_readme(prefix_only), SizeIs(1));
}

TEST(UnknownFilesInReadmes, FindsNamesAndLinks) {
    const std::vector<source_file> tree = {
        make_source_file(
            "harness/README.md",
            "`plan/readers/load_reader.cpp` and `harness/plan/readers/load_reader.cpp`\n"
            "`plan/gone.cpp`, `checks/NAME.cpp`, `results.jsonl`, `a.json`\n"
            "[suites](../suites/README.md#grids) [x](https://x.test/a/b.md)\n"
            "[gone](../gone/README.md)\n"),
        make_source_file("harness/plan/readers/load_reader.cpp", ""),
        make_source_file("suites/README.md", "[links](../harness/plan)\n")};
    EXPECT_THAT(lines_broken(unknown_files_in_readmes(tree)), ElementsAre(2, 4));
}

TEST(RoomsAsDocumented, AsksForTheLastColumnOfEachRoom) {
    const std::string rows =
        "| room | has | may include |\n"
        "| `net` | sockets | base |\n"
        "| `plan` | values | base, net |\n";
    const std::string said =
        to_text(rooms_as_documented({make_source_file("harness/README.md", rows)}));
    EXPECT_THAT(said, Not(HasSubstr("`net`")));
    EXPECT_THAT(said, HasSubstr("harness/README.md:3: the row of `plan` ends with \" | all above"));
    EXPECT_THAT(said, HasSubstr("harness/README.md: the row of `servers` ends with \" | - |\""));
    EXPECT_THAT(to_text(rooms_as_documented({})), HasSubstr("`net`"));
}

TEST(KeysWithoutSchema, FindsWhatOnlyTheReaderKnows) {
    std::vector<source_file> tree = {
        make_source_file("harness/plan/readers/load_reader.cpp",
                         "load.port = keys.text(\"port\");\n"
                         "if (is_given(*keys, \"share\")) {}\n"
                         "keys.choice<after_stop>(\"after_stop\", words, load.after);\n"
                         "text(\"a sentence\");\n"),
        make_source_file("harness/plan/readers/load_reader_test.cpp", "keys.text(\"anything\");\n"),
        make_source_file("harness/report/stored_json.cpp", "keys.text(\"verdict\");\n"),
        make_source_file("suites/schema/suite.schema.json", "{\"port\": {}}\n")};
    EXPECT_THAT(lines_broken(keys_without_schema(tree)), ElementsAre(2, 3));
    tree.push_back(
        make_source_file("suites/schema/target.schema.json", "\"share\": 1, \"after_stop\": 2\n"));
    EXPECT_THAT(keys_without_schema(tree), IsEmpty());
}

}  // namespace
}  // namespace stormdrain::tidy
