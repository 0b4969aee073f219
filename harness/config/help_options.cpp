#include "harness/config/help_options.hpp"

namespace stormdrain {

// The reader calls the setters of flags with "1" or "0".
std::string_view help_options::set_manual(invocation& to, std::string_view text) {
    to.manual = text == "1";
    return "";
}

std::string_view help_options::set_completion(invocation& to, std::string_view text) {
    if (text == "bash") {
        to.completion = shell::bash;
    } else if (text == "zsh") {
        to.completion = shell::zsh;
    } else if (text == "fish") {
        to.completion = shell::fish;
    } else {
        return "one of bash, zsh, fish";
    }
    return "";
}

std::string_view help_options::set_dry_run(invocation& to, std::string_view text) {
    to.dry_run = text == "1";
    return "";
}

}  // namespace stormdrain
