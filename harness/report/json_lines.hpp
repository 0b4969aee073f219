#pragma once
// results.jsonl: the truth that every other report can be made from again. One line each for the
// plan, every cycle as it ends, every scenario, and the end of the run: a file without the last
// one is of a run that was killed.

#include "harness/checks/finding.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/report/run_results.hpp"

#include <ostream>
#include <span>
#include <string>

namespace stormdrain {

class json_lines {
public:
    // Raised when a reader of the old form would be misled.
    static constexpr int format_version = 3;
    // What compare asks of a file is in those of that format already.
    static constexpr int oldest_comparable_format = 2;

    // The stream outlives the writer. Every line is flushed; a failed write throws
    // environment_error.
    explicit json_lines(std::ostream& out) : out_(out) {}

    // `planned` holds the scenarios with their planned counts, and nothing judged yet.
    void header(const run_results& planned);
    // What the targets' programs said of their versions: known a little later than the plan.
    void targets(const run_facts& facts);
    // One that is repeated was not judged.
    void cycle(const std::string& scenario_id, const cycle_record& record,
               const judged_cycle& judged);
    // A line of another file that cycle() wrote.
    void copied_cycle(std::string text);
    void scenario(const scenario_result& result);
    void footer(const run_results& results);

private:
    void line(std::string text);

    std::ostream& out_;
    std::uint64_t cycles_count_ = 0;
};

}  // namespace stormdrain
