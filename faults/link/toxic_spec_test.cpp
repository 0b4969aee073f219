#include "faults/link/toxic_spec.hpp"

#include "harness/config/invocation.hpp"
#include "harness/config/object_reader.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal_of(std::string_view text) {
    try {
        read_toxic(text);
    } catch (const usage_error& wrong) {
        return wrong.what();
    }
    return "accepted";
}

struct reading {
    toxic_spec spec;
    std::vector<std::string> problems;
};

reading read_file(std::string_view json) {
    std::vector<problem> problems;
    const json_document document = json_document::parse("links.json", json, problems);
    object_reader keys = document.root(problems);
    reading result{read_toxic(keys), {}};
    for (const problem& one : problems) {
        result.problems.push_back(to_text(one));
    }
    return result;
}

TEST(ToxicSpec, IsReadFromTheCommandLine) {
    const toxic_spec spec = read_toxic(
        "latency:latency=50ms,jitter=1500us,stream=upstream,toxicity=0.25,source=10.0.0.0/8,"
        "name=far");
    EXPECT_EQ(spec.kind->name, "latency");
    EXPECT_THAT(spec.values, ElementsAre(50'000, 1'500));
    EXPECT_EQ(spec.stream, stream_direction::upstream);
    EXPECT_EQ(spec.toxicity, 0.25);
    EXPECT_EQ(spec.name, "far");
    EXPECT_EQ(spec.source->text(), "10.0.0.0/8");
    const toxic_spec plain = read_toxic("reset_peer");
    EXPECT_EQ(plain.name, "reset_peer_downstream");
    EXPECT_THAT(plain.values, ElementsAre(0));
    EXPECT_THAT(read_toxic("bandwidth:rate=16KiB/s").values, ElementsAre(16'384));
    EXPECT_THAT(read_toxic("http_cut:point=mid_body,bytes=2KiB,by=rst").values,
                ElementsAre(1, 2048, 1));
}

TEST(ToxicSpec, SaysWhatIsWrongOnTheCommandLine) {
    EXPECT_THAT(refusal_of("latancy:latency=5ms"), HasSubstr("did you mean \"latency\"?"));
    EXPECT_THAT(refusal_of("latency"), HasSubstr("needs latency, a duration such as 50ms"));
    EXPECT_THAT(refusal_of("latency:latency=50"), HasSubstr("expected a duration such as 50ms"));
    EXPECT_THAT(refusal_of("latency:latency=-5ms"), HasSubstr("expected a duration"));
    EXPECT_THAT(refusal_of("latency:latency=5ms,jiter=1ms"), HasSubstr("did you mean \"jitter\"?"));
    EXPECT_THAT(refusal_of("latency:latency"), HasSubstr("expected name=value"));
    EXPECT_THAT(refusal_of("down:toxicity=1.5"), HasSubstr("a number from 0 to 1"));
    EXPECT_THAT(refusal_of("down:stream=sideways"), HasSubstr("upstream or downstream"));
    EXPECT_THAT(refusal_of("down:source=db"), HasSubstr("an address or network"));
    EXPECT_THAT(refusal_of("http_cut:point=somewhere"), HasSubstr("one of its words"));
}

TEST(ToxicSpec, IsReadFromAFileWithUnits) {
    const reading good = read_file(R"({"type": "slicer", "stream": "upstream", "toxicity": 0.5,
        "source": "::1", "attributes": {"average_size": "1KiB", "delay": "20us"}})");
    EXPECT_THAT(good.problems, IsEmpty());
    EXPECT_THAT(good.spec.values, ElementsAre(1024, 0, 20));
    EXPECT_EQ(good.spec.name, "slicer_upstream");
    EXPECT_TRUE(good.spec.source->matches(boost::asio::ip::make_address("::1")));
}

TEST(ToxicSpec, NamesTheLineOfWhatIsWrongInAFile) {
    const reading bad = read_file(
        "{\"type\": \"latency\",\n"
        " \"toxcity\": 1,\n"
        " \"attributes\": {\"latency\": 50, \"jiter\": \"5ms\"}}");
    EXPECT_THAT(bad.problems,
                ElementsAre(HasSubstr("links.json:3:28 /attributes/latency: expected a duration"),
                            HasSubstr("links.json:3:32 /attributes/jiter: unknown key \"jiter\"; "
                                      "did you mean \"jitter\"?"),
                            HasSubstr("links.json:2:2 /toxcity: unknown key \"toxcity\"; did you "
                                      "mean \"toxicity\"?")));
    EXPECT_THAT(read_file(R"({"type": "latancy", "attributes": {"latency": "5ms"}})").problems,
                ElementsAre(HasSubstr("did you mean \"latency\"?")));
    EXPECT_THAT(read_file(R"({"type": "latency"})").problems,
                testing::Contains(HasSubstr("required key \"attributes\" is missing")));
}

TEST(ToxicSpec, ShowsAndTakesAttributesInTheUnitsOfToxiproxy) {
    const toxic_spec spec = read_toxic("latency:latency=50ms,jitter=1500us,toxicity=0.2");
    EXPECT_EQ(to_api_json(spec),
              R"({"attributes":{"latency":50,"jitter":1.5},"name":"latency_downstream",)"
              R"("type":"latency","stream":"downstream","toxicity":0.2})");
    std::vector<problem> problems;
    const auto given = json_document::parse("", R"({"jitter": 7})", problems);
    object_reader keys = given.root(problems);
    EXPECT_THAT(read_api_attributes(keys, *spec.kind, spec.values), ElementsAre(50'000, 7'000));
    EXPECT_THAT(problems, IsEmpty());
    const auto wrong = json_document::parse("", R"({"latency": "7", "jiter": 1})", problems);
    object_reader wrong_keys = wrong.root(problems);
    read_api_attributes(wrong_keys, *spec.kind, spec.values);
    EXPECT_EQ(problems.size(), 2U);
}

// Goal: what is written of a toxic is read as that toxic.
TEST(ToxicSpec, IsWrittenAsAFileHasIt) {
    const std::string text = to_file_json(
        read_toxic("latency:latency=50ms,jitter=1500us,toxicity=0.2,source=127.0.0.2"));
    EXPECT_EQ(text, R"({"type":"latency","name":"latency_downstream","stream":"downstream",)"
                    R"("toxicity":0.2,"source":"127.0.0.2",)"
                    R"("attributes":{"latency":"50ms","jitter":"1500us"}})");
    for (const std::string_view given :
         {"bandwidth:rate=16KiB/s", "slicer:average_size=64B,size_variation=32B", "down"}) {
        const std::string written = to_file_json(read_toxic(given));
        std::vector<problem> problems;
        const auto document = json_document::parse("", written, problems);
        object_reader keys = document.root(problems);
        EXPECT_EQ(to_file_json(read_toxic(keys)), written);
        EXPECT_THAT(problems, IsEmpty()) << written;
    }
}

}  // namespace
}  // namespace stormdrain
