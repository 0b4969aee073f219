#include "harness/config/init_options.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

TEST(InitOptions, TakeVariablesAndTemplates) {
    invocation asked;
    EXPECT_THAT(init_options::set_environment(asked, "PORT={port}"), IsEmpty());
    EXPECT_THAT(init_options::set_environment(asked, "EMPTY="), IsEmpty());
    EXPECT_THAT(init_options::set_rendered_file(asked, "a.conf=etc/a.in"), IsEmpty());
    EXPECT_THAT(init_options::set_name(asked, "mine"), IsEmpty());
    EXPECT_THAT(init_options::set_force(asked, "1"), IsEmpty());
    EXPECT_THAT(asked.environment, ElementsAre(Pair("PORT", "{port}"), Pair("EMPTY", "")));
    EXPECT_THAT(asked.rendered_files, ElementsAre(Pair("a.conf", "etc/a.in")));
    EXPECT_EQ(asked.target_name, "mine");
    EXPECT_TRUE(asked.force);
}

TEST(InitOptions, RefuseWhatHasNoName) {
    invocation asked;
    EXPECT_THAT(init_options::set_environment(asked, "=x"), Not(IsEmpty()));
    EXPECT_THAT(init_options::set_environment(asked, "PORT"), Not(IsEmpty()));
    EXPECT_THAT(init_options::set_rendered_file(asked, "a.conf="), Not(IsEmpty()));
    EXPECT_THAT(init_options::set_name(asked, ""), Not(IsEmpty()));
}

}  // namespace
}  // namespace stormdrain
