#pragma once
// Golden files: what a report looked like when a person last agreed to it. Run the test with
// STORMDRAIN_UPDATE_GOLDEN=1 to write them anew, and review the difference like code.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace stormdrain {

inline void expect_golden(const std::string& name, const std::string& actual) {
    const auto path =
        std::filesystem::path(__FILE__).parent_path() / "golden" / std::filesystem::path(name);
    if (std::getenv("STORMDRAIN_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << actual;
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream expected;
    expected << file.rdbuf();
    EXPECT_EQ(actual, expected.str()) << "differs from " << path;
}

}  // namespace stormdrain
