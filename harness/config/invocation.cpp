#include "harness/config/invocation.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/config/option_table.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::string_view hint = "; see 'stormdrain help'";

template <class Row>
std::vector<std::string_view> names_of(std::span<const Row> rows) {
    std::vector<std::string_view> names;
    std::ranges::transform(rows, std::back_inserter(names), &Row::name);
    return names;
}

const command_row& command_named(std::string_view name) {
    if (const command_row* found = find_command(name)) {
        return *found;
    }
    const std::optional<std::string> guess = nearest_word(name, names_of(all_commands()));
    throw usage_error(with_guess("unknown command " + in_quotes(name), guess) +
                      (guess ? "" : std::string(hint)));
}

const option_row& option_named(std::string_view name) {
    if (const option_row* found = find_option(name)) {
        return *found;
    }
    const std::optional<std::string> guess = nearest_word(name, names_of(all_options()));
    const std::string message = "unknown option --" + std::string(name);
    throw usage_error(guess ? message + "; did you mean --" + *guess + "?"
                            : message + std::string(hint));
}

option_source source_of(std::string_view source) {
    return source.starts_with("--")            ? option_source::command_line
           : source.starts_with("STORMDRAIN_") ? option_source::environment
                                               : option_source::preset;
}

// The last one counts, but where an option takes several from the same place.
void note(invocation& to, const option_row& option, option_source from, std::string_view value) {
    if (!applies_to(option, to.command)) {
        return;
    }
    auto found = std::ranges::find(to.in_force, option.name, &option_value::name);
    if (found == to.in_force.end()) {
        to.in_force.push_back({.name = std::string(option.name), .values = {}, .from = from});
        found = std::prev(to.in_force.end());
    }
    const bool takes_several = option.name == "target" || takes_two(option);
    if (found->from != from || !takes_several) {
        found->values.clear();
    }
    found->from = from;
    found->values.emplace_back(value);
}

// `source` is "--jobs" or "STORMDRAIN_JOBS".
void apply(invocation& to, const option_row& option, std::string_view source,
           std::string_view value) {
    const std::string_view expected = option.set(to, value);
    if (!expected.empty()) {
        throw usage_error(std::string(source) + ": expected " + std::string(expected) + ", got " +
                          in_quotes(value));
    }
    note(to, option, source_of(source), value);
}

void apply_presets(invocation& to) {
    for (const option_row& option : all_options()) {
        if (!option.preset.empty()) {
            apply(to, option, option.name, option.preset);
        }
    }
}

// Lists of files are written as in PATH.
void apply_files(invocation& to, const option_row& option, std::string_view source,
                 std::string_view value) {
    while (!value.empty()) {
        const std::string_view file = value.substr(0, value.find(':'));
        apply(to, option, source, file);
        value.remove_prefix(std::min(file.size() + 1, value.size()));
    }
}

void apply_environment(invocation& to, const environment_lookup& environment) {
    for (const option_row& option : all_options()) {
        const std::string name = environment_name(option);
        const char* const found = environment(name.c_str());
        const std::string_view value = found == nullptr ? "" : found;
        if (value.empty() || !applies_to(option, to.command)) {
            continue;
        }
        if (option.name == "target" || takes_two(option)) {
            apply_files(to, option, name, value);
            if (takes_two(option) && value.find(':') == std::string_view::npos) {
                throw usage_error(name + ": expected two files, got " + in_quotes(value));
            }
        } else if (option.placeholder.empty() && value != "0" && value != "1") {
            throw usage_error(name + ": expected 1 or 0, got " + in_quotes(value));
        } else {
            apply(to, option, name, value);
        }
    }
}

// The words after the command.
class word_reader {
public:
    word_reader(invocation& to, std::span<const std::string_view> words) : to_(to), words_(words) {}

    void read_all() {
        while (!words_.empty()) {
            const std::string_view word = take();
            if (options_ended_ || word == "-" || !word.starts_with('-')) {
                to_.arguments.emplace_back(word);
                // The rest is somebody else's command line, as with env(1).
                options_ended_ = options_ended_ || to_.command == command::init;
            } else if (word == "--") {
                options_ended_ = true;
            } else if (word == "--help" || word == "-h") {
                help_asked_ = true;
            } else if (word.starts_with("--")) {
                read_option(word.substr(2));
            } else {
                throw usage_error("unknown option " + std::string(word) + std::string(hint));
            }
        }
    }

    bool help_asked() const { return help_asked_; }

private:
    std::string_view take() {
        const std::string_view word = words_.front();
        words_ = words_.subspan(1);
        return word;
    }

    void read_option(std::string_view word) {
        const std::size_t equals = word.find('=');
        const option_row& option = option_named(word.substr(0, equals));
        const std::string flag = "--" + std::string(option.name);
        if (!applies_to(option, to_.command)) {
            throw usage_error(flag + " is no option of this command" + std::string(hint));
        }
        if (option.name == "target" && !std::exchange(targets_given_, true)) {
            to_.target_files.clear();  // the environment's
        }
        const bool has_value = equals != std::string_view::npos;
        if (option.placeholder.empty()) {
            if (has_value) {
                throw usage_error(flag + " takes no value");
            }
            apply(to_, option, flag, "1");
        } else if (has_value) {
            apply(to_, option, flag, word.substr(equals + 1));
        } else if (words_.empty()) {
            throw usage_error(flag + " needs a value: " + std::string(option.placeholder));
        } else {
            apply(to_, option, flag, take());
        }
        if (takes_two(option)) {
            if (words_.empty()) {
                throw usage_error(flag + " needs two values: " + std::string(option.placeholder));
            }
            apply(to_, option, flag, take());
        }
    }

    invocation& to_;
    std::span<const std::string_view> words_;
    bool options_ended_ = false;
    bool help_asked_ = false;
    bool targets_given_ = false;
};

void check_arguments(const invocation& asked, const command_row& command) {
    const std::string name(command.name);
    if (asked.arguments.size() < command.arguments_min) {
        throw usage_error("'stormdrain " + name + "' needs " + std::string(command.arguments) +
                          "; see 'stormdrain help " + name + "'");
    }
    if (asked.arguments.size() > command.arguments_max) {
        throw usage_error("'stormdrain " + name + "' does not take " +
                          in_quotes(asked.arguments[command.arguments_max]));
    }
}

// The left column is as wide as the longest option; the right one is wrapped.
void print_row(std::ostream& out, const std::string& left, const std::string& right) {
    constexpr std::size_t left_width = 24;
    constexpr std::size_t right_width = 72;
    out << "  " << left
        << std::string(left.size() < left_width ? left_width - left.size() : 1, ' ');
    std::istringstream words(right);
    std::size_t used = 0;
    for (std::string word; words >> word;) {
        if (used > 0 && used + 1 + word.size() > right_width) {
            out << "\n" << std::string(left_width + 2, ' ');
            used = 0;
        }
        out << (used > 0 ? " " : "") << word;
        used += word.size() + (used > 0 ? 1 : 0);
    }
    out << "\n";
}

void print_options(std::ostream& out, command of) {
    out << "\nOptions:\n";
    for (const option_row& option : all_options()) {
        if (!applies_to(option, of)) {
            continue;
        }
        std::string left = "--" + std::string(option.name);
        left += option.placeholder.empty() ? "" : " " + std::string(option.placeholder);
        std::string right(option.help);
        right += " [";
        right += option.preset.empty() ? "" : "default: " + std::string(option.preset) + "; ";
        print_row(out, left, right + environment_name(option) + "]");
    }
    print_row(out, "--help", "show this page");
}

}  // namespace

invocation read_invocation(std::span<const std::string_view> words,
                           const environment_lookup& environment) {
    if (words.empty()) {
        throw usage_error("expected a command" + std::string(hint));
    }
    std::string_view name = words.front();
    name = name == "--help" || name == "-h" ? "help" : name == "--version" ? "version" : name;
    const command_row& command = command_named(name);
    invocation asked;
    asked.command = command.value;
    apply_presets(asked);
    apply_environment(asked, environment);
    word_reader reader(asked, words.subspan(1));
    reader.read_all();
    if (reader.help_asked()) {
        asked.command = command::help;
        asked.arguments = {std::string(command.name)};
        return asked;
    }
    check_arguments(asked, command);
    return asked;
}

std::string help_text(std::optional<command> about) {
    std::ostringstream out;
    if (about) {
        const auto row = std::ranges::find(all_commands(), *about, &command_row::value);
        const bool options_first = row->arguments.starts_with("--");
        out << "Usage: stormdrain " << row->name << (options_first ? " [OPTION...]" : "")
            << (row->arguments.empty() ? "" : " ") << row->arguments
            << (options_first ? "" : " [OPTION...]") << "\n\n"
            << row->summary << "\n";
        print_options(out, *about);
        return out.str();
    }
    out << "Usage: stormdrain COMMAND [ARGUMENT...] [OPTION...]\n\n"
           "Starts a server, loads it, hurts it, stops it, and judges how it stopped.\n\n"
           "Commands:\n";
    for (const command_row& row : all_commands()) {
        print_row(out, std::string(row.name) + " " + std::string(row.arguments),
                  std::string(row.summary));
    }
    out << "\nExit status:\n";
    for (const exit_row& row : all_exits()) {
        print_row(out, std::to_string(row.status), std::string(row.meaning));
    }
    out << "\n'stormdrain help COMMAND' lists the command's options. A SUITE is a file or the name "
           "of one\nthat comes with stormdrain.\n";
    return out.str();
}

std::string help_text(const invocation& asked) {
    return asked.arguments.empty() ? help_text(std::optional<command>{})
                                   : help_text(command_named(asked.arguments.front()).value);
}

}  // namespace stormdrain
