#include "harness/plan/readers/expectations_reader.hpp"

#include "harness/plan/readers/names.hpp"

namespace stormdrain {

namespace {

constexpr std::int64_t drops_max = 1'000'000'000;

}  // namespace

expectations read_expectations(object_reader& scenario_keys) {
    expectations wanted;
    std::optional<object_reader> keys = scenario_keys.object("expect");
    if (!keys) {
        return wanted;
    }
    if (is_given(*keys, "p99")) {
        wanted.p99 =
            keys->length_of_time("p99", std::chrono::milliseconds(1), std::chrono::hours(1));
    }
    if (is_given(*keys, "dropped_connections")) {
        wanted.dropped_connections_max =
            static_cast<std::uint64_t>(keys->integer("dropped_connections", 0, drops_max));
    }
    if (is_given(*keys, "origin_reuse")) {
        wanted.origin_reuse_min = keys->number("origin_reuse", 0.0, 1.0);
    }
    keys->finish();
    return wanted;
}

}  // namespace stormdrain
