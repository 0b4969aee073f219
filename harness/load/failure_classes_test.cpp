#include "harness/load/failure_classes.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

request_row failed(request_end end, std::string error, std::uint32_t number_on_connection) {
    request_row row;
    row.end = end;
    row.error = std::move(error);
    row.phase = failure_phase::head;
    row.number_on_connection = number_on_connection;
    row.connection_age = number_on_connection * 1ms;
    return row;
}

TEST(FailureClasses, AreOfRequestsThatFailedAlike) {
    std::vector<failure_class> classes;
    add_failures(classes, failure_class_of(failed(request_end::reset, "reset", 5)));
    add_failures(classes, failure_class_of(failed(request_end::reset, "reset", 2)));
    add_failures(classes, failure_class_of(failed(request_end::reset, "broken pipe", 2)));
    add_failures(classes, failure_class_of(failed(request_end::reset, "reset", 0)));
    ASSERT_EQ(classes.size(), 3U);
    EXPECT_EQ(classes[0].count, 2U);
    EXPECT_TRUE(classes[0].on_reused);
    EXPECT_EQ(classes[0].age_min, 2ms);
    EXPECT_EQ(classes[0].age_max, 5ms);
    EXPECT_EQ(classes[1].error, "broken pipe");
    EXPECT_FALSE(classes[2].on_reused);
}

TEST(FailureClasses, NameAWrongStatus) {
    request_row row = failed(request_end::answered, "", 0);
    row.phase = failure_phase::status;
    row.status = 500;
    EXPECT_EQ(failure_class_of(row).error, "500");
}

TEST(FailureClasses, AreFewHoweverManyWordsThereAre) {
    std::vector<failure_class> classes;
    for (std::size_t number = 0; number < 3 * failure_classes_max; ++number) {
        add_failures(classes,
                     failure_class_of(failed(request_end::reset, std::to_string(number), 1)));
    }
    ASSERT_EQ(classes.size(), failure_classes_max + 1);
    EXPECT_EQ(classes.back().error, "");
    EXPECT_EQ(classes.back().count, 2 * failure_classes_max);
}

}  // namespace
}  // namespace stormdrain
