#pragma once
// What all cycles of a run share. Thread-safe: workers use it side by side.

#include "harness/net/tls_client.hpp"
#include "harness/plan/target.hpp"
#include "harness/process/launch/guard.hpp"
#include "harness/process/port_reserver.hpp"

#include <memory>
#include <string>

namespace stormdrain {

struct run_environment {
    guard& launcher;
    port_reserver& ports;
    std::string bin_folder;         // of the stormdrain program: ${bin}
    certificate_files certificate;  // made for this run
    bool captures_packets = false;  // of every cycle, to be kept or not once it is over
};

// Clients of TLS ports for this target: they trust the run's certificate or the target's own.
std::unique_ptr<tls_client> make_tls_client(const target& server, const run_environment& run);

}  // namespace stormdrain
