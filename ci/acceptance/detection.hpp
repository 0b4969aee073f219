#pragma once
// What a defect server says of itself, and whether a run found exactly that.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace stormdrain::acceptance {

// Printed by `server --describe`.
struct defect_record {
    std::string name;
    std::string origin;  // the thread or commit of the bug that it carries
    std::string suite;
    std::string scenario;
    std::string expects;         // the finding that must be made
    std::set<std::string> also;  // findings that may come with it
    std::string says;            // what the finding's message must contain; empty: anything
    std::string lifecycle;       // "process" or "in_process"
    std::string base;            // target file of its twin, without .json; empty: by lifecycle
    unsigned cycles_count = 0;   // of each scenario; a bug that comes by chance needs many
};

// Throws std::runtime_error that names the missing key.
defect_record read_defect_record(const std::string& json);

struct detection {
    std::set<std::string> failed;                              // checks
    std::map<std::string, std::vector<std::string>> messages;  // of their findings
    std::uint64_t cycles_count = 0;
    std::optional<std::uint64_t> first_cycle;  // the first with a finding, counted from 1
};

// From the text of results.jsonl; a last line that was cut short is not looked at.
detection read_detection(const std::string& results);

// Empty: exactly the expected checks failed, for the reason that the record names. Else what is
// wrong.
std::string disagreement(const defect_record& record, const detection& seen);

}  // namespace stormdrain::acceptance
