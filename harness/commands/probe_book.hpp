#pragma once
// Takes the records of a probe's cycles: nothing is judged, everything is kept. Thread-safe.

#include "harness/commands/probe_plan.hpp"
#include "harness/commands/running/cycle_sink.hpp"
#include "harness/report/json_lines.hpp"

#include <fstream>
#include <iosfwd>
#include <mutex>
#include <string>

namespace stormdrain {

class probe_book : public cycle_sink {
public:
    // Both outlive the book. `quiet`: no line for each condition.
    enum class voice { lines, quiet };
    probe_book(const probe_plan& all, std::ostream& out, voice says, const std::string& results);

    outcome add(const cycle_work& work, const cycle_record& record, bool last_attempt) override;
    void tick() override {}

    void header(const run_facts& facts);
    // Once all workers have ended.
    const probe_evidence& evidence() const { return evidence_; }
    probe_evidence& evidence() { return evidence_; }

private:
    std::mutex mutex_;
    const probe_plan& all_;
    std::ostream& out_;
    voice says_;
    std::ofstream results_file_;
    json_lines lines_;
    probe_evidence evidence_;
};

}  // namespace stormdrain
