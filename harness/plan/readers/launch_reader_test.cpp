#include "harness/plan/readers/launch_reader.hpp"

#include "harness/plan/readers/reader_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class LaunchReader : public reader_fixture {
protected:
    // `launch` with ' for ".
    target read(std::string launch) {
        problems_.clear();
        std::ranges::replace(launch, '\'', '"');
        object_reader root =
            json_document::parse("target.json", "{\"launch\": " + launch + "}", problems_)
                .root(problems_);
        target result;
        const variables known{{"folder", ""}, {"port.http", ""}};
        read_launch(root, folder_.file(""), known, result);
        return result;
    }
    std::vector<problem> problems_;
};

TEST_F(LaunchReader, TakesPathsFromTheFolderOfItsFile) {
    const target server = read("{'argv': ['./server', './data'], 'folder': 'run'}");
    ASSERT_THAT(without_file(problems_), IsEmpty());
    EXPECT_THAT(server.argv, ElementsAre(folder_.file("server"), "./data"));
    EXPECT_EQ(server.working_folder, folder_.file("run"));
    const target elsewhere = read("{'argv': ['server'], 'folder': '${folder}/run'}");
    EXPECT_THAT(elsewhere.argv, ElementsAre("server")) << "is looked up in PATH";
    EXPECT_EQ(elsewhere.working_folder, "${folder}/run");
}

TEST_F(LaunchReader, TellsFilesThatAreRenderedFromFilesThatAreMade) {
    write("server.conf.in", "listen ${port.http};");
    const target server = read(
        "{'argv': ['server'], 'files': {'a.conf': 'server.conf.in', 'big': {'size': '1MiB'}}}");
    ASSERT_THAT(without_file(problems_), IsEmpty());
    EXPECT_THAT(server.files, ElementsAre(rendered_file{"a.conf", "listen ${port.http};", 0},
                                          rendered_file{"big", "", 1024 * 1024}));
}

TEST_F(LaunchReader, GivesAndTakesAwayVariables) {
    const target server =
        read("{'argv': ['server'], 'env': {'PORT': '${port.http}', 'HOME': null}}");
    ASSERT_THAT(without_file(problems_), IsEmpty());
    EXPECT_THAT(server.environment,
                ElementsAre(Pair("PORT", std::string("${port.http}")), Pair("HOME", std::nullopt)));
}

TEST_F(LaunchReader, KnowsTheVariablesWhereverTheyStand) {
    read("{'argv': ['server', '${port.htp}'], 'env': {'A': '${a}'}, 'folder': '${floder}'}");
    EXPECT_THAT(without_file(problems_),
                ElementsAre("1:32 /launch/argv/1: expected known variables, got '${port.htp}'; did "
                            "you mean '${port.http}'?",
                            "1:61 /launch/env/A: expected known variables, got '${a}'",
                            "1:80 /launch/folder: expected known variables, got '${floder}'; did "
                            "you mean '${folder}'?"));
}

}  // namespace
}  // namespace stormdrain
