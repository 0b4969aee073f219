#include "harness/cycle/cycle_record.hpp"

#include <array>

namespace stormdrain {

std::string_view to_text(cycle_phase phase) {
    constexpr std::array<std::string_view, 8> words{"preparing", "starting", "warming",   "loading",
                                                    "quiescing", "stopping", "examining", "done"};
    return words.at(static_cast<std::size_t>(phase));
}

}  // namespace stormdrain
