#include "harness/config/cycle_list.hpp"

#include "harness/config/count.hpp"

#include <algorithm>

namespace stormdrain {

std::optional<std::vector<std::uint32_t>> read_cycles(std::string_view text) {
    std::vector<std::uint32_t> cycles;
    while (true) {
        const std::string_view part = text.substr(0, text.find(','));
        const std::string_view first = part.substr(0, part.find('-'));
        const std::string_view last =
            first.size() == part.size() ? first : part.substr(first.size() + 1);
        const std::optional<std::uint32_t> from =
            read_count<std::uint32_t>(first, 0, cycles_max - 1);
        const std::optional<std::uint32_t> to = read_count<std::uint32_t>(last, 0, cycles_max - 1);
        if (!from || !to || *from > *to || cycles.size() + (*to - *from) >= cycles_max) {
            return {};
        }
        for (std::uint32_t cycle = *from; cycle <= *to; ++cycle) {
            cycles.push_back(cycle);
        }
        if (part.size() == text.size()) {
            break;
        }
        text.remove_prefix(part.size() + 1);
    }
    std::ranges::sort(cycles);
    cycles.erase(std::unique(cycles.begin(), cycles.end()), cycles.end());
    return cycles;
}

}  // namespace stormdrain
