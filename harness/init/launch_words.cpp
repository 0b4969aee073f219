#include "harness/init/launch_words.hpp"

#include "harness/plan/readers/names.hpp"
#include "harness/plan/target.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

namespace stormdrain {
namespace {

namespace files = std::filesystem;

constexpr std::string_view port_begin = "{port";
constexpr std::string_view port_variable = "port.";
constexpr std::string_view target_folder_variable = "${target_folder}";
// Of target files, without a port's name in them.
constexpr std::array<std::string_view, 3> plain_placeholders{"{folder}", "{tls.certificate}",
                                                             "{tls.key}"};

// One placeholder for a port in a text.
struct port_placeholder {
    std::size_t begin = 0;
    std::size_t end = 0;  // behind the brace
    std::string name;     // empty: {port}
    bool named = false;   // a colon is there
};

std::optional<port_placeholder> next_port(std::string_view text, std::size_t from) {
    for (std::size_t at = text.find(port_begin, from); at != std::string_view::npos;
         at = text.find(port_begin, at + 1)) {
        const std::size_t behind = at + port_begin.size();
        const std::size_t end = text.find('}', behind);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        if (end == behind) {
            return port_placeholder{at, end + 1, "", false};
        }
        if (text[behind] == ':') {
            return port_placeholder{at, end + 1,
                                    std::string(text.substr(behind + 1, end - behind - 1)), true};
        }
    }
    return std::nullopt;
}

template <class Visit>
void for_each_text(const launch_words& typed, const Visit& visit) {
    for (const std::string& word : typed.argv) {
        visit(word);
    }
    for (const auto& [name, value] : typed.environment) {
        visit(value);
    }
}

template <class Change>
launch_words changed(launch_words typed, const Change& change) {
    for (std::string& word : typed.argv) {
        word = change(word);
    }
    for (auto& [name, value] : typed.environment) {
        value = change(value);
    }
    return typed;
}

std::string with_variables(const std::string& text, std::string_view unnamed) {
    std::string made;
    std::size_t done = 0;
    while (const auto placeholder = next_port(text, done)) {
        made += text.substr(done, placeholder->begin - done) + "${port." +
                (placeholder->named ? placeholder->name : std::string(unnamed)) + "}";
        done = placeholder->end;
    }
    made += text.substr(done);
    for (const std::string_view plain : plain_placeholders) {
        for (std::size_t at = made.find(plain); at != std::string::npos;
             at = made.find(plain, at + plain.size() + 1)) {
            made.insert(at, "$");
        }
    }
    return made;
}

bool is_option(std::string_view word) {
    return word.size() > 1 && word.front() == '-';
}

bool looks_like_a_path(std::string_view word) {
    return word.find('/') != std::string_view::npos || word.find('.') != std::string_view::npos;
}

// The relative path that the text is, seen from the target, when something is there.
std::string place_or_text(const std::string& text, const std::vector<launch_file>& rendered,
                          const launch_folders& folders, const path_test& exists) {
    if (std::ranges::find(rendered, text, &launch_file::name) != rendered.end()) {
        return text;
    }
    if (text.empty() || text.front() == '/' || text.find_first_of("{}") != std::string::npos) {
        return text;
    }
    const std::string path = (files::path(folders.current) / text).lexically_normal().string();
    return exists(path) ? seen_from_target(path, folders) : text;
}

}  // namespace

std::vector<std::string> problems_of(const launch_words& typed) {
    std::vector<std::string> problems;
    const auto look_at = [&problems](const std::string& text) {
        if (text.find("${") != std::string::npos) {
            problems.push_back("no shell expands \"" + text +
                               "\": write the value, or a placeholder such as {port}");
        }
        std::size_t done = 0;
        while (const auto placeholder = next_port(text, done)) {
            if (placeholder->named &&
                (!is_name(placeholder->name) || placeholder->name == unnamed_port)) {
                problems.push_back(
                    "expected {port} or a name of a-z, 0-9 and _ such as "
                    "{port:admin}, got {port:" +
                    placeholder->name + "}");
            }
            done = placeholder->end;
        }
    };
    for_each_text(typed, look_at);
    return problems;
}

std::vector<std::string> asked_ports(const launch_words& typed) {
    std::vector<std::string> names;
    const auto look_at = [&names](const std::string& text) {
        std::size_t done = 0;
        while (const auto placeholder = next_port(text, done)) {
            const std::string name =
                placeholder->named ? placeholder->name : std::string(unnamed_port);
            if (std::ranges::find(names, name) == names.end()) {
                names.push_back(name);
            }
            done = placeholder->end;
        }
    };
    for_each_text(typed, look_at);
    for (const launch_file& file : typed.files) {
        for (const std::string& variable : expand(file.text, {}).unknown) {
            const bool is_port = variable.starts_with(port_variable);
            const std::string name = is_port ? variable.substr(port_variable.size()) : "";
            if (is_name(name) && std::ranges::find(names, name) == names.end()) {
                names.push_back(name);
            }
        }
    }
    return names;
}

launch_words with_variables(launch_words typed, std::string_view unnamed) {
    return changed(std::move(typed),
                   [unnamed](const std::string& text) { return with_variables(text, unnamed); });
}

std::string seen_from_target(const std::string& path, const launch_folders& folders) {
    const files::path from = files::path(folders.target + "/").lexically_normal().parent_path();
    const files::path absolute = files::path(path).lexically_normal();
    const std::string relative = absolute.lexically_relative(from).string();
    const auto depth = std::distance(from.begin(), from.end()) - 1;  // without the root
    std::string root;
    for (auto level = depth; level > 0; --level) {
        root += "../";
    }
    if (relative.empty() || (depth > 0 && relative.starts_with(root))) {
        return absolute.string();
    }
    return std::string(target_folder_variable) + (relative == "." ? "" : "/" + relative);
}

launch_words with_program_place(launch_words typed, const launch_folders& folders) {
    std::string& program = typed.argv.front();
    if (program.front() != '/' && program.find('/') != std::string::npos) {
        program = seen_from_target(
            (files::path(folders.current) / program).lexically_normal().string(), folders);
    }
    return typed;
}

launch_words with_places(launch_words typed, const launch_folders& folders,
                         const path_test& exists) {
    const std::vector<std::string> words = typed.argv;
    for (std::size_t index = 1; index < words.size(); ++index) {
        const std::string& word = words[index];
        const std::size_t equals = word.find('=');
        if (is_option(word) && equals != std::string::npos) {
            typed.argv[index] =
                word.substr(0, equals + 1) +
                place_or_text(word.substr(equals + 1), typed.files, folders, exists);
        } else if (!is_option(word) && (looks_like_a_path(word) || is_option(words[index - 1]))) {
            typed.argv[index] = place_or_text(word, typed.files, folders, exists);
        }
    }
    for (auto& [name, value] : typed.environment) {
        value =
            looks_like_a_path(value) ? place_or_text(value, typed.files, folders, exists) : value;
    }
    return with_program_place(std::move(typed), folders);
}

std::string name_after(const std::string& program) {
    std::string name;
    for (const char character : files::path(program).stem().string()) {
        const bool is_upper = character >= 'A' && character <= 'Z';
        const char lower = is_upper ? static_cast<char>(character - 'A' + 'a') : character;
        name += is_name(std::string(1, lower)) ? lower : '_';
    }
    name.erase(0, name.find_first_not_of('_'));
    name.resize(std::min(name.size(), name_characters_max));
    return is_name(name) ? name : "server";
}

}  // namespace stormdrain
