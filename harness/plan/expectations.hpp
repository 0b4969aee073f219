#pragma once
// What the load must come to; a suite's own demands, beside the target's promises.

#include "harness/base/time.hpp"

#include <cstdint>
#include <optional>

namespace stormdrain {

struct expectations {
    // 99 % of the requests are answered within this, counted from the begin of the connect.
    std::optional<duration> p99;
    // Connections for which the listeners' queues had no room.
    std::optional<std::uint64_t> dropped_connections_max;
    // Share of the requests that reach an origin on a connection used before.
    std::optional<double> origin_reuse_min;
    bool operator==(const expectations&) const = default;
};

}  // namespace stormdrain
