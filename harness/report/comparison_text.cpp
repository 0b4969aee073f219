#include "harness/report/comparison_text.hpp"

#include "harness/report/text.hpp"

#include <array>
#include <cstdio>
#include <string>

namespace stormdrain {
namespace {

constexpr std::size_t message_bytes_max = 300;
// Smaller ones are said as that: nobody tells them apart.
constexpr double chance_shown_min = 0.001;

std::string chance_text(double chance) {
    if (chance < chance_shown_min) {
        return "p < 0.001";
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "p = %.2g", chance);
    return text.data();
}

std::string count_text(const hit_count& of) {
    return std::to_string(of.hits) + " of " + std::to_string(of.trials);
}

std::string milliseconds_text(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g ms", value);
    return text.data();
}

std::string_view word_for(const rate_change& change) {
    if (change.is_worse()) {
        return change.is_new() ? "NEW      " : "WORSE    ";
    }
    return change.is_gone() ? "REPAIRED " : "LESS     ";
}

void write_rate(std::ostream& out, const rate_change& change) {
    out << word_for(change) << change.scenario << "  " << change.check << ": "
        << count_text(change.before) << " cycles before, " << count_text(change.after) << " after ("
        << chance_text(change.chance) << ")\n         "
        << one_line(change.message, message_bytes_max) << "\n";
}

void write_stop(std::ostream& out, const stop_change& change) {
    out << (change.how.by > 0 ? "SLOWER   " : "FASTER   ") << change.scenario << "  stops: median "
        << milliseconds_text(change.median_before_ms) << " before, "
        << milliseconds_text(change.median_after_ms) << " after (" << chance_text(change.how.chance)
        << ")\n";
}

std::string slope_text(const std::optional<growth>& seen) {
    return seen ? to_text(seen->per_cycle) + ", first more in cycle " +
                      std::to_string(seen->first_grown_cycle)
                : "none";
}

std::string_view word_for(const leak_change& change) {
    if (change.is_worse()) {
        return change.before ? "WORSE    " : "NEW      ";
    }
    return change.after ? "LESS     " : "REPAIRED ";
}

void write_leak(std::ostream& out, const leak_change& change) {
    out << word_for(change) << change.scenario << "  growth of " << change.what
        << (change.is_warning() ? " (a warning)" : "") << ": " << slope_text(change.before)
        << " before, " << slope_text(change.after) << " after\n";
}

void write_run(std::ostream& out, std::string_view which, const run_tally& run) {
    out << which << run.file << ", began " << run.began << ", seed " << run.run_seed
        << (run.finished ? "" : ", not finished") << "\n";
}

}  // namespace

void write_comparison(std::ostream& out, const comparison& what, const run_tally& before,
                      const run_tally& after) {
    write_run(out, "before: ", before);
    write_run(out, "after:  ", after);
    out << "\n";
    std::size_t sure = 0;
    for (const bool worse : {true, false}) {
        for (const rate_change& change : what.rates) {
            if (change.is_sure && change.is_worse() == worse) {
                write_rate(out, change);
                ++sure;
            }
        }
    }
    for (const stop_change& change : what.stops) {
        write_stop(out, change);
        ++sure;
    }
    for (const leak_change& change : what.leaks) {
        write_leak(out, change);
        ++sure;
    }
    out << (sure == 0 ? "no difference is sure\n" : "");
    std::size_t unsure = 0;
    for (const rate_change& change : what.rates) {
        if (change.is_sure || (!change.is_new() && !change.is_gone())) {
            continue;
        }
        out << (unsure++ == 0 ? "\nseen in one of them only, which may be chance:\n" : "");
        write_rate(out, change);
    }
    out << "\n"
        << what.compared_count << (what.compared_count == 1 ? " scenario" : " scenarios")
        << " compared";
    if (!what.only_before.empty() || !what.only_after.empty()) {
        out << "; " << what.only_before.size() << " were run before only, "
            << what.only_after.size() << " after only";
    }
    out << "\n";
}

}  // namespace stormdrain
