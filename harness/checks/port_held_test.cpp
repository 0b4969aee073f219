#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using kind = judgement::kind;

judgement examined(const cycle_record& record, const promises& promised = {}) {
    return judge(*find_check("port_held"), record, promised);
}

TEST(PortHeld, NamesThePortAndItsHolder) {
    cycle_record record = clean_record();
    record.ports.push_back({"https", 8443, false, false, "worker (pid 78)"});
    const judgement result = examined(record);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_EQ(result.findings.front().message,
              "promised to release its ports: port https (8443) cannot be bound again, held by "
              "worker (pid 78)");
    record.ports.clear();
    EXPECT_EQ(examined(record).outcome, kind::not_judged);
}

TEST(PortHeld, NamesAUnixSocketThatSomebodyListensOn) {
    cycle_record record = clean_record();
    record.ports.front().number = 0;
    record.ports.front().bindable_without_reuse = false;
    EXPECT_EQ(examined(record).outcome, kind::kept) << "a file that is left is file_left's";
    record.ports.front().bindable = false;
    EXPECT_EQ(examined(record).findings.front().message,
              "promised to release its ports: port http (a UNIX socket) cannot be bound again");
}

TEST(PortHeld, MindsNoTimeWait) {
    cycle_record record = clean_record();
    record.ports.front().bindable_without_reuse = false;
    EXPECT_EQ(examined(record).outcome, kind::kept);
    EXPECT_THAT(examined(record).findings, testing::IsEmpty());
    record.ports.push_back({"https", 8443, false, false, ""});
    const judgement result = examined(record);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().evidence,
                testing::ElementsAre("port https (8443) cannot be bound again",
                                     "port http (8080) can be bound again, with SO_REUSEADDR: its "
                                     "connections are in TIME_WAIT, which is legal"));
}

}  // namespace
}  // namespace stormdrain
