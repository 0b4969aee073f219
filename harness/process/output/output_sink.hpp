#pragma once
// Where a server's stdout and stderr go. It matters to races: how long a write(2) takes decides
// which of two threads is first.

#include "harness/process/owned_descriptor.hpp"

#include <span>
#include <string_view>
#include <utility>

namespace stormdrain {

enum class output_sink {
    pipe,      // as a service manager or a container engine has it
    terminal,  // a pseudo-terminal (pty(7)): as a developer has it
    nothing,   // /dev/null: what is written is lost, also to the harness
};

// The words used in suite files.
std::span<const std::pair<std::string_view, output_sink>> output_sink_words();
std::string_view to_text(output_sink sink);

struct opened_sink {
    owned_descriptor read_end;   // that of `nothing` is at its end at once
    owned_descriptor write_end;  // for the server
};

// Throws environment_error.
opened_sink open_sink(output_sink kind);

}  // namespace stormdrain
