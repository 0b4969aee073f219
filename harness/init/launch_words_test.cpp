#include "harness/init/launch_words.hpp"

#include <gmock/gmock.h>

#include <set>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

path_test only(std::set<std::string> paths) {
    return [paths = std::move(paths)](const std::string& path) { return paths.contains(path); };
}

std::vector<std::string> placed(std::vector<std::string> argv, const path_test& exists) {
    const launch_folders folders{"/home/me/app", "/home/me/app"};
    return with_places({std::move(argv), {}}, folders, exists).argv;
}

TEST(LaunchWords, PlaceholdersBecomeVariables) {
    const launch_words typed{{"./s", "--port={port}", "{port:admin}", "127.0.0.1:{port}"},
                             {{"PORT", "{port}"}}};
    const launch_words made = with_variables(typed, "https");
    EXPECT_THAT(made.argv, ElementsAre("./s", "--port=${port.https}", "${port.admin}",
                                       "127.0.0.1:${port.https}"));
    EXPECT_EQ(made.environment.front().second, "${port.https}");
}

TEST(LaunchWords, OtherVariablesOfTargetsMayBeNamed) {
    const launch_words typed{{"s", "{tls.certificate}", "{tls.key}", "{folder}/a:{folder}/b"}, {}};
    EXPECT_THAT(with_variables(typed, "http").argv,
                ElementsAre("s", "${tls.certificate}", "${tls.key}", "${folder}/a:${folder}/b"));
}

TEST(LaunchWords, OtherBracesStay) {
    const std::vector<std::string> words{"s", R"({"port": 1})", "{ports}", "{x}", "{port", "{}"};
    EXPECT_EQ(with_variables({words, {}}, "http").argv, words);
    EXPECT_THAT(asked_ports({words, {}}), IsEmpty());
}

TEST(LaunchWords, EachPortIsAskedForOnce) {
    const launch_words typed{{"s", "{port:b}", "{port}", "{port:b},{port:a}"}, {{"P", "{port:c}"}}};
    EXPECT_THAT(asked_ports(typed), ElementsAre("b", "port", "a", "c"));
}

TEST(LaunchWords, TemplatesAskForPortsByVariables) {
    const launch_file file{"s.conf", "/x/s.conf.in", "${target_folder}/s.conf.in",
                           "listen ${port.http}; ${other} ${port.Bad} ${port.http} ${port.tls}"};
    EXPECT_THAT(asked_ports({{"s", "{port}"}, {}, {file}}), ElementsAre("port", "http", "tls"));
}

TEST(LaunchWords, TheNameOfARenderedFileIsMeantForThat) {
    const launch_words typed{{"s", "-c", "s.conf"}, {}, {{"s.conf", "/a/s.conf", "", ""}}};
    const path_test exists = only({"/a/s.conf"});
    EXPECT_THAT(with_places(typed, {"/a", "/a"}, exists).argv, ElementsAre("s", "-c", "s.conf"));
}

TEST(LaunchWords, APlaceholderNeedsAPlainName) {
    for (const char* wrong : {"{port:}", "{port:Admin}", "{port:a b}", "{port:port}"}) {
        EXPECT_THAT(problems_of({{"s", wrong}, {}}), ElementsAre(HasSubstr(wrong))) << wrong;
    }
    EXPECT_THAT(problems_of({{"s", "{port:admin_2}", "{port}", "{other}"}, {}}), IsEmpty());
}

TEST(LaunchWords, WhatAShellWouldExpandIsAProblem) {
    EXPECT_THAT(problems_of({{"s"}, {{"A", "${HOME}/x"}}}), ElementsAre(HasSubstr("no shell")));
}

TEST(LaunchWords, APathBecomesOneFromTheTargetsFolder) {
    const launch_folders folders{"/home/me/app", "/home/me/app/soak"};
    EXPECT_EQ(seen_from_target("/home/me/app/soak/x", folders), "${target_folder}/x");
    EXPECT_EQ(seen_from_target("/home/me/app/soak", folders), "${target_folder}");
    EXPECT_EQ(seen_from_target("/home/me/app/etc/x", folders), "${target_folder}/../etc/x");
    EXPECT_EQ(seen_from_target("/home/you/x", folders), "${target_folder}/../../../you/x");
}

TEST(LaunchWords, APathWithNothingInCommonStaysAbsolute) {
    EXPECT_EQ(seen_from_target("/srv/x", {"/srv", "/home/me"}), "/srv/x");
    EXPECT_EQ(seen_from_target("/srv/x", {"/srv", "/"}), "${target_folder}/srv/x");
}

TEST(LaunchWords, WordsThatNameWhatIsThereAreResolved) {
    const path_test exists = only({"/home/me/app/conf/a.toml", "/home/me/app/b.js",
                                   "/home/me/app/data", "/home/me/app/serve"});
    EXPECT_THAT(
        placed({"node", "b.js", "--config=conf/a.toml", "-d", "data", "serve"}, exists),
        ElementsAre("node", "${target_folder}/b.js", "--config=${target_folder}/conf/a.toml", "-d",
                    "${target_folder}/data", "serve"));
}

TEST(LaunchWords, WordsThatNameNothingStay) {
    const std::vector<std::string> words{"s", "-c", "a.toml", "/etc/x", "--bind=0.0.0.0:{port}"};
    EXPECT_EQ(placed(words, only({"/etc/x"})), words);
}

TEST(LaunchWords, TheEnvironmentHasPathsAsWell) {
    const launch_folders folders{"/a", "/a"};
    const path_test exists = only({"/a/conf.d", "/a/production"});
    const launch_words typed{{"s"}, {{"CONF", "./conf.d"}, {"MODE", "production"}}};
    EXPECT_THAT(
        with_places(typed, folders, exists).environment,
        ElementsAre(std::pair("CONF", "${target_folder}/conf.d"), std::pair("MODE", "production")));
}

TEST(LaunchWords, AProgramWithoutASlashIsLookedUpByTheKernelsRules) {
    const launch_folders folders{"/home/me/app", "/home/me"};
    EXPECT_EQ(with_program_place({{"nginx"}, {}}, folders).argv.front(), "nginx");
    EXPECT_EQ(with_program_place({{"/usr/bin/x"}, {}}, folders).argv.front(), "/usr/bin/x");
    EXPECT_EQ(with_program_place({{"./x"}, {}}, folders).argv.front(), "${target_folder}/app/x");
}

TEST(LaunchWords, TheTargetIsNamedAfterItsProgram) {
    EXPECT_EQ(name_after("./build/My-Server.sh"), "my_server");
    EXPECT_EQ(name_after("/usr/bin/python3"), "python3");
    EXPECT_EQ(name_after("./_"), "server");
    EXPECT_EQ(name_after(std::string(80, 'x')), std::string(48, 'x'));
}

}  // namespace
}  // namespace stormdrain
