#include "harness/plan/readers/names.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Names = document_fixture;

TEST_F(Names, ArePlain) {
    for (const char* good : {"a", "0", "half_close", "a_", "node_18_19"}) {
        EXPECT_TRUE(is_name(good)) << good;
    }
    for (const char* bad : {"", "_a", "A", "a-b", "a.b", "a/b", "a b", "\xc3\xa9"}) {
        EXPECT_FALSE(is_name(bad)) << bad;
    }
    EXPECT_TRUE(is_name(std::string(name_characters_max, 'a')));
    EXPECT_FALSE(is_name(std::string(name_characters_max + 1, 'a')));
}

TEST_F(Names, OfKeysAreCheckedEachAtItsPlace) {
    object_reader root = root_of(R"({"a": 1, "Bad Key": 2})");
    EXPECT_THAT(read_names_of_keys(root), ElementsAre("a", "Bad Key"));
    EXPECT_THAT(problems(),
                ElementsAre("f.json:1:21 /Bad Key: expected a name of at most 48 characters a-z, "
                            R"(0-9 and _, got "Bad Key"; did you mean "bad_key"?)"));
}

TEST_F(Names, ThatAreAskedForAreGuessed) {
    object_reader root = root_of(R"({"nofiles": 1})");
    EXPECT_FALSE(is_given(root, "nofile"));
    root.finish();
    EXPECT_THAT(
        problems(),
        ElementsAre(R"(f.json:1:2 /nofiles: unknown key "nofiles"; did you mean "nofile"?)"));
}

TEST_F(Names, MustBeKnown) {
    object_reader root = root_of(R"({"port": "htpp"})");
    const std::vector<std::string> known{"http"};
    EXPECT_TRUE(check_known(root, "port", "port", "http", known));
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_FALSE(check_known(root, "port", "port", "htpp", known));
    EXPECT_FALSE(check_known(root, "port", "load", "htpp", {}));
    EXPECT_THAT(problems(),
                ElementsAre("f.json:1:10 /port: expected the name of a port, got \"htpp\"; did you "
                            "mean \"http\"?",
                            "f.json:1:10 /port: expected the name of a load (there is none), got "
                            "\"htpp\""));
}

}  // namespace
}  // namespace stormdrain
