// What becomes of requests that are no HTTP; all others are in request_fate_test.cpp.

#include "harness/checks/record_builder.hpp"
#include "harness/checks/request_fate.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;

// Nothing on raw TCP could have announced it.
TEST(ScriptedRequest, CallsACloseInsteadOfAScriptsAnswerSevered) {
    request_surroundings around;
    around.is_scripted = true;
    const request_row row = on_reused(cut_request(1s, request_end::end_of_stream), 10ms);
    EXPECT_EQ(fate_of(row, around).finding_id, "connection_severed");
    around.is_scripted = false;
    EXPECT_EQ(fate_of(row, around).finding_id, "unannounced_close");
}

TEST(ScriptedRequest, SaysThatAScriptExpectedAnotherAnswer) {
    request_surroundings around;
    around.is_scripted = true;
    const request_row row = cut_request(1s, request_end::malformed);
    EXPECT_THAT(fate_of(row, around).why, HasSubstr("another answer than its script expects"));
    around.is_scripted = false;
    EXPECT_THAT(fate_of(row, around).why, HasSubstr("not HTTP/1.1"));
}

}  // namespace
}  // namespace stormdrain
