#include "harness/config/man_page.hpp"

#include "harness/config/option_table.hpp"

#include <ostream>
#include <sstream>
#include <utility>

namespace stormdrain {
namespace {

// With the full stop that those of the table do without.
std::string sentence(std::string_view text) {
    return in_roff(text) + (text.ends_with('?') ? "" : ".");
}

// Commands of an option: "run, list".
std::string commands_of(const option_row& option) {
    std::string names;
    for (const command_row& command : all_commands()) {
        if (applies_to(option, command.value)) {
            names += names.empty() ? "" : ", ";
            names += command.name;
        }
    }
    return option.commands.size() == all_commands().size() ? "every command" : names;
}

void print_head(std::ostream& out, const release& of) {
    out << ".TH STORMDRAIN 1 " << of.date << " \"stormdrain " << of.version
        << "\" \"User Commands\"\n"
        << ".SH NAME\n"
           "stormdrain \\- network fault-injection and soak-test harness\n"
           ".SH SYNOPSIS\n"
           ".B stormdrain\n"
           ".I COMMAND\n"
           "[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]\n"
           ".SH DESCRIPTION\n"
           "Starts a server in a child process, loads it, hurts it, stops it, and judges how it "
           "stopped,\nagain and again. Every failure comes with one command that replays it.\n"
           ".PP\n"
           "A SUITE is a file, or the name of one in ./suites or of one that comes with "
           "stormdrain. A TARGET\nis a file that says how a server is started and stopped and what "
           "it promises.\n";
}

void print_commands(std::ostream& out) {
    out << ".SH COMMANDS\n";
    for (const command_row& row : all_commands()) {
        out << ".TP\n.B " << in_roff(row.name) << "\n" << sentence(row.summary) << "\n";
        if (!row.arguments.empty()) {
            out << ".br\nArguments: \\fI" << in_roff(row.arguments) << "\\fR\n";
        }
    }
}

void print_options(std::ostream& out) {
    out << ".SH OPTIONS\n"
           "A value follows its option as the next word, or after an equals sign.\n";
    for (const option_row& option : all_options()) {
        out << ".TP\n\\fB" << in_roff("--" + std::string(option.name)) << "\\fR";
        if (!option.placeholder.empty()) {
            out << " \\fI" << in_roff(option.placeholder) << "\\fR";
        }
        out << "\n" << sentence(option.help) << "\n";
        if (!option.preset.empty()) {
            out << "Default: " << in_roff(option.preset) << ".\n";
        }
        out << "Of: " << in_roff(commands_of(option)) << ".\n";
    }
    out << ".TP\n\\fB\\-\\-help\\fR\nshow the options of a command.\n";
}

void print_environment(std::ostream& out) {
    out << ".SH ENVIRONMENT\n"
           "Each option has a variable, which the option itself outranks: " +
               in_roff(environment_name(*find_option("fail-fast"))) + "=1 for " +
               in_roff("--fail-fast") + ", " + in_roff(environment_name(*find_option("jobs"))) +
               "=4 for " + in_roff("--jobs 4") +
               ".\nWhere an option takes several files, colons stand between them. Variables of "
               "options that the command\ndoes not have are not read.\n";
    constexpr std::pair<std::string_view, std::string_view> others[] = {
        {"NO_COLOR", "No colors, unless --color asks for them."},
        {"PATH", "Where the program of a target is looked for, unless the target sets its own."},
        {"TEST_SHARD_INDEX, GTEST_SHARD_INDEX, CI_NODE_INDEX, CIRCLE_NODE_INDEX, "
         "BUILDKITE_PARALLEL_JOB",
         "With the totals that go with them: which part of the plan is this machine's, unless "
         "--shard says it."},
    };
    for (const auto& [name, meaning] : others) {
        out << ".TP\n.B " << in_roff(name) << "\n" << in_roff(meaning) << "\n";
    }
}

void print_exits(std::ostream& out) {
    out << ".SH EXIT STATUS\n";
    for (const exit_row& row : all_exits()) {
        out << ".TP\n.B " << row.status << "\n" << in_roff(row.meaning) << "\n";
    }
    out << ".PP\nA broken promise outranks what could not be judged. A signal that ends a run "
           "ends it once its\nreports are written, with the status that the signal has.\n";
}

void print_examples(std::ostream& out) {
    constexpr std::pair<std::string_view, std::string_view> examples[] = {
        {"Write the target file of a server by starting it:",
         "stormdrain init -- ./my-server --listen 127.0.0.1:{port}"},
        {"See that it starts, serves and stops:", "stormdrain run smoke --target my_server.json"},
        {"Spend a night on it:", "stormdrain run nightly --target my_server.json --budget 7h"},
        {"Do again what a red line names:",
         "stormdrain run smoke --target my_server.json --filter '*/at_rest/*' --seed 0x5eed "
         "--cycle 17"},
    };
    out << ".SH EXAMPLES\n";
    std::string_view before = "";
    for (const auto& [purpose, line] : examples) {
        out << std::exchange(before, ".PP\n") << in_roff(purpose) << "\n.PP\n.nf\n.RS\n"
            << in_roff(line) << "\n.RE\n.fi\n";
    }
}

}  // namespace

std::string in_roff(std::string_view text) {
    std::string page;
    if (text.starts_with('.')) {
        page = "\\&";
    }
    for (const char character : text) {
        switch (character) {
            case '\\':
                page += "\\e";
                break;
            case '-':
                page += "\\-";
                break;
            case '\'':
                page += "\\(aq";
                break;
            case '`':
                page += "\\(ga";
                break;
            case '^':
                page += "\\(ha";
                break;
            case '~':
                page += "\\(ti";
                break;
            default:
                page += character;
        }
    }
    return page;
}

std::string man_page(const release& of) {
    std::ostringstream out;
    print_head(out, of);
    print_commands(out);
    print_options(out);
    print_exits(out);
    print_environment(out);
    out << ".SH FILES\n"
           ".TP\n.I stormdrain\\-results\n"
           "The reports of a run, unless \\-\\-out names another folder: summary.md, junit.xml, "
           "results.jsonl,\nand the evidence of cycles that went wrong.\n"
           ".TP\n.I ../share/stormdrain\n"
           "Beside the folder of the program: suites, JSON schemas for editors, and README.md, "
           "which explains\nall of it.\n";
    print_examples(out);
    return out.str();
}

}  // namespace stormdrain
