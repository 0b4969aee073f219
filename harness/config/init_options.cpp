#include "harness/config/init_options.hpp"

#include "harness/config/quantity.hpp"

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

std::string_view init_options::set_patience(invocation& to, std::string_view text) {
    // A stop has two seconds of slack at least, and a load may not last longer than a minute.
    constexpr duration least = std::chrono::seconds(3);
    constexpr duration most = std::chrono::seconds(45);
    const std::optional<duration> given = read_duration(text);
    to.patience = given.value_or(duration{});
    return given && *given >= least && *given <= most ? "" : "a duration from 3s to 45s";
}

std::string_view init_options::set_write(invocation& to, std::string_view text) {
    to.write_file = text;
    return text.empty() ? "a file" : "";
}

}  // namespace stormdrain
