#include "faults/link/link_file.hpp"

#include "harness/config/object_reader.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct reading {
    link_file file;
    std::vector<std::string> problems;
};

reading read(std::string_view json) {
    std::vector<problem> problems;
    const json_document document = json_document::parse("links.json", json, problems);
    object_reader root = document.root(problems);
    reading result{read_links(root), {}};
    for (const problem& one : problems) {
        result.problems.push_back(to_text(one));
    }
    return result;
}

TEST(LinkFile, ReadsLinksWithTheirToxics) {
    const reading good = read(R"({
        "stormdrain": 1, "seed": 42,
        "proxies": [
            {"name": "database", "listen": "127.0.0.1:7000", "upstream": "db:5432",
             "dial_timeout": "2s",
             "toxics": [{"type": "bandwidth", "attributes": {"rate": "1MiB/s"}}]},
            {"name": "cache", "upstream": "[::1]:6379", "enabled": false}
        ]})");
    EXPECT_THAT(good.problems, IsEmpty());
    ASSERT_THAT(good.file.links, SizeIs(2));
    const link_spec& database = good.file.links[0];
    EXPECT_EQ(good.file.randomness, 42U);
    EXPECT_EQ(database.name, "database");
    EXPECT_EQ(database.listen, (place{"127.0.0.1", 7000}));
    EXPECT_EQ(database.upstream, (place{"db", 5432}));
    EXPECT_EQ(database.dial_limit, 2s);
    ASSERT_THAT(database.toxics, SizeIs(1));
    EXPECT_EQ(database.toxics.front().name, "bandwidth_downstream");
    EXPECT_EQ(good.file.links[1].listen, (place{"127.0.0.1", 0}));
    EXPECT_EQ(good.file.links[1].starts, link_spec::state::disabled);
}

TEST(LinkFile, NamesTheLineOfEverythingThatIsWrong) {
    const reading bad = read(
        "{\"proxies\": [\n"
        " {\"name\": \"a\", \"upsteam\": \"x:1\", \"listen\": \"7000\"},\n"
        " {\"name\": \"a\", \"upstream\": \"x:1\"}],\n"
        " \"sed\": 1}");
    EXPECT_THAT(bad.problems,
                Contains(HasSubstr("links.json:2:16 /proxies/0/upsteam: unknown key \"upsteam\"; "
                                   "did you mean \"upstream\"?")));
    EXPECT_THAT(bad.problems, Contains(HasSubstr("links.json:2:44 /proxies/0/listen: expected an "
                                                 "address such as \"127.0.0.1:5432\"")));
    EXPECT_THAT(bad.problems, Contains(HasSubstr("/proxies/1/name: there is another link named")));
    EXPECT_THAT(bad.problems, Contains(HasSubstr("links.json:4:2 /sed: unknown key \"sed\"")));
    EXPECT_THAT(bad.problems,
                Contains(HasSubstr("/proxies/0: required key \"upstream\" is missing")));
}

TEST(LinkFile, TakesNoTwoToxicsOfOneNameOnALink) {
    const reading bad = read(R"({"stormdrain": 1, "proxies": [{"name": "a", "upstream": "x:1",
        "toxics": [{"type": "down"}, {"type": "down"}]}]})");
    EXPECT_THAT(bad.problems, Contains(HasSubstr("another toxic named \"down_downstream\"")));
}

TEST(LinkFile, ThatIsNotThereIsOneProblem) {
    std::vector<problem> problems;
    read_link_file("/nonexistent/links.json", problems);
    EXPECT_THAT(problems, SizeIs(1));
}

}  // namespace
}  // namespace stormdrain
