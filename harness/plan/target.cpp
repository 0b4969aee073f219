#include "harness/plan/target.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

constexpr std::array<std::pair<std::string_view, target_lifecycle>, 2> lifecycle_words{
    {{"process", target_lifecycle::process}, {"in_process", target_lifecycle::in_process}}};

}  // namespace

std::span<const std::pair<std::string_view, target_lifecycle>> target_lifecycle_words() {
    return lifecycle_words;
}

bool stops_by_input(const target& server) {
    return std::ranges::any_of(server.stop, [](const auto& mode) {
        return mode.second.trigger.how == stop_trigger::kind::input;
    });
}

expansion expand(std::string_view text, const variables& values) {
    expansion result;
    while (!text.empty()) {
        const std::size_t begin = text.find("${");
        const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
        if (end == std::string_view::npos) {
            break;
        }
        result.text += text.substr(0, begin);
        const std::string_view name = text.substr(begin + 2, end - begin - 2);
        if (const auto found = values.find(name); found != values.end()) {
            result.text += found->second;
        } else {
            result.text += text.substr(begin, end + 1 - begin);
            result.unknown.emplace_back(name);
        }
        text.remove_prefix(end + 1);
    }
    result.text += text;
    return result;
}

}  // namespace stormdrain
