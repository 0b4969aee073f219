#include "harness/checks/rules/refused_after_stop.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing_records::cut_request;

constexpr since_start stop = 2s;

request_row refused_at(since_start instant, request_end end = request_end::refused) {
    request_row row = cut_request(instant, end);
    row.ended = instant;
    return row;
}

TEST(RefusedAfterStop, IsExcusedFromTheStopOn) {
    EXPECT_TRUE(is_refused_by_stop(refused_at(stop), stop));
    EXPECT_TRUE(is_refused_by_stop(refused_at(stop, request_end::connect_failed), stop));
    EXPECT_FALSE(is_refused_by_stop(refused_at(stop - 1us), stop));
    EXPECT_FALSE(is_refused_by_stop(refused_at(stop), {}));
    EXPECT_FALSE(is_refused_by_stop(refused_at(stop, request_end::reset), stop));
}

}  // namespace
}  // namespace stormdrain::rules
