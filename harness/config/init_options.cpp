#include "harness/config/init_options.hpp"

namespace stormdrain {

std::string_view init_options::set_name(invocation& to, std::string_view text) {
    to.target_name = text;
    return text.empty() ? "a name" : "";
}

std::string_view init_options::set_environment(invocation& to, std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
        return "a variable and its value, such as PORT={port}";
    }
    to.environment.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    return "";
}

std::string_view init_options::set_rendered_file(invocation& to, std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos || equals + 1 == text.size()) {
        return "a name and a template, such as nginx.conf=etc/nginx.conf.in";
    }
    to.rendered_files.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    return "";
}

std::string_view init_options::set_force(invocation& to, std::string_view text) {
    to.force = text == "1";
    return "";
}

}  // namespace stormdrain
