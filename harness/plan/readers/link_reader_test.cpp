#include "harness/plan/readers/link_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class LinkReader : public document_fixture {
protected:
    std::vector<link_use> read(std::string text) {
        object_reader root = root_of(std::move(text));
        link_shelf shelf;
        shelf.read_named(root);
        return shelf.read_list(root, "use");
    }
};

TEST_F(LinkReader, ReadsNamedLinksAndThoseThatAreWrittenOut) {
    const std::vector<link_use> links = read(R"({
        "links": {"far": {"toxics": [{"type": "latency", "stream": "upstream",
                                      "attributes": {"latency": "40ms", "jitter": "10ms"}}]}},
        "use": ["far", {"between": "target_and_origins", "origin": "web"}]})");
    EXPECT_THAT(problems(), IsEmpty());
    ASSERT_THAT(links, SizeIs(2));
    EXPECT_EQ(links[0].name, "far");
    EXPECT_EQ(links[0].between, link_place::load_and_target);
    EXPECT_EQ(links[0].only, "");
    ASSERT_THAT(links[0].toxics, SizeIs(1));
    EXPECT_EQ(links[0].toxics[0].name, "latency_upstream");
    EXPECT_EQ(delay_of(links[0]).up, 50ms);
    EXPECT_EQ(links[1].name, "link");
    EXPECT_EQ(links[1].between, link_place::target_and_origins);
    EXPECT_EQ(links[1].only, "web");
    EXPECT_EQ(names_of_links(links), "far+link");
    EXPECT_EQ(names_of_links({}), "none");
}

TEST_F(LinkReader, SaysWhichNameIsUnknown) {
    read(R"({"links": {"far": {}}, "use": ["fra"]})");
    EXPECT_THAT(problems(), ElementsAre("f.json:1:32 /use/0: expected the name of a link, got "
                                        "\"fra\"; did you mean \"far\"?"));
}

TEST_F(LinkReader, SaysWhatIsWrongWithALink) {
    read(R"({"use": [{"betwen": "load_and_target", "origin": "web"}, 3]})");
    EXPECT_THAT(problems(),
                ElementsAre("f.json:1:50 /use/0/origin: expected no \"origin\" of a link between "
                            "load_and_target",
                            "f.json:1:11 /use/0/betwen: unknown key \"betwen\"; did you mean "
                            "\"between\"?",
                            "f.json:1:58 /use/1: expected the name of a link, or an object"));
}

TEST_F(LinkReader, SaysWhatIsWrongWithAToxic) {
    read(R"({"use": [{"toxics": [{"type": "latncy"}, {"type": "latency",
                                                      "attributes": {"latency": 40}}]}]})");
    ASSERT_THAT(problems(), SizeIs(2));
    EXPECT_THAT(problems()[0], testing::StartsWith("f.json:1:31 /use/0/toxics/0/type: expected"));
    EXPECT_THAT(problems()[0], testing::HasSubstr("did you mean \"latency\"?"));
    EXPECT_THAT(problems()[1],
                testing::StartsWith("f.json:2:81 /use/0/toxics/1/attributes/latency: expected a "
                                    "duration"));
}

TEST_F(LinkReader, WantsNamesOfToxicsToBeDifferent) {
    read(R"({"use": [{"toxics": [{"type": "noop"}, {"type": "noop"}]}]})");
    ASSERT_THAT(problems(), SizeIs(1));
    EXPECT_THAT(problems()[0],
                testing::HasSubstr("there is another toxic named \"noop_downstream\" on this "
                                   "link"));
}

TEST_F(LinkReader, WantsOneLinkBeforeEachPort) {
    read(R"({"use": [{"port": "http"}, {"port": "https"}, {}]})");
    ASSERT_THAT(problems(), SizeIs(1));
    EXPECT_THAT(problems()[0], testing::HasSubstr("/use/2: expected one link between "
                                                  "load_and_target for each port or origin"));
}

}  // namespace
}  // namespace stormdrain
