#include "ci/benchmarks/workbench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace stormdrain::benchmarks {
namespace {

using nlohmann::json;

TEST(ATargetForTheBenchmark, IsTheSameButForItsExitWatch) {
    const std::string copy =
        with_exit_watch(R"({"name": "x", /* a comment */ "launch": {"argv": ["x"]}, "routes": {}})",
                        "/servers", "off");
    EXPECT_EQ(json::parse(copy), json::parse(R"({"name": "x", "routes": {},
        "launch": {"argv": ["x"], "exit_watch": "off"}})"));
}

TEST(ATargetForTheBenchmark, FindsItsTemplatesFromAnywhere) {
    const std::string copy = with_exit_watch(
        R"({"launch": {"files": {"a.conf": "a.conf.in", "large": {"size": "1MiB"}}}})",
        "/servers/nginx", "automatic");
    const json files = json::parse(copy).at("launch").at("files");
    EXPECT_EQ(files.at("a.conf"), "/servers/nginx/a.conf.in");
    EXPECT_EQ(files.at("large").at("size"), "1MiB");
}

TEST(AWorkbench, SaysWhatIsMissing) {
    workbench bench("/nonexistent");
    EXPECT_THROW(bench.copied_target("/nonexistent/target.json", "off"), std::runtime_error);
}

}  // namespace
}  // namespace stormdrain::benchmarks
