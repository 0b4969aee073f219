#include "harness/checks/rules/struck_origin.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing_records::cut_request;

constexpr struck_time strike{2s, 3s};

request_row answered(int status) {
    request_row row = cut_request(2s, request_end::answered);
    row.status = status;
    return row;
}

TEST(StruckOrigin, ExcusesWhatAGatewayMaySay) {
    for (const int status : {502, 503, 504}) {
        EXPECT_TRUE(may_be_origins_doing(answered(status), strike)) << status;
    }
    EXPECT_FALSE(may_be_origins_doing(answered(500), strike));
    EXPECT_FALSE(may_be_origins_doing(answered(200), strike));
    EXPECT_TRUE(may_be_origins_doing(cut_request(2s), strike));
    EXPECT_TRUE(may_be_origins_doing(cut_request(2s, request_end::timed_out), strike));
    EXPECT_FALSE(may_be_origins_doing(cut_request(2s, request_end::refused), strike));
}

TEST(StruckOrigin, ExcusesOnlyWhatItsTimeTouched) {
    request_row before = cut_request(1s);
    before.ended = 2s - 1us;
    EXPECT_FALSE(may_be_origins_doing(before, strike));
    before.ended = 2s;
    EXPECT_TRUE(may_be_origins_doing(before, strike));
    EXPECT_TRUE(may_be_origins_doing(cut_request(3s + 250ms), strike));
    EXPECT_FALSE(may_be_origins_doing(cut_request(3s + 250ms + 1us), strike));
}

}  // namespace
}  // namespace stormdrain::rules
