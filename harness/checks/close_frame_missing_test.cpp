#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::ElementsAre;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record) {
    promises promised;
    promised.at_stop.websocket_close = 1001;
    return judge(*find_check("close_frame_missing"), record, promised);
}

websocket_row cut_websocket() {
    websocket_row row = stopped_websocket();
    row.told.reset();
    row.close_code = 0;
    return row;
}

TEST(CloseFrameMissing, IsKeptByAServerThatSaysThatItGoesAway) {
    cycle_record record = clean_record();
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
    add_websocket(record, stopped_websocket());
    EXPECT_EQ(examined(record).outcome, kind::kept);
}

TEST(CloseFrameMissing, ReportsWhoIsCutOrToldSomethingElse) {
    cycle_record record = clean_record();
    add_websocket(record, stopped_websocket());
    add_websocket(record, cut_websocket());
    websocket_row normal = stopped_websocket();
    normal.close_code = 1000;
    add_websocket(record, normal);
    const judgement found = examined(record);
    EXPECT_EQ(found.outcome, kind::broken);
    EXPECT_THAT(found.findings.front().message,
                HasSubstr("promised to tell WebSockets by Close 1001 (RFC 6455 section 7.4.1) "
                          "before it closes them: 2 of 3 WebSockets heard something else, the "
                          "first connection 5 was closed without a Close frame, at 2.002 s"));
}

std::vector<std::string> traits_of_one(const websocket_row& row) {
    cycle_record record = clean_record();
    record.stop.promised = 1s;
    add_websocket(record, row);
    return examined(record).findings.front().traits;
}

// Goal: defects that differ in what a client sees have names that differ.
TEST(CloseFrameMissing, IsNamedByHowMostOfThemEnd) {
    websocket_row cut = cut_websocket();
    cut.ended = stop_at + 2ms;
    EXPECT_THAT(traits_of_one(cut), ElementsAre("no Close frame, cut as the stop came"));
    websocket_row waited_for = cut;
    waited_for.ended = stop_at + 998ms;
    EXPECT_THAT(traits_of_one(waited_for), ElementsAre("no Close frame, cut when its time was up"));
    websocket_row reset = cut;
    reset.was_reset = true;
    EXPECT_EQ(traits_of_one(reset), traits_of_one(cut));
    websocket_row normal = stopped_websocket();
    normal.close_code = 1000;
    EXPECT_THAT(traits_of_one(normal), ElementsAre("told Close 1000"));

    cycle_record record = clean_record();
    record.stop.promised = 1s;
    for (const websocket_row& row : {normal, waited_for, cut, waited_for}) {
        add_websocket(record, row);
    }
    EXPECT_THAT(examined(record).findings.front().traits,
                ElementsAre("no Close frame, cut when its time was up"));
}

TEST(CloseFrameMissing, IsNotExpectedWhereNothingIsPromised) {
    cycle_record record = clean_record();
    add_websocket(record, cut_websocket());
    EXPECT_EQ(judge(*find_check("close_frame_missing"), record, promises()).outcome,
              kind::not_applicable);
}

TEST(CloseFrameMissing, LooksOnlyAtWhatTheStopClosed) {
    websocket_row before = cut_websocket();
    before.ended = stop_at - 1ms;
    websocket_row told_before = stopped_websocket();
    told_before.told = stop_at - 1ms;
    told_before.close_code = 1000;
    websocket_row by_client = stopped_websocket();
    by_client.left_by_client = true;
    by_client.close_code = 1000;
    websocket_row still_open = cut_websocket();
    still_open.closed_by_server = false;
    websocket_row opened_behind = cut_websocket();
    opened_behind.opened = stop_at + 1ms;
    cycle_record record = clean_record();
    for (const websocket_row& row : {before, told_before, by_client, still_open, opened_behind}) {
        add_websocket(record, row);
    }
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
