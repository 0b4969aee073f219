#include "harness/commands/screen_options.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace stormdrain {
namespace {

// Of a terminal that does not say: those that are younger than the VT100 have no less.
constexpr std::size_t usual_columns = 80;

std::string_view variable(const screen_facts& screen, const char* name) {
    const char* const value = screen.environment(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

bool is_drawn_on(const screen_facts& screen) {
    return screen.is_terminal && variable(screen, "TERM") != "dumb";
}

bool wants_color(const screen_facts& screen) {
    const std::string_view forced = variable(screen, "CLICOLOR_FORCE");
    if (!variable(screen, "NO_COLOR").empty()) {
        return false;
    }
    if (!forced.empty() && forced != "0") {
        return true;
    }
    return is_drawn_on(screen) && variable(screen, "CLICOLOR") != "0";
}

// What locale(7) calls the order of precedence; of "de_DE.UTF-8" and "C.utf8" the end.
bool is_utf8(const screen_facts& screen) {
    for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (std::string locale(variable(screen, name)); !locale.empty()) {
            std::erase(locale, '-');
            std::ranges::transform(locale, locale.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            });
            return locale.find("utf8") != std::string::npos;
        }
    }
    return false;
}

}  // namespace

std::size_t terminal_columns(int descriptor) {
    winsize size{};
    return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                          : usual_columns;
}

screen_facts own_screen() {
    return {::isatty(STDOUT_FILENO) == 1, [] { return terminal_columns(STDOUT_FILENO); },
            [](const char* name) -> const char* { return std::getenv(name); }};
}

console_options screen_options(const invocation& asked, const screen_facts& screen) {
    console_options options;
    options.heartbeat = asked.heartbeat;
    options.budget = asked.budget;
    const bool is_repainted = asked.progress == progress_style::automatic && is_drawn_on(screen) &&
                              variable(screen, "CI").empty();
    options.style = asked.progress == progress_style::none ? console_style::quiet
                    : is_repainted                         ? console_style::repaint
                                                           : console_style::lines;
    options.color = asked.color == color_choice::always ||
                    (asked.color == color_choice::automatic && wants_color(screen));
    if (screen.is_terminal) {  // the lines of a log end where they end
        options.columns = screen.columns;
    }
    options.drawn_with = is_utf8(screen) ? glyphs::blocks : glyphs::ascii;
    return options;
}

}  // namespace stormdrain
