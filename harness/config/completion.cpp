#include "harness/config/completion.hpp"

#include "harness/config/option_table.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>

namespace stormdrain {
namespace {

// Names of suites that can be run from here: those of ./suites and of the program's own prefix, as
// the program itself looks for them.
constexpr std::string_view list_suites = R"sh(
    local own file
    own=$(dirname "$(command -v stormdrain)")/../share/stormdrain/suites
    for file in suites/*.json "$own"/*.json; do
        file=${file##*/}
        [ "$file" = '*.json' ] || echo "${file%.json}"
    done
)sh";

// Placeholders of values that are files.
bool is_path(std::string_view placeholder) {
    constexpr std::array<std::string_view, 3> paths{"FILE", "DIR", "TARGET"};
    return std::ranges::find(paths, placeholder) != paths.end();
}

bool takes_suites(const command_row& command) {
    return command.arguments.starts_with("SUITE");
}

std::string join(const std::vector<std::string>& words, std::string_view between) {
    std::string line;
    for (const std::string& word : words) {
        line += line.empty() ? "" : std::string(between);
        line += word;
    }
    return line;
}

std::vector<std::string> names_of(bool (*chosen)(const command_row&)) {
    std::vector<std::string> names;
    for (const command_row& command : all_commands()) {
        if (chosen(command)) {
            names.emplace_back(command.name);
        }
    }
    return names;
}

bool any(const command_row&) {
    return true;
}

std::vector<std::string> flags_of(command of) {
    std::vector<std::string> flags;
    for (const option_row& option : all_options()) {
        if (applies_to(option, of)) {
            flags.push_back("--" + std::string(option.name));
        }
    }
    flags.emplace_back("--help");
    return flags;
}

// The text within single quotes, as each of these shells reads it.
std::string single_quoted(std::string_view text) {
    std::string word = "'";
    for (const char character : text) {
        word += character == '\'' ? "'\\''" : std::string(1, character);
    }
    return word + "'";
}

// Where a function completes nothing, bash itself completes files.
void print_bash(std::ostream& out) {
    out << "_stormdrain_suites() {" << list_suites << "}\n\n"
        << R"(_stormdrain() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=
    COMPREPLY=()
    # The equals sign of --color=never is a word of its own (bash(1), COMP_WORDBREAKS).
    if [ "$current" = = ]; then
        current=
    elif [ "$previous" = = ]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $previous in
)";
    for (const option_row& option : all_options()) {
        if (!option.words.empty()) {
            out << "        --" << option.name << ") words=" << single_quoted(option.words)
                << " ;;\n";
        }
    }
    std::vector<std::string> valued;
    for (const option_row& option : all_options()) {
        if (!option.placeholder.empty() && option.words.empty()) {
            valued.push_back("--" + std::string(option.name));
        }
    }
    out << "        " << join(valued, " | ") << ") return ;;\n"
        << "        *)\n            case $COMP_CWORD:${COMP_WORDS[1]} in\n"
        << "                1:*) words=" << single_quoted(join(names_of(any), " ")) << " ;;\n";
    for (const command_row& command : all_commands()) {
        out << "                *:" << command.name
            << ") words=" << single_quoted(join(flags_of(command.value), " ")) << " ;;\n";
    }
    out << R"(            esac
            case $COMP_CWORD:$current:${COMP_WORDS[1]} in
                1:*) ;;
                *:-*) ;;
)"
        << "                *:help) words=" << single_quoted(join(names_of(any), " ")) << " ;;\n"
        << "                *:" << join(names_of(takes_suites), " | *:")
        << ") words=$(_stormdrain_suites) ;;\n"
        << R"(                *) return ;;
            esac
            ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}

complete -o bashdefault -o default -F _stormdrain stormdrain
)";
}

// In [explanations] of zsh's _arguments.
std::string in_brackets(std::string_view text) {
    std::string escaped = "[";
    for (const char character : text) {
        escaped += character == '[' || character == ']' ? "\\" : "";
        escaped += character;
    }
    return escaped + "]";
}

// ":FILE:_files"; of two values, two of them.
std::string zsh_values(const option_row& option) {
    std::istringstream names{std::string(option.placeholder)};
    std::string spec;
    for (std::string name; names >> name;) {
        // A colon of a placeholder, as of HOST:PORT, would end it.
        std::ranges::replace(name, ':', ' ');
        const bool is_file = is_path(option.placeholder) || takes_two(option);
        spec += ":" + name + ":";
        spec += !option.words.empty() ? "(" + std::string(option.words) + ")"
                : is_file             ? "_files"
                                      : "";
    }
    return spec;
}

std::string zsh_arguments(const command_row& command) {
    if (command.value == command::help) {
        return "':command:(" + join(names_of(any), " ") + ")'";
    }
    return command.arguments_max == 0 ? ""
           : takes_suites(command)    ? "'*:suite:_stormdrain_suites'"
                                      : "'*:argument:_files'";
}

void print_zsh(std::ostream& out) {
    out << "#compdef stormdrain\n\n_stormdrain_suites() {\n    local file\n    local -a names\n"
        << R"(    local own=${commands[stormdrain]:h}/../share/stormdrain/suites
    for file in suites/*.json(N) $own/*.json(N); do
        names+=(${file:t:r})
    done
    _describe suite names
    _files
}

_stormdrain() {
    local -a rows
    rows=(
)";
    for (const command_row& command : all_commands()) {
        out << "        "
            << single_quoted(std::string(command.name) + ":" + std::string(command.summary))
            << "\n";
    }
    out << R"(    )
    if (( CURRENT == 2 )); then
        _describe command rows
        return
    fi
    local chosen=$words[2]
    shift words
    (( CURRENT-- ))
    case $chosen in
)";
    for (const command_row& command : all_commands()) {
        out << "        " << command.name << ")\n            _arguments \\\n";
        for (const option_row& option : all_options()) {
            if (applies_to(option, command.value)) {
                const std::string flag = "--" + std::string(option.name);
                out << "                "
                    << single_quoted("*" + flag + (option.placeholder.empty() ? "" : "=") +
                                     in_brackets(option.help) + zsh_values(option))
                    << " \\\n";
            }
        }
        out << "                '--help[show the options of the command]' \\\n                "
            << zsh_arguments(command) << "\n            ;;\n";
    }
    out << "    esac\n}\n\n_stormdrain \"$@\"\n";
}

// fish takes a backslash within single quotes for one of its two escapes.
std::string fish_quoted(std::string_view text) {
    std::string word = "'";
    for (const char character : text) {
        word += character == '\'' || character == '\\' ? "\\" : "";
        word += character;
    }
    return word + "'";
}

void print_fish(std::ostream& out) {
    out << R"(function __stormdrain_suites
    set -l own (path dirname (command -s stormdrain))/../share/stormdrain/suites
    for file in suites/*.json $own/*.json
        path change-extension '' (path basename $file)
    end
end

)";
    for (const command_row& command : all_commands()) {
        out << "complete -c stormdrain -f -n __fish_use_subcommand -a " << command.name << " -d "
            << fish_quoted(command.summary) << "\n";
    }
    out << "complete -c stormdrain -n '__fish_seen_subcommand_from "
        << join(names_of(takes_suites), " ") << "' -a '(__stormdrain_suites)'\n"
        << "complete -c stormdrain -f -n '__fish_seen_subcommand_from help' -a "
        << fish_quoted(join(names_of(any), " ")) << "\n";
    for (const option_row& option : all_options()) {
        std::vector<std::string> commands;
        for (const command_row& command : all_commands()) {
            if (applies_to(option, command.value)) {
                commands.emplace_back(command.name);
            }
        }
        out << "complete -c stormdrain -n '__fish_seen_subcommand_from " << join(commands, " ")
            << "' -l " << option.name;
        if (!option.words.empty()) {
            out << " -x -a " << fish_quoted(option.words);
        } else if (is_path(option.placeholder) || takes_two(option)) {
            out << " -r -F";
        } else if (!option.placeholder.empty()) {
            out << " -x";
        }
        out << " -d " << fish_quoted(option.help) << "\n";
    }
    out << "complete -c stormdrain -l help -d 'show the options of the command'\n";
}

}  // namespace

std::string completion_script(shell of) {
    std::ostringstream out;
    switch (of) {
        case shell::bash:
            out << "# bash completion of stormdrain, made by 'stormdrain help --completion bash'\n";
            print_bash(out);
            break;
        case shell::zsh:
            print_zsh(out);
            break;
        case shell::fish:
            out << "# Made by 'stormdrain help --completion fish'.\n";
            print_fish(out);
            break;
    }
    return out.str();
}

}  // namespace stormdrain
