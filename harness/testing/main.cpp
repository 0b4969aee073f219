// The main() of every test program. Tests that launch servers start this program again as guard,
// and those that look into processes as reader of stacks.

#include "harness/process/launch/guard.hpp"
#include "harness/process/stacks/stack_reader.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <string_view>

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == stormdrain::guard_argument) {
        return stormdrain::guard_main();
    }
    if (argc > 1 && std::string_view(argv[1]) == stormdrain::stacks_argument) {
        return stormdrain::stacks_main(argc, argv);
    }
    std::signal(SIGPIPE, SIG_IGN);  // as the commands do
    testing::InitGoogleMock(&argc, argv);
    return RUN_ALL_TESTS();
}
