#include "harness/commands/screen_options.hpp"

#include <unistd.h>

#include <cstdlib>

namespace stormdrain {

console_options screen_options(const invocation& asked) {
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    console_options options;
    options.heartbeat = asked.heartbeat;
    options.budget = asked.budget;
    options.style = asked.progress == progress_style::none ? console_style::quiet
                    : asked.progress == progress_style::automatic && terminal
                        ? console_style::repaint
                        : console_style::lines;
    const bool wanted = std::getenv("NO_COLOR") == nullptr && terminal;
    options.color =
        asked.color == color_choice::always || (asked.color == color_choice::automatic && wanted);
    return options;
}

}  // namespace stormdrain
