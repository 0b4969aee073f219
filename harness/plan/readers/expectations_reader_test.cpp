#include "harness/plan/readers/expectations_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

using ExpectationsReader = document_fixture;

TEST_F(ExpectationsReader, ExpectsNothingUnlessTold) {
    object_reader root = root_of("{}");
    EXPECT_EQ(read_expectations(root), expectations{});
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ExpectationsReader, ReadsEach) {
    object_reader root =
        root_of(R"({"expect": {"p99": "900ms", "dropped_connections": 0, "origin_reuse": 0.9}})");
    const expectations wanted = read_expectations(root);
    EXPECT_EQ(wanted.p99, 900ms);
    EXPECT_EQ(wanted.dropped_connections_max, 0U);
    EXPECT_EQ(wanted.origin_reuse_min, 0.9);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ExpectationsReader, RefusesWhatCannotBe) {
    object_reader root = root_of(R"({"expect": {"p99": "1", "origin_reuse": 2, "p50": "1s"}})");
    read_expectations(root);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("/expect/p99"), HasSubstr("/expect/origin_reuse"),
                                        HasSubstr("/expect/p50")));
}

}  // namespace
}  // namespace stormdrain
