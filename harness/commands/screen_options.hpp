#pragma once
// How the screen is written to, as the user, the terminal and the environment want it.

#include "harness/config/invocation.hpp"
#include "harness/report/console.hpp"

#include <cstddef>
#include <functional>

namespace stormdrain {

// How wide the terminal is now; of one that does not say, what most have.
std::size_t terminal_columns(int descriptor);

// Where stdout goes.
struct screen_facts {
    bool is_terminal = false;
    std::function<std::size_t()> columns;  // of the terminal, now
    environment_lookup environment;
};

screen_facts own_screen();

// An option wins over the environment: NO_COLOR (no-color.org), then CLICOLOR_FORCE and CLICOLOR
// (bixense.com/clicolors), TERM=dumb, and CI, where nobody sees a line that is repainted.
console_options screen_options(const invocation& asked, const screen_facts& screen = own_screen());

}  // namespace stormdrain
