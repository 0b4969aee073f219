#include "harness/commands/attack/live_line.hpp"

#include "harness/commands/screen_options.hpp"
#include "harness/report/text_width.hpp"

#include <unistd.h>

#include <ostream>

namespace stormdrain {

live_line::live_line(const program& self, const invocation& asked)
    : out_(self.problems),
      shows_(asked.progress != progress_style::none && ::isatty(STDERR_FILENO) == 1) {
    await_signal();
}

void live_line::await_signal() {
    signals_.async_wait([this](boost::system::error_code error, int) {
        if (!error) {
            ++interrupts_count_;
            await_signal();
        }
    });
}

void live_line::show(const std::string& text) {
    if (shows_) {
        // The last column is the cursor's: a full line would begin another.
        out_ << "\r\x1b[K" << cut_behind(text, terminal_columns(STDERR_FILENO) - 1) << std::flush;
    }
}

void live_line::clear() {
    show("");
}

watch_answer live_line::wish() {
    signals_context_.poll();
    return interrupts_count_ == 0   ? watch_answer::go_on
           : interrupts_count_ == 1 ? watch_answer::end
                                    : watch_answer::abandon;
}

}  // namespace stormdrain
