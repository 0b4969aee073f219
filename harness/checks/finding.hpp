#pragma once
// One broken promise, with its evidence.

#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain {

enum class severity { failure, warning };

struct finding {
    std::string id;  // "shutdown_deadline": stable, JUnit types are built on it
    severity how_bad = severity::failure;
    std::string message;  // one line: what was promised, what was seen
    std::vector<std::string> evidence;
    std::uint32_t cycle = 0;
    bool operator==(const finding&) const = default;
};

// What a check says of one cycle.
struct judgement {
    enum class kind {
        kept,        // the promise was kept
        broken,      // see findings
        not_judged,  // see reason
    } outcome = kind::kept;
    std::vector<finding> findings;
    std::string reason;
};

}  // namespace stormdrain
