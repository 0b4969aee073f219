#include "harness/config/failure_options.hpp"

namespace stormdrain {

std::string_view failure_options::set_check(invocation& to, std::string_view text) {
    to.check = text;
    return text.empty() ? "a finding such as shutdown_deadline" : "";
}

std::string_view failure_options::set_ab(invocation& to, std::string_view text) {
    if (to.ab_files.size() >= 2) {
        to.ab_files.clear();  // the environment's
    }
    to.ab_files.emplace_back(text);
    return text.empty() ? "two files" : "";
}

}  // namespace stormdrain
