#include "harness/plan/readers/stop_input_reader.hpp"

#include "harness/plan/readers/names.hpp"
#include "harness/process/launch/server_input.hpp"

#include <utility>

namespace stormdrain {

stop_trigger or_by_input(object_reader& mode, target_lifecycle lifecycle, stop_trigger otherwise) {
    if (!is_given(mode, "stdin")) {
        return otherwise;
    }
    for (const std::string_view other : {"signal", "request", "command"}) {
        if (mode.has(other)) {
            mode.complain("stdin", "expected one way to ask for the stop, got " + in_quotes(other) +
                                       " as well");
        }
    }
    std::string text = mode.text("stdin");
    const bool closes = text == "close";
    const bool is_line = text.ends_with('\n') && text.size() <= server_input::bytes_max;
    if (!closes && !is_line && mode.kind_of("stdin") == object_reader::value_kind::text) {
        mode.complain("stdin", "expected \"close\" or a line such as \"quit\\n\", got text " +
                                   in_quotes(text));
    }
    if (closes && lifecycle == target_lifecycle::in_process) {
        mode.complain("stdin",
                      "expected a line for a target that restarts inside its process: its "
                      "standard input can be closed only once");
    }
    stop_trigger trigger;
    trigger.how = stop_trigger::kind::input;
    trigger.line = closes ? "" : std::move(text);
    return trigger;
}

}  // namespace stormdrain
