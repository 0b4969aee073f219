#include "harness/report/page/banner.hpp"

#include "harness/report/page/defects.hpp"
#include "harness/report/page/words.hpp"
#include "harness/report/progress_line.hpp"
#include "harness/report/text.hpp"

#include <string>
#include <string_view>

namespace stormdrain::page {
namespace {

void write_facts_line(std::ostream& out, const run_results& results) {
    const run_facts& facts = results.facts;
    out << "<p>" << utc_text(facts.began) << " UTC on " << name(facts.hostname);
    for (const auto& [target, version] : facts.target_versions) {
        out << (version.empty() ? "" : ", " + name(version));
        if (&target == &facts.target_versions.begin()->first && facts.target_versions.size() > 3) {
            out << " and " << facts.target_versions.size() - 1 << " more";
            break;
        }
    }
    out << ", seed " << to_hex(facts.run_seed) << "</p>\n";
}

struct headline {
    std::string word;
    std::string sentence;
    std::string_view fill;
};

headline headline_of(const run_results& results) {
    const std::size_t broken = defects_of(results, verdict::fail).size();
    std::size_t absent = 0;
    for (const scenario_result& scenario : results.scenarios) {
        absent += scenario.absent_count > 0 ? 1U : 0U;
    }
    const std::string unfinished = results.finished ? "" : "; the run was not finished";
    if (broken > 0) {
        return {"RED", counted(broken, "defect", "defects") + " found" + unfinished, color::red};
    }
    if (results.nothing_to_do) {
        return {"EMPTY", "nothing of the plan falls to this shard", color::grey};
    }
    if (!results.finished || absent > 0) {
        return {"UNFINISHED", "nothing broken so far, and not all results are there", color::amber};
    }
    if (exit_code_for(results.scenarios) != 0) {
        return {"NOT JUDGED", "nothing broken, but not all was run and judged", color::amber};
    }
    return {"GREEN", "all promises that were judged were kept", color::green};
}

// " in 39.6 s", " in 07:02:11"
std::string took_text(duration took) {
    constexpr auto longest_in_seconds = std::chrono::minutes(2);
    if (took <= duration::zero()) {
        return {};
    }
    return " in " + (took < longest_in_seconds ? to_text(took) : hours(took));
}

std::uint64_t cycles_of(const run_results& results) {
    std::uint64_t count = 0;
    for (const scenario_result& scenario : results.scenarios) {
        count += scenario.done_count;
    }
    return count;
}

}  // namespace

void write_banner(std::ostream& out, const run_results& results) {
    const headline says = headline_of(results);
    constexpr double height = 76;
    svg banner(page_width, height, says.word + ": " + says.sentence);
    banner.rectangle({0, 0, page_width, height}, says.fill, 1, {}, 10);
    const double word_width = 19.0 * static_cast<double>(says.word.size());
    banner.text(24, 48, says.word, {28, color::white, anchor::start, 1, true});
    banner.text(24 + word_width + 20, 34, says.sentence,
                {17, color::white, anchor::start, 1, true});
    banner.text(24 + word_width + 20, 56,
                counted(cycles_of(results), "cycle", "cycles") + " of " +
                    counted(results.scenarios.size(), "scenario", "scenarios") +
                    took_text(results.took),
                {14, color::white});
    banner.text(page_width - 24, 46, "stormdrain", {16, color::white, anchor::end, 0.85});
    out << banner.finish();
    write_facts_line(out, results);
    if (!results.cut_short_because.empty()) {
        out << "<p>Fewer cycles than planned: " << line(results.cut_short_because) << "</p>\n";
    }
}

}  // namespace stormdrain::page
