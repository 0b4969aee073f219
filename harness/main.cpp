// stormdrain: starts a server build, loads it, hurts it, stops it and judges how it stopped.

#include "harness/commands/program.hpp"
#include "harness/process/launch/guard.hpp"
#include "harness/process/stacks/stack_reader.hpp"

#include <string_view>

int main(int argc, char** argv) {
    // The guard is this very program, started again before anything else happens in it; so is the
    // reader of stacks.
    if (argc > 1 && std::string_view(argv[1]) == stormdrain::guard_argument) {
        return stormdrain::guard_main();
    }
    if (argc > 1 && std::string_view(argv[1]) == stormdrain::stacks_argument) {
        return stormdrain::stacks_main(argc, argv);
    }
    return stormdrain::main_program(argc, argv);
}
