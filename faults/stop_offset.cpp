#include "faults/stop_offset.hpp"

#include "harness/config/object_reader.hpp"

#include <cstdint>
#include <optional>

namespace stormdrain {

duration stop_offset::draw(random_source& random) const {
    const auto width = static_cast<std::uint64_t>((max - min).count());
    return min + duration(static_cast<duration::rep>(random.below(width + 1)));
}

boost::asio::awaitable<duration> stop_offset::wait(attempt& here) const {
    const duration drawn = draw(here.context().random);
    if (drawn > duration::zero()) {
        co_await here.pause(drawn);
    }
    co_return drawn;
}

stop_offset read_stop_offset(object_reader& keys, stop_offset preset) {
    // Longer than any server may take to stop: later there is nobody left to strike.
    constexpr duration offset_max = std::chrono::minutes(1);
    std::optional<object_reader> bounds = keys.list("between");
    if (!bounds) {
        return preset;
    }
    if (bounds->keys().size() != 2) {
        keys.complain("between", R"(expected two durations such as ["0ms", "5ms"])");
        return preset;
    }
    stop_offset offset;
    offset.min = bounds->length_of_time("0", duration{}, offset_max);
    offset.max = bounds->length_of_time("1", duration{}, offset_max);
    if (offset.min > offset.max) {
        keys.complain("between", "expected the smaller duration first");
        return preset;
    }
    return offset;
}

}  // namespace stormdrain
