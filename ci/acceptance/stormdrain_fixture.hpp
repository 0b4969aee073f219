#pragma once
// A test that runs the built program and then proves that no process was left behind.

#include "ci/acceptance/program.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stormdrain::acceptance {

class stormdrain_fixture : public testing::Test {
protected:
    stormdrain_fixture();
    ~stormdrain_fixture() override;

    // argv of `stormdrain run`, with --out of this test and quiet progress.
    std::vector<std::string> run_argv(const std::vector<std::string>& arguments) const;
    finished run(const std::vector<std::string>& arguments);

    std::string file(const std::string& name) const { return folder_.file(name); }
    std::string results_file(const std::string& name) const { return file("results/" + name); }
    // Writes a file of this test's folder and returns its path.
    std::string written(const std::string& name, const std::string& text) const;
    // A target around one command line, "argv": the words as JSON.
    std::string written_target(const std::string& argv, const std::string& port = "{}") const;

    static std::string suite(const std::string& name);
    static std::string reference_target();

private:
    scratch_folder folder_;
};

// Whether xmllint takes the file for JUnit XML as suites/schema/junit.xsd has it.
testing::AssertionResult is_valid_junit(const std::string& path, const std::string& scratch);

}  // namespace stormdrain::acceptance
