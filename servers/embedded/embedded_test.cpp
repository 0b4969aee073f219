// A project's own tests, with a judge: the server stops as it promises, again and again; and one
// that forgets its thread does not, which is seen.

#include "servers/embedded/hello_server.hpp"

#include <gtest/gtest.h>

#include <stormdrain/embed.hpp>

#include <cstdlib>
#include <string_view>

namespace embedded {
namespace {

// The judge starts this program anew as its server, with our environment.
constexpr const char* defect_variable = "EMBEDDED_SERVER_FORGETS";

stormdrain::embed::verdict judge(const std::string& folder) {
    return stormdrain::embed::judge(
        {.suites = {"smoke"}, .options = {"--cycles", "2", "--seed", "1"}, .out_folder = folder});
}

// Of a machine that is too busy nobody can say what is the server's fault.
constexpr int could_not_judge = 3;

TEST(HelloServer, KeepsWhatItPromises) {
    const auto verdict = judge("kept");
    if (verdict.status == could_not_judge) {
        GTEST_SKIP() << verdict.output;
    }
    for (const std::string& broken : verdict.broken) {
        ADD_FAILURE() << broken;
    }
    EXPECT_EQ(verdict.status, 0) << verdict.output;
}

TEST(HelloServer, IsFoundOutWhenItForgetsItsThread) {
    ::setenv(defect_variable, "1", 1);
    const auto verdict = stormdrain::embed::judge(
        {.suites = {"smoke"},
         .options = {"--cycles", "1", "--filter", "*/at_rest/load=keep_alive"},
         .stop = R"("exit_within": "1s")",
         .out_folder = "broken"});
    ::unsetenv(defect_variable);
    if (verdict.status == could_not_judge) {
        GTEST_SKIP() << verdict.output;
    }
    EXPECT_EQ(verdict.status, 1) << verdict.output;
    ASSERT_EQ(verdict.broken.size(), 1U) << verdict.output;
    EXPECT_NE(verdict.broken.front().find("shutdown_deadline"), std::string::npos);
    EXPECT_NE(verdict.broken.front().find("replay: "), std::string::npos);
}

}  // namespace
}  // namespace embedded

int main(int argc, char** argv) {
    const bool forgets = std::getenv(embedded::defect_variable) != nullptr;
    embedded::hello_server server(forgets ? embedded::stop_manner::forgets_its_thread
                                          : embedded::stop_manner::closes_everything);
    const auto start = [&server](std::uint16_t port) { server.start(port); };
    const auto stop = [&server] { server.stop(); };
    if (const auto status = stormdrain::embed::serve_if_asked(argc, argv, start, stop)) {
        return *status;
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
