#pragma once
// The server cannot begin to serve: a taken port, an unreadable certificate. Ends in exit code 1.

#include <stdexcept>

namespace reference {

class startup_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace reference
