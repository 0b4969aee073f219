#pragma once
// One broken promise, with its evidence.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

enum class severity {
    failure,
    warning,
    known,  // a failure that the target's file expects
};

std::string_view to_text(severity how_bad);

struct finding {
    std::string id;  // "shutdown_deadline": stable, JUnit types are built on it
    severity how_bad = severity::failure;
    std::string message;  // one line: what was promised, what was seen
    std::vector<std::string> evidence;
    // What is the same whenever its defect shows; see traits.hpp. And the name made of them: the
    // same every night, for reports and the history.
    std::vector<std::string> traits = {};
    std::string fingerprint = {};
    std::uint32_t cycle = 0;
    bool over_cycles = false;  // seen in all cycles up to that one; alone it shows nothing
    bool operator==(const finding&) const = default;
};

// What a check says of one cycle.
struct judgement {
    enum class kind {
        kept,            // the promise was kept; findings may hold warnings
        broken,          // see findings
        not_judged,      // it should have been examined and could not be; see reason
        not_applicable,  // nothing of the kind can happen in this scenario; see reason
    } outcome = kind::kept;
    std::vector<finding> findings;
    std::string reason;
    bool operator==(const judgement&) const = default;
};

// The judgements a check ends in; judge() fills in the findings' id and cycle.
judgement kept();
judgement broken(std::string message, std::vector<std::string> evidence);
judgement not_judged(std::string reason);
judgement not_applicable(std::string reason);
// Kept, with something that a person should look at.
judgement warned(std::string message, std::vector<std::string> evidence);

}  // namespace stormdrain
