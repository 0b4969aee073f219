// The rule on one name for one type: on the pairs that break it, and on what looks like them.

#include "ci/tidy/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stormdrain::tidy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

violations beside_each_other(const std::string& one, const std::string& other) {
    return types_of_one_name(
        {make_source_file("harness/a.hpp", one), make_source_file("harness/b.cpp", other)});
}

violations twice(const std::string& code) {
    return beside_each_other(code, code);
}

TEST(TypesOfOneName, NamesBothPlaces) {
    const violations found = beside_each_other("namespace stormdrain {\nstruct server_end {};\n}\n",
                                               "namespace stormdrain {\n\nclass x {};\n"
                                               "class server_end : public x {};\n}\n");
    EXPECT_THAT(found, ElementsAre(violation{"harness/b.cpp", 4,
                                             "`stormdrain::server_end` is a type of "
                                             "harness/a.hpp:2, too"}));
}

TEST(TypesOfOneName, FindsEveryKind) {
    for (const std::string code :
         {"struct a {};", "class a final {};", "class a final : public b<c> {};", "union a {};",
          "enum a { x };", "enum class a : int { x };", "enum struct a { x };", "using a = int;",
          "template <class T = b<int>> struct a {};", "template <class T> using a = b<T>;",
          "class [[nodiscard]] a {};", "struct alignas(8) a : b {};",
          "namespace n { inline namespace m { struct a {}; } }", "namespace n::m { struct a {}; }",
          "extern \"C\" { struct a {}; }", "void f(b = {}) { g(); }\nstruct a {};",
          "int f{1};\nstruct a {};"}) {
        EXPECT_THAT(twice(code), SizeIs(1)) << code;
    }
    EXPECT_THAT(beside_each_other("struct a {};", "using a = int;"), SizeIs(1));
    EXPECT_THAT(beside_each_other("namespace n::m { struct a {}; }",
                                  "namespace n { namespace m { enum class a {}; } }"),
                SizeIs(1));
}

TEST(TypesOfOneName, LetsFilesHaveTypesOfTheirOwn) {
    EXPECT_THAT(twice("namespace n { namespace {\nstruct a {};\nusing b = int;\n} }"), IsEmpty());
    EXPECT_THAT(twice("namespace n { namespace { namespace m { struct a {}; } } }"), IsEmpty());
    EXPECT_THAT(beside_each_other("namespace n { struct a {}; }", "namespace m { struct a {}; }"),
                IsEmpty());
    EXPECT_THAT(beside_each_other("namespace n { struct a {}; }",
                                  "namespace n { namespace { } struct b {}; }"),
                IsEmpty());
    // It ends with its brace: what follows is shared again.
    EXPECT_THAT(twice("namespace n { namespace { struct a {}; } struct b {}; }"), SizeIs(1));
}

TEST(TypesOfOneName, LooksAtNamespacesOnly) {
    for (const std::string code :
         {"struct a;", "enum class a : int;", "class a* f() { return b; }",
          "struct a f() { return {}; }", "template <> struct hash<a> {};", "struct b::a {};",
          "using b::a;", "namespace a = b;", "void f() { struct a {}; using c = int; }",
          "// struct a {};\nauto b = \"struct a {\";", "#define a struct a {}\n"}) {
        EXPECT_THAT(twice(code), IsEmpty()) << code;
    }
    EXPECT_THAT(beside_each_other("struct b { struct a {}; };", "struct c { struct a {}; };"),
                IsEmpty());
}

TEST(TypesOfOneName, ReadsProgramsOnly) {
    const source_file page = make_source_file("harness/README.md", "struct a {};");
    EXPECT_THAT(types_of_one_name({page, page}), IsEmpty());
    EXPECT_THAT(to_text(types_of_one_name({make_source_file("a.hpp", "struct a {};"),
                                           make_source_file("b.hpp", "struct a {};")})),
                HasSubstr("b.hpp:1: `a` is a type of a.hpp:1, too"));
}

}  // namespace
}  // namespace stormdrain::tidy
