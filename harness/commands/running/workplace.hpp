#pragma once
// What every command that carries cycles out needs before the first of them: the guard that starts
// servers, their ports, and a certificate.

#include "harness/cycle/run_environment.hpp"
#include "harness/process/launch/guard.hpp"
#include "harness/process/port_reserver.hpp"

#include <string>

namespace stormdrain {

class workplace {
public:
    // The certificate is made in that folder, which is made too. Throws environment_error.
    workplace(std::string bin_folder, const std::string& certificate_folder);
    workplace(const workplace&) = delete;
    workplace& operator=(const workplace&) = delete;

    run_environment& environment() { return environment_; }

private:
    guard launcher_;
    port_reserver ports_;
    run_environment environment_;
};

}  // namespace stormdrain
