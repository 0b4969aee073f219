#include "harness/config/history_options.hpp"

namespace stormdrain {

std::string_view history_options::set_folder(invocation& to, std::string_view text) {
    to.history_folder = text;
    return text.empty() ? "a folder" : "";
}

}  // namespace stormdrain
