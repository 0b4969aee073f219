#include "harness/checks/rules/drain_status.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

#include <utility>
#include <vector>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing_records::cut_request;

constexpr since_start stop = 2s;

contract listing(std::vector<int> statuses) {
    contract promised;
    promised.drain_statuses = std::move(statuses);
    return promised;
}

request_row answered(int status, since_start sent) {
    request_row row = cut_request(sent, request_end::answered);
    row.all_sent = sent;
    row.ended = stop;
    row.status = status;
    return row;
}

TEST(DrainStatus, IsExcusedWhereItIsListed) {
    EXPECT_TRUE(is_drain_answer(answered(503, stop), stop, listing({503})));
    EXPECT_FALSE(is_drain_answer(answered(503, stop), stop, listing({})));
    EXPECT_FALSE(is_drain_answer(answered(502, stop), stop, listing({503})));
    EXPECT_FALSE(is_drain_answer(answered(500, stop), stop, listing({500}))) << "never";
}

TEST(DrainStatus, IsNoAnswerToWhatWasSentWellBeforeTheStop) {
    EXPECT_TRUE(is_drain_answer(answered(503, stop - 100ms), stop, listing({503})));
    EXPECT_FALSE(is_drain_answer(answered(503, stop - 101ms), stop, listing({503})));
    contract fast = listing({503});
    fast.in_flight = in_flight_promise::truncate;
    EXPECT_TRUE(is_drain_answer(answered(503, stop - 101ms), stop, fast));
}

TEST(DrainStatus, IsNoneBeforeTheStop) {
    request_row early = answered(503, stop - 1ms);
    early.ended = stop - 1us;
    EXPECT_FALSE(is_drain_answer(early, stop, listing({503})));
    EXPECT_FALSE(is_drain_answer(early, {}, listing({503})));
}

TEST(DrainStatus, Only503SaysThatItIsOverloaded) {
    EXPECT_TRUE(is_overload_status(503));
    EXPECT_FALSE(is_overload_status(500));
}

}  // namespace
}  // namespace stormdrain::rules
