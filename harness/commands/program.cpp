#include "harness/commands/program.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/commands/installed_folders.hpp"
#include "harness/config/problem.hpp"

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <vector>

namespace stormdrain {
namespace {

exit_code dispatch(const program& self, const invocation& asked) {
    switch (asked.command) {
        case command::run:
            return run_command(self, asked);
        case command::list:
            return list_command(self, asked);
        case command::check:
            return check_command(self, asked);
        case command::compare:
            return compare_command(self, asked);
        case command::shrink:
            return shrink_command(self, asked);
        case command::merge:
            return merge_command(self, asked);
        case command::report:
            return report_command(self, asked);
        case command::init:
            return init_command(self, asked);
        case command::probe:
            return probe_command(self, asked);
        case command::link:
            return link_command(self, asked);
        case command::attack:
            return attack_command(self, asked);
        case command::doctor:
            return doctor_command(self, asked);
        case command::explain:
            return explain_command(self, asked);
        case command::version:
            return version_command(self, asked);
        case command::help:
            break;
    }
    return help_command(self, asked);
}

exit_code guarded(const program& self, const std::vector<std::string_view>& words) {
    try {
        const auto lookup = [](const char* name) -> const char* { return std::getenv(name); };
        return dispatch(self, read_invocation(words, lookup));
    } catch (const usage_error& wrong) {
        self.problems << "stormdrain: " << wrong.what() << "\n";
        return exit_code::bad_input;
    } catch (const config_error& wrong) {
        for (const problem& one : wrong.problems()) {
            self.problems << to_text(one) << "\n";
        }
        return exit_code::bad_input;
    } catch (const environment_error& missing) {
        self.problems << "stormdrain: could not judge: " << missing.what() << "\n";
        return exit_code::not_judged;
    } catch (const std::exception& failure) {
        self.problems << "stormdrain: the harness failed: " << failure.what() << "\n";
        return exit_code::not_judged;
    }
}

}  // namespace

int main_program(int argc, char** argv) {
    std::string command_line = argv[0];
    std::vector<std::string_view> words;
    for (int index = 1; index < argc; ++index) {
        words.emplace_back(argv[index]);
        command_line += " ";
        command_line += argv[index];
    }
    std::error_code unknown;  // then ${bin} is empty, and a target that needs it says so
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", unknown);
    const program running{own_servers_folder(self.parent_path().string()), argv[0], command_line,
                          std::cout, std::cerr};
    return static_cast<int>(guarded(running, words));
}

}  // namespace stormdrain
