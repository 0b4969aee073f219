#pragma once
// What a server uses of the CPU while nobody asks it for anything.

#include "faults/process_fault.hpp"
#include "harness/base/time.hpp"
#include "harness/net/endpoint.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace stormdrain {

// From its making on.
class usage_watch {
public:
    explicit usage_watch(process_attempt& here);

    // Of one core. Empty when it was asked for something meanwhile (verdict rule R21), or looked at
    // too short. Connections that end are no demand.
    std::optional<double> cpu_share() const;

private:
    duration cpu() const;
    // How much has come on each connection that it accepted.
    std::map<endpoint, std::uint64_t> traffic() const;
    bool was_asked() const;

    process_attempt& here_;
    time_point began_;
    duration cpu_;
    std::map<endpoint, std::uint64_t> traffic_;
};

}  // namespace stormdrain
