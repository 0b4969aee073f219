#pragma once
// What a person, or a CI log, sees of a run: a progress line (repainted on a terminal, one a
// heartbeat elsewhere), every broken promise as it happens with the command that replays it, and a
// table at the end. Knows no clock: the caller says how much time has passed. Not thread-safe.

#include "harness/report/page/page_series.hpp"
#include "harness/report/run_results.hpp"
#include "harness/report/sparkline.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct scenario_table;

enum class console_style {
    quiet,    // broken promises and the table only
    lines,    // one progress line a heartbeat: for logs
    repaint,  // one line at the bottom, at most ten times a second: for terminals
};

struct console_options {
    console_style style = console_style::lines;
    bool color = false;
    // CI systems kill jobs that are silent for ten minutes, and cut logs of some megabytes.
    duration heartbeat = std::chrono::seconds(60);
    std::optional<duration> budget = {};  // of the run: it ends then, whatever was planned
    // How wide the terminal is now: people make it wider and narrower. Empty, or 0: it is none.
    std::function<std::size_t()> columns = {};
    glyphs drawn_with = glyphs::ascii;
};

class console {
public:
    // The stream outlives the console.
    console(std::ostream& out, console_options options) : out_(out), options_(options) {}

    // Says what will run.
    void begin(const run_results& planned);
    // A cycle of the scenario is carried out from now on; of several at once the latest is shown.
    void cycle_begins(const std::string& scenario_id) { current_id_ = scenario_id; }
    // A cycle of the scenario has ended; `findings` are its broken promises and warnings.
    void cycle_done(const scenario_result& scenario, std::span<const finding> findings,
                    duration elapsed);
    // To be called about once a second: keeps the line alive while cycles are long.
    void tick(duration elapsed);
    // A signal ends the run. What is said below it stays whole, even when the program is ended at
    // once: no line is repainted any more.
    void end_early(std::string_view words);
    // The table, what was broken and what could not be judged. `series` is what the stops of its
    // scenarios looked like.
    void finish(const run_results& results, const page::page_series& series);

private:
    enum class paint { plain, red, green, yellow };

    void show_progress(duration elapsed);
    void report(const scenario_result& scenario, const finding& what);
    void clear_line();
    void say(std::string_view word, paint with, const std::string& sentence);
    void say_below(const std::string& sentence);
    std::size_t columns() const;
    void write_table(const run_results& results, const page::page_series& series);
    std::string drawn_stops(const scenario_table& made, std::size_t row) const;
    void write_failures(const run_results& results);
    void write_broken(const run_results& results, const scenario_result& scenario,
                      const check_result& result);
    void write_inconclusive(const scenario_result& scenario);
    void write_targets(const run_results& results);
    void write_totals(const run_results& results);
    void write_unconfirmed(const run_results& results);
    std::string painted(std::string_view text, paint with) const;
    static paint paint_of(verdict outcome);

    std::ostream& out_;
    console_options options_;
    run_facts facts_;
    std::uint64_t planned_count_ = 0;
    std::uint64_t done_count_ = 0;
    std::uint64_t red_count_ = 0;
    std::string current_id_;
    std::map<std::string, std::uint64_t> reported_;  // by "scenario check"
    duration shown_at_{};
    std::size_t painted_columns_ = 0;  // of the line at the bottom; 0: there is none
};

}  // namespace stormdrain
