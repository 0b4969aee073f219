#include "harness/config/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace stormdrain {
namespace {

struct unit {
    std::string_view name;
    std::uint64_t factor;  // nanoseconds or bytes
};

// Ascending, as the spellers walk them from the back. "m" is read as Go, sleep(1) and
// systemd.time(7) read it, and spelled "min".
constexpr std::array<unit, 6> time_units{{{"us", 1'000},
                                          {"ms", 1'000'000},
                                          {"s", 1'000'000'000},
                                          {"m", 60'000'000'000},
                                          {"min", 60'000'000'000},
                                          {"h", 3'600'000'000'000}}};
constexpr std::array<unit, 4> size_units{
    {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};

// Habits from other tools, with what we call the same.
struct habit {
    std::string_view written;
    std::string_view meant;
};
constexpr std::array<habit, 15> time_habits{{{"mins", "min"},
                                             {"minute", "min"},
                                             {"minutes", "min"},
                                             {"sec", "s"},
                                             {"secs", "s"},
                                             {"second", "s"},
                                             {"seconds", "s"},
                                             {"S", "s"},
                                             {"msec", "ms"},
                                             {"MS", "ms"},
                                             {"usec", "us"},
                                             {"\xc2\xb5s", "us"},
                                             {"hr", "h"},
                                             {"hour", "h"},
                                             {"hours", "h"}}};
constexpr std::array<habit, 13> size_habits{{{"b", "B"},
                                             {"bytes", "B"},
                                             {"k", "KiB"},
                                             {"K", "KiB"},
                                             {"kB", "KiB"},
                                             {"KB", "KiB"},
                                             {"kib", "KiB"},
                                             {"m", "MiB"},
                                             {"M", "MiB"},
                                             {"MB", "MiB"},
                                             {"g", "GiB"},
                                             {"G", "GiB"},
                                             {"GB", "GiB"}}};

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

// "12.5 min" as "12", "5" and " min".
struct parts {
    std::string_view whole;
    std::string_view fraction;
    std::string_view rest;
};

std::optional<parts> split(std::string_view text) {
    const auto digits = [](std::string_view from) {
        const auto end = std::ranges::find_if_not(from, is_digit);
        return from.substr(0, static_cast<std::size_t>(end - from.begin()));
    };
    parts result;
    result.whole = digits(text);
    if (result.whole.empty()) {
        return {};
    }
    text.remove_prefix(result.whole.size());
    if (text.starts_with('.')) {
        result.fraction = digits(text.substr(1));
        if (result.fraction.empty()) {
            return {};
        }
        text.remove_prefix(result.fraction.size() + 1);
    }
    result.rest = text;
    return result;
}

// whole.fraction * factor without rounding; nothing when it is no whole number of base units or
// does not fit.
std::optional<std::uint64_t> scaled(const parts& number, std::uint64_t factor) {
    constexpr std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
    std::uint64_t whole = 0;
    const auto [end, error] =
        std::from_chars(number.whole.data(), number.whole.data() + number.whole.size(), whole);
    if (error != std::errc{} || whole > limit / factor - 1) {
        return {};
    }
    std::uint64_t result = whole * factor;
    for (const char digit : number.fraction) {
        if (factor % 10 != 0 && digit != '0') {
            return {};
        }
        factor /= 10;
        result += static_cast<std::uint64_t>(digit - '0') * factor;
    }
    return result;
}

std::optional<std::uint64_t> read(std::string_view text, std::span<const unit> units) {
    const std::optional<parts> number = split(text);
    if (!number) {
        return {};
    }
    const auto found = std::ranges::find(units, number->rest, &unit::name);
    return found == units.end() ? std::nullopt : scaled(*number, found->factor);
}

std::string spell(std::uint64_t value, std::span<const unit> units, std::string_view nothing) {
    if (value == 0) {
        return std::string(nothing);
    }
    for (auto each = units.rbegin(); each != units.rend(); ++each) {
        if (value % each->factor == 0) {
            return std::to_string(value / each->factor) + std::string(each->name);
        }
    }
    return std::to_string(value) + "ns";
}

std::optional<std::string> corrected(std::string_view text, std::span<const unit> units,
                                     std::span<const habit> habits) {
    const auto blank = [](std::string_view from) {
        return from.substr(0, std::min(from.find_first_not_of(' '), from.size()));
    };
    text.remove_prefix(blank(text).size());
    const std::optional<parts> number = split(text);
    if (!number) {
        return {};
    }
    std::string_view meant = number->rest;
    meant.remove_prefix(blank(meant).size());
    meant = meant.substr(0, meant.find_last_not_of(' ') + 1);
    if (const auto found = std::ranges::find(habits, meant, &habit::written);
        found != habits.end()) {
        meant = found->meant;
    }
    if (std::ranges::find(units, meant, &unit::name) == units.end()) {
        return {};
    }
    const std::string_view digits = text.substr(0, text.size() - number->rest.size());
    return std::string(digits) + std::string(meant);
}

}  // namespace

std::optional<duration> read_duration(std::string_view text) {
    const std::optional<std::uint64_t> nanoseconds = read(text, time_units);
    return nanoseconds ? std::optional<duration>(*nanoseconds) : std::nullopt;
}

std::optional<std::uint64_t> read_size_bytes(std::string_view text) {
    return text.find('.') == std::string_view::npos ? read(text, size_units) : std::nullopt;
}

std::optional<std::uint64_t> read_rate_bytes_per_second(std::string_view text) {
    constexpr std::string_view suffix = "/s";
    return text.ends_with(suffix) ? read_size_bytes(text.substr(0, text.size() - suffix.size()))
                                  : std::nullopt;
}

std::string spell_duration(duration length) {
    const std::string sign = length.count() < 0 ? "-" : "";
    return sign + spell(static_cast<std::uint64_t>(std::abs(length.count())), time_units, "0s");
}

std::string spell_size(std::uint64_t bytes) {
    return spell(bytes, size_units, "0B");
}

std::optional<std::string> corrected_duration(std::string_view text) {
    return corrected(text, time_units, time_habits);
}

std::optional<std::string> corrected_size(std::string_view text) {
    return corrected(text, size_units, size_habits);
}

}  // namespace stormdrain
