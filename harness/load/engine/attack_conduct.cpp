#include "harness/load/engine/attack_conduct.hpp"

#include <utility>

namespace stormdrain {
namespace {

// After a connect that failed: at once would take the CPU from the server that is to come up.
constexpr duration pause_after_failure = std::chrono::milliseconds(10);

}  // namespace

void attack_conduct::ordinary(ordinary_request answered, const request_under_way& done,
                              const whole_answer& answer) {
    load_.one_answered();
    load_.book.ordinary(answered);
    load_.book.had_body(load_.plan.routes[done.route_index].name, answer.body_bytes);
}

void attack_conduct::unusual(request_row row) {
    if (row.end == request_end::answered) {
        load_.one_answered();
    } else if (row.end != request_end::abandoned) {
        load_.one_failed(load_.clock.start() + row.ended);
    }
    load_.book.unusual(std::move(row));
}

client_rest attack_conduct::rest(engine_client& client, time_point now) {
    if (load_.is_over(now)) {
        return client_rest::leaves;
    }
    load_.idle.push_back(&client);
    return client_rest::waits;
}

void attack_conduct::rest_after_failure(engine_client& client, time_point now) {
    load_.wheel.arm(client, now + pause_after_failure);
}

}  // namespace stormdrain
