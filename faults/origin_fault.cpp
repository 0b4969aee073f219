#include "faults/origin_fault.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/origin/origin_set.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

class origin_attempt : public attempt {
public:
    using attempt::attempt;

    injection finish() {
        happened().ended = context().clock.now();
        return happened();
    }
};

}  // namespace

origin_aim read_aim(object_reader& keys) {
    // An origin's record holds as many.
    constexpr auto requests_max = static_cast<std::int64_t>(origin_record::strikes_max);
    origin_aim aim;
    aim.origin = keys.text("origin", aim.origin);
    aim.requests_count =
        static_cast<std::uint32_t>(keys.integer("requests", 1, requests_max, aim.requests_count));
    return aim;
}

origin_fault::origin_fault(origin_aim aim, misbehaviour what)
    : aim_(std::move(aim)), what_(std::move(what)) {}

asio::awaitable<injection> origin_fault::inject(fault_context& context) const {
    origin_attempt here(context);
    co_await here.carry_out(strike(here));
    injection happened = here.finish();
    co_return happened;
}

asio::awaitable<void> origin_fault::strike(attempt& here) const {
    const fault_context& context = here.context();
    origin_server* const origin =
        context.origins == nullptr ? nullptr : context.origins->find(aim_.origin);
    if (origin == nullptr) {
        here.not_delivered("the target has no such origin");
        co_return;
    }
    for (std::uint32_t count = 0; count < aim_.requests_count; ++count) {
        const time_point deadline =
            std::min(context.deadline, clock::now() + context.stands_within);
        const std::string proof = co_await origin->strike(what_, here.context().released, deadline);
        if (proof.empty() && count == 0) {
            here.not_delivered("no request came to the origin " + origin->plan().name);
            co_return;
        }
        if (proof.empty()) {
            here.add_to_proof("; only " + std::to_string(count) + " of " +
                              std::to_string(aim_.requests_count) + " requests came");
            co_return;
        }
        if (count == 0) {
            here.delivered(proof);
        }
    }
    if (aim_.requests_count > 1) {
        here.add_to_proof("; " + std::to_string(aim_.requests_count) + " requests in all");
    }
}

}  // namespace stormdrain
