#include "harness/load/failure_classes.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

bool is_alike(const failure_class& left, const failure_class& right) {
    return left.phase == right.phase && left.end == right.end && left.error == right.error &&
           left.family == right.family && left.on_reused == right.on_reused;
}

}  // namespace

failure_class failure_class_of(const request_row& row) {
    failure_class one;
    one.phase = row.phase;
    one.end = row.end;
    one.error = row.end == request_end::answered ? std::to_string(row.status) : row.error;
    one.family = row.family;
    one.on_reused = row.number_on_connection != 0;
    one.count = 1;
    one.age_min = one.age_max = row.connection_age;
    return one;
}

void add_failures(std::vector<failure_class>& classes, failure_class more) {
    const auto like_it = [&more](const failure_class& known) { return is_alike(known, more); };
    auto found = std::ranges::find_if(classes, like_it);
    if (found == classes.end() && classes.size() >= failure_classes_max) {
        more.error.clear();
        found = std::ranges::find_if(classes, like_it);
    }
    if (found == classes.end()) {
        classes.push_back(std::move(more));
        return;
    }
    found->count += more.count;
    found->age_min = std::min(found->age_min, more.age_min);
    found->age_max = std::max(found->age_max, more.age_max);
}

}  // namespace stormdrain
