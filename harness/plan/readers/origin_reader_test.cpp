#include "harness/plan/readers/origin_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using OriginReader = document_fixture;

TEST_F(OriginReader, KnowsNoneUnlessTold) {
    object_reader root = root_of("{}");
    EXPECT_THAT(read_origins(root), IsEmpty());
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(OriginReader, KeepsTheOrderOfTheFile) {
    object_reader root = root_of(R"({"origins": {
        "web": {"speaks": "https", "hosts": ["a.test", "b.test"]},
        "api": {"speaks": "http"}
    }})");
    const std::vector<origin_plan> origins = read_origins(root);
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_THAT(origins,
                ElementsAre(origin_plan{"web", origin_protocol::https, {"a.test", "b.test"}},
                            origin_plan{"api", origin_protocol::http, {"localhost"}}));
}

TEST_F(OriginReader, RefusesWhatCannotBe) {
    object_reader root = root_of(R"({"origins": {
        "web": {"speaks": "tcp", "hosts": []},
        "Api": {"speaks": "http", "hosts": ["a.test,DNS:*"], "host": "x"}
    }})");
    read_origins(root);
    EXPECT_THAT(problems(), testing::UnorderedElementsAre(
                                HasSubstr("/origins/Api"), HasSubstr("/origins/web/speaks"),
                                HasSubstr("/origins/web/hosts"), HasSubstr("/origins/Api/hosts"),
                                HasSubstr("/origins/Api/host:")));
}

}  // namespace
}  // namespace stormdrain
