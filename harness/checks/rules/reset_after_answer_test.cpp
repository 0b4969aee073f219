#include "harness/checks/rules/reset_after_answer.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing_records::cut_request;
using testing_records::with_half_a_response;

TEST(ResetAfterAnswer, IsBehindTheLastByteThatWasAnnounced) {
    request_row row = with_half_a_response(cut_request(1s));
    row.phase = failure_phase::body;
    row.body_bytes = *row.body_announced - 1;
    EXPECT_FALSE(is_reset_after_answer(row));
    row.body_bytes = *row.body_announced;
    EXPECT_TRUE(is_reset_after_answer(row));
}

TEST(ResetAfterAnswer, IsBehindTheLastChunk) {
    request_row row = with_half_a_response(cut_request(1s));
    row.body_announced.reset();
    row.phase = failure_phase::body;
    EXPECT_FALSE(is_reset_after_answer(row));
    row.phase = failure_phase::close;
    EXPECT_TRUE(is_reset_after_answer(row));
}

}  // namespace
}  // namespace stormdrain::rules
