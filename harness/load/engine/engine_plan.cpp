#include "harness/load/engine/engine_plan.hpp"

#include <utility>

namespace stormdrain {

engine_plan burst_of(engine_plan plan, std::uint32_t connections_count, duration length) {
    plan.clients_count = connections_count;
    plan.requests_count = connections_count;
    plan.requests_per_connection = 1;
    plan.open_loop.per_second = connections_count / std::chrono::duration<double>(length).count();
    return plan;
}

}  // namespace stormdrain
