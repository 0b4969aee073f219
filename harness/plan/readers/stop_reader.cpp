#include "harness/plan/readers/stop_reader.hpp"

#include "harness/plan/stop_moment.hpp"

#include <optional>

namespace stormdrain {
namespace {

void read_bounds(object_reader& keys, stop_choice& stop) {
    std::optional<object_reader> bounds = keys.list("between");
    if (!bounds) {
        return;
    }
    if (bounds->keys().size() != 2) {
        keys.complain("between", "expected two durations such as [\"0ms\", \"50ms\"]");
        return;
    }
    stop.between_min = bounds->length_of_time("0", duration{}, std::chrono::hours(1));
    stop.between_max = bounds->length_of_time("1", duration{}, std::chrono::hours(1));
    if (stop.between_min > stop.between_max) {
        keys.complain("between", "expected the smaller duration first");
    }
}

}  // namespace

std::set<std::string> read_stop(object_reader& scenario_keys, stop_choice& stop) {
    std::optional<object_reader> keys = scenario_keys.object("stop");
    if (!keys) {
        return {};
    }
    std::set<std::string> given;
    for (const char* const key : {"mode", "at", "between"}) {
        if (keys->has(key)) {
            given.insert(key);
        }
    }
    stop.mode = keys->text("mode", stop.mode);
    stop.at = keys->choice<stop_moment>("at", stop_moment_words(), stop.at);
    read_bounds(*keys, stop);
    keys->finish();
    return given;
}

}  // namespace stormdrain
