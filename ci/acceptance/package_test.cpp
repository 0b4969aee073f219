// The Debian package: what is in it, and that it runs where there is nothing of the source tree.

#include "ci/acceptance/detection.hpp"
#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace fs = std::filesystem;

constexpr int promises_kept = 0;
constexpr int could_not_judge = 3;
constexpr auto pack_limit = 50s;  // of a few seconds on a machine with nothing else to do
constexpr auto tool_limit = 40s;
constexpr auto build_limit = 90s;

class Package : public stormdrain_fixture {
protected:
    void SetUp() override {
        // Without either the package depends on nothing, and CPack says nothing of it.
        for (const std::string_view tool :
             {DPKG_DEB_PROGRAM, DPKG_SHLIBDEPS_PROGRAM, FILE_PROGRAM}) {
            if (tool.empty()) {
                GTEST_SKIP() << "no dpkg-shlibdeps or no file (packages dpkg-dev, file)";
            }
        }
        // CMake writes down there what it installs, also where it does so for CPack.
        const std::string built = fs::path(CPACK_CONFIG).parent_path().string();
        if (::access(built.c_str(), W_OK) != 0) {
            GTEST_SKIP() << "only who may write to " << built << " can make a package of it";
        }
        const finished packed =
            run_program({CPACK_PROGRAM, "--config", CPACK_CONFIG, "-B", file("packed")},
                        file("log"), pack_limit);
        ASSERT_EQ(packed.how.exit_code, promises_kept) << packed.output;
        for (const fs::directory_entry& entry : fs::directory_iterator(file("packed"))) {
            if (entry.path().extension() == ".deb") {
                package_ = entry.path().string();
            }
        }
        ASSERT_NE(package_, "");
    }

    finished tool(const std::vector<std::string>& argv) {
        return run_program(argv, file("output"), tool_limit);
    }
    std::string field(const std::string& name) {
        return tool({DPKG_DEB_PROGRAM, "-f", package_, name}).output;
    }

    std::string package_;
};

TEST_F(Package, HasEverythingInItsPlace) {
    const finished listed = tool({DPKG_DEB_PROGRAM, "-c", package_});
    ASSERT_EQ(listed.how.exit_code, promises_kept) << listed.output;
    for (const char* const path : {"bin/stormdrain",
                                   "libexec/stormdrain/server_reference",
                                   "libexec/stormdrain/server_proxy",
                                   "share/stormdrain/README.md",
                                   "share/stormdrain/suites/smoke.json",
                                   "share/stormdrain/suites/nightly.json",
                                   "share/stormdrain/suites/README.md",
                                   "share/stormdrain/faults/README.md",
                                   "share/stormdrain/suites/schema/target.schema.json",
                                   "share/stormdrain/suites/schema/junit.xsd",
                                   "share/stormdrain/servers/reference/target.json",
                                   "share/stormdrain/servers/reference/in_process.json",
                                   "share/stormdrain/servers/reference/proxy_match_sni.json",
                                   "share/man/man1/stormdrain.1.gz",
                                   "share/bash-completion/completions/stormdrain",
                                   "share/zsh/vendor-completions/_stormdrain",
                                   "share/fish/vendor_completions.d/stormdrain.fish",
                                   "share/doc/stormdrain/copyright",
                                   "share/doc/stormdrain/changelog.gz",
                                   "share/cmake/stormdrain/stormdrain-config.cmake",
                                   "include/stormdrain/embed.hpp"}) {
        EXPECT_THAT(listed.output, HasSubstr(std::string(" ./usr/") + path + "\n"));
    }
    for (const char* const absent : {".cpp", "CMakeLists", "_test", "site-functions"}) {
        EXPECT_THAT(listed.output, Not(HasSubstr(absent)));
    }
}

TEST_F(Package, DependsOnTheLibrariesThatItsProgramsNeed) {
    EXPECT_THAT(field("Depends"), AllOf(HasSubstr("libc6 (>= "), HasSubstr("libssl3"),
                                        HasSubstr("libdw1"), HasSubstr("libstdc++6")));
    EXPECT_EQ(field("Package"), "stormdrain\n");
    EXPECT_THAT(field("Description"),
                StartsWith("network fault-injection and soak-test harness\n"));
}

TEST_F(Package, HasNoErrorThatLintianKnows) {
    if (std::string_view(LINTIAN_PROGRAM).empty()) {
        GTEST_SKIP() << "no lintian (package lintian)";
    }
    // It refuses to be root where it is not told to.
    const finished checked =
        tool({LINTIAN_PROGRAM, "--allow-root", "--fail-on", "error", package_});
    EXPECT_EQ(checked.how.exit_code, promises_kept) << checked.output;
}

TEST_F(Package, RunsTheSmokeSuiteWithoutTheSourceTree) {
    ASSERT_EQ(tool({DPKG_DEB_PROGRAM, "-x", package_, file("root")}).how.exit_code, promises_kept);
    const std::string share = file("root/usr/share/stormdrain/");
    // A folder without suites of its own: ./suites come first.
    fs::create_directory(file("work"));
    const auto there = [this](const std::vector<std::string>& arguments) {
        std::vector<std::string> argv{"/usr/bin/env", "-C", file("work"),
                                      file("root/usr/bin/stormdrain")};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return tool(argv);
    };

    const finished listed = there({"list", "smoke", "--json", "--seed", "1"});
    ASSERT_EQ(listed.how.exit_code, promises_kept) << listed.output;
    const json listing = json::parse(listed.output);
    ASSERT_FALSE(listing.at("scenarios").empty());
    for (const json& scenario : listing.at("scenarios")) {
        EXPECT_EQ(fs::path(scenario.at("suite").get<std::string>()), share + "suites/smoke.json");
        EXPECT_EQ(fs::path(scenario.at("target").get<std::string>()).lexically_normal(),
                  share + "servers/reference/target.json");
    }

    const finished smoke =
        there({"run", "smoke", "--seed", "1", "--progress", "lines", "--out", file("results")});
    if (smoke.how.exit_code == could_not_judge) {
        GTEST_SKIP() << "the machine was too busy: " << smoke.output;
    }
    EXPECT_EQ(smoke.how.exit_code, promises_kept) << to_text(smoke.how) << "\n" << smoke.output;
    EXPECT_THAT(smoke.output, HasSubstr(" 0 skipped"));
    const std::string results = read_file(results_file("results.jsonl"));
    EXPECT_THAT(results, HasSubstr(file("root/usr/libexec/stormdrain/server_reference")));
    EXPECT_EQ(results.find(std::string(STORMDRAIN_SOURCE_FOLDER) + "/"), std::string::npos)
        << "something of the source tree was used";
}

// servers/embedded, as a project of its own: find_package(stormdrain).
TEST_F(Package, JudgesAServerInTheTestsOfItsOwnProject) {
    ASSERT_EQ(tool({DPKG_DEB_PROGRAM, "-x", package_, file("root")}).how.exit_code, promises_kept);
    const auto built = [this](const std::vector<std::string>& arguments) {
        std::vector<std::string> argv{CMAKE_PROGRAM};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return run_program(argv, file("output"), build_limit);
    };
    const finished configured =
        built({"-S", std::string(STORMDRAIN_SOURCE_FOLDER) + "/servers/embedded", "-B",
               file("embedded"), "-DCMAKE_PREFIX_PATH=" + file("root/usr"),
               "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wconversion -Wshadow -Werror"});
    ASSERT_EQ(configured.how.exit_code, promises_kept) << configured.output;
    const finished compiled = built({"--build", file("embedded")});
    ASSERT_EQ(compiled.how.exit_code, promises_kept) << compiled.output;
    // Its results go where it is.
    const finished tests = tool({"/usr/bin/env", "-C", file(""), file("embedded/embedded_test")});
    EXPECT_EQ(tests.how.exit_code, promises_kept) << tests.output;
    EXPECT_THAT(tests.output, HasSubstr("[==========] 2 tests from 1 test suite ran."));
}

}  // namespace
}  // namespace stormdrain::acceptance
