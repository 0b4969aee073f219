#include "harness/commands/program.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/commands/installed_folders.hpp"
#include "harness/config/problem.hpp"
#include "harness/report/guarded_output.hpp"

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
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

// Every failure becomes a message and a code.
exit_code guarded(const program& self, const std::function<exit_code()>& what) {
    try {
        return what();
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

// Documents for programs are written as they are: nobody looks for commands in a file.
bool writes_document(const invocation& asked) {
    return asked.json || asked.command == command::help;
}

// On a CI engine, what goes to the log commands nothing, whoever wrote it.
exit_code carry_out(const program& self, const invocation& asked) {
    const ci_engine found =
        detect_engine([](const char* name) -> const char* { return std::getenv(name); });
    const ci_engine told = asked.annotations.value_or(found);
    if ((found == ci_engine::none && told == ci_engine::none) || writes_document(asked)) {
        return guarded(self, [&] { return dispatch(self, asked); });
    }
    guarded_output log(self.out);
    guarded_output problems_log(self.problems);
    std::ostream out(&log);
    std::ostream problems(&problems_log);
    const program watched{self.bin_folder,
                          self.name,
                          self.command_line,
                          out,
                          problems,
                          self.now,
                          told,
                          told == ci_engine::none ? nullptr : &self.out};
    return guarded(watched, [&] { return dispatch(watched, asked); });
}

exit_code read_and_carry_out(const program& self, const std::vector<std::string_view>& words) {
    std::optional<invocation> asked;
    const exit_code read = guarded(self, [&] {
        asked = read_invocation(words,
                                [](const char* name) -> const char* { return std::getenv(name); });
        return exit_code::kept;
    });
    return asked ? carry_out(self, *asked) : read;
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
    return static_cast<int>(read_and_carry_out(running, words));
}

}  // namespace stormdrain
