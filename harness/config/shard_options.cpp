#include "harness/config/shard_options.hpp"

#include "harness/config/count.hpp"

namespace stormdrain {

std::string_view shard_options::set_shard(invocation& to, std::string_view text) {
    constexpr std::string_view expected = "a part of the plan such as 2/4, auto/4, or off";
    if (text == "off") {
        to.shard.from = shard_order::source::off;
        return "";
    }
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return expected;
    }
    const auto total = read_count<std::uint32_t>(text.substr(slash + 1), 1, shards_max);
    if (!total) {
        return expected;
    }
    to.shard.total = *total;
    if (text.substr(0, slash) == "auto") {
        to.shard.from = shard_order::source::index_detected;
        return "";
    }
    const auto number = read_count<std::uint32_t>(text.substr(0, slash), 1, *total);
    to.shard.from = shard_order::source::given;
    to.shard.number = number.value_or(0);
    return number ? "" : expected;
}

std::string_view shard_options::set_cycles(invocation& to, std::string_view text) {
    to.shard.divides_cycles = text == "1";
    return "";
}

std::string_view shard_options::set_attempt(invocation& to, std::string_view text) {
    to.shard.attempt = read_count<std::uint32_t>(text, 1, attempts_max);
    return to.shard.attempt ? "" : "a whole number from 1 to 10000";
}

}  // namespace stormdrain
