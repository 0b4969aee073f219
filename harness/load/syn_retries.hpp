#pragma once
// Connects that took as long as the repeat of a lost SYN does. A queue of a listener that is full
// drops SYNs without a word, and the client's kernel tries again after whole seconds (RFC 6298
// section 2; tcp_syn_linear_timeouts of ip-sysctl).

#include "harness/base/time.hpp"
#include "harness/load/latency_histogram.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain {

struct syn_retry_step {
    std::chrono::seconds after{};
    std::uint64_t connects_count = 0;
    bool operator==(const syn_retry_step&) const = default;
};

// The steps that connects took, the shortest first.
std::vector<syn_retry_step> syn_retry_steps(const latency_histogram& connect_time);

// To end a sentence with: "; SYN retry: of 256 connects 127 took about 1 s". Empty when none did.
std::string and_syn_retries(const latency_histogram& connect_time);

}  // namespace stormdrain
