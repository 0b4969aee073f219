#include "ci/acceptance/stormdrain_fixture.hpp"

#include "ci/acceptance/descendants.hpp"

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;

constexpr auto run_limit = 50s;  // a run of these tests takes seconds
// The keepers see the end of their harness at once; a loaded machine may take a while to kill.
constexpr auto end_limit = 5s;

}  // namespace

stormdrain_fixture::stormdrain_fixture() {
    adopt_orphans();
}

stormdrain_fixture::~stormdrain_fixture() {
    EXPECT_EQ(to_text(descendants_left_at(clock::now() + end_limit)), "")
        << "processes were left behind";
}

std::vector<std::string> stormdrain_fixture::run_argv(
    const std::vector<std::string>& arguments) const {
    std::vector<std::string> argv = {STORMDRAIN_PROGRAM, "run"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.insert(argv.end(), {"--out", file("results"), "--progress", "lines"});
    return argv;
}

finished stormdrain_fixture::run(const std::vector<std::string>& arguments) {
    return run_program(run_argv(arguments), file("output"), run_limit);
}

std::string stormdrain_fixture::written(const std::string& name, const std::string& text) const {
    write_file(file(name), text);
    return file(name);
}

std::string stormdrain_fixture::written_target(const std::string& argv,
                                               const std::string& port) const {
    return written("target.json",
                   R"({"stormdrain": 1, "name": "under_test",
  "launch": {"argv": )" +
                       argv +
                       R"(},
  "ports": {"http": )" +
                       port +
                       R"(},
  "ready": {"route": "small", "within": "2s"},
  "routes": {"small": "/"},
  "stop": {"graceful": {"signal": "SIGTERM", "exit_within": "1s", "exit_status": [0]}}
})");
}

std::string stormdrain_fixture::suite(const std::string& name) {
    return std::string(STORMDRAIN_SOURCE_FOLDER) + "/suites/" + name + ".json";
}

std::string stormdrain_fixture::reference_target() {
    return std::string(STORMDRAIN_SOURCE_FOLDER) + "/servers/reference/target.json";
}

testing::AssertionResult is_valid_junit(const std::string& path, const std::string& scratch) {
    const std::string schema = std::string(STORMDRAIN_SOURCE_FOLDER) + "/suites/schema/junit.xsd";
    const finished checked =
        run_program({XMLLINT_PROGRAM, "--noout", "--schema", schema, path}, scratch, run_limit);
    if (checked.how.exit_code == 0) {
        return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << checked.output;
}

}  // namespace stormdrain::acceptance
