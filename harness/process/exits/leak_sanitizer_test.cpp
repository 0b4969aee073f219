#include "harness/process/exits/leak_sanitizer.hpp"

#include "harness/process/launch/launching_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace stormdrain {
namespace {

namespace asio = boost::asio;

class LeakSanitizer : public launching_fixture {
protected:
    // Whether it is found in a process of that program.
    bool is_found_in(const std::string& program) {
        bool found = false;
        run([&]() -> asio::awaitable<void> {
            const auto server = launch(shell("exec " + program + " 1000"));
            co_await server->started(test_deadline());
            const std::string name = std::filesystem::path(program).filename().string();
            EXPECT_TRUE(tree_gets(*server, name, 1));
            found = has_leak_sanitizer(server->pid());
            const bool ended = co_await server->end_tree(test_deadline());
            EXPECT_TRUE(ended);
        });
        return found;
    }

    temporary_folder folder_;
};

TEST_F(LeakSanitizer, IsNotFoundInAnOrdinaryProgram) {
    EXPECT_FALSE(is_found_in("/bin/sleep"));
}

// A program that carries the symbol, as one that is linked statically with the sanitizer does.
TEST_F(LeakSanitizer, IsFoundByTheSymbolInTheProgram) {
    const std::string program = folder_.file("sanitized");
    std::filesystem::copy_file("/bin/sleep", program);
    std::ofstream(program, std::ios::app) << "__lsan_do_leak_check";
    EXPECT_TRUE(is_found_in(program));
}

}  // namespace
}  // namespace stormdrain
