#pragma once
// The one table of commands and options: reading, help, and names of environment variables all
// follow from it. A new option is one new row.

#include "harness/config/invocation.hpp"

#include <span>
#include <string>
#include <string_view>

namespace stormdrain {

struct command_row {
    std::string_view name;
    command value;
    std::string_view arguments;  // "SUITE..."
    std::size_t arguments_min;
    std::size_t arguments_max;
    std::string_view summary;
};

// Sets a value in the invocation; returns what was expected when the text is no such value.
using option_setter = std::string_view (*)(invocation&, std::string_view text);

struct option_row {
    std::string_view name;              // without the dashes
    std::string_view placeholder;       // empty: a flag without value
    std::span<const command> commands;  // that take it
    std::string_view preset;            // the default, as one would write it; empty: none
    option_setter set;
    std::string_view help;
    std::string_view words{};  // what the value is one of, between blanks; empty: anything
};

// What the program's exit status says.
struct exit_row {
    int status;
    std::string_view meaning;
};

std::span<const command_row> all_commands();
std::span<const option_row> all_options();
std::span<const exit_row> all_exits();

// Null when there is none of that name.
const command_row* find_command(std::string_view name);
const option_row* find_option(std::string_view name);

bool applies_to(const option_row& option, command to);

// "--ab TARGET_A TARGET_B"
bool takes_two(const option_row& option);

// "STORMDRAIN_FAIL_FAST" for "fail-fast"
std::string environment_name(const option_row& option);

}  // namespace stormdrain
