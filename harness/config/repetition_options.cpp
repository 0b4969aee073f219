#include "harness/config/repetition_options.hpp"

#include "harness/config/count.hpp"

#include <charconv>

namespace stormdrain {
namespace {

constexpr std::uint32_t replays_max = 100'000;
// Three million cycles: a month of nights.
constexpr double bound_percent_min = 0.0001;
constexpr double bound_percent_max = 50;

}  // namespace

std::string_view repetition_options::set_replays(invocation& to, std::string_view text) {
    to.replays_count = read_count<std::uint32_t>(text, 1, replays_max).value_or(0);
    return to.replays_count > 0 ? "" : "a whole number from 1 to 100000";
}

std::string_view repetition_options::set_until_bound(invocation& to, std::string_view text) {
    double percent = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, percent);
    const bool is_percent = error == std::errc{} && std::string_view(stop, end) == "%";
    if (!is_percent || percent < bound_percent_min || percent > bound_percent_max) {
        return "a share of the cycles such as 5% or 0.1%, at least 0.0001%";
    }
    to.until_bound = percent / 100;
    return "";
}

}  // namespace stormdrain
