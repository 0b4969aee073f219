#pragma once
// The machine does not allow what the harness needs (no descriptor left, disk full, ...): neither
// the server's fault nor the user's. Ends in exit code 3, "could not judge".

#include <stdexcept>

namespace stormdrain {

class environment_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace stormdrain
