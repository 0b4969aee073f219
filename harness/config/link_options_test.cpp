#include "harness/config/link_options.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

TEST(LinkOptions, KeepWhatTheyAreGiven) {
    invocation asked;
    EXPECT_EQ(link_options::set_listen(asked, "127.0.0.1:7000"), "");
    EXPECT_EQ(link_options::set_upstream(asked, "127.0.0.1:5432"), "");
    EXPECT_EQ(link_options::set_toxic(asked, "latency:latency=50ms"), "");
    EXPECT_EQ(link_options::set_toxic(asked, "slicer"), "");
    EXPECT_EQ(link_options::set_api(asked, "127.0.0.1:8474"), "");
    EXPECT_EQ(link_options::set_config(asked, "links.json"), "");
    EXPECT_EQ(asked.link_listen, "127.0.0.1:7000");
    EXPECT_EQ(asked.link_upstream, "127.0.0.1:5432");
    EXPECT_THAT(asked.link_toxics, testing::ElementsAre("latency:latency=50ms", "slicer"));
    EXPECT_EQ(asked.link_api, "127.0.0.1:8474");
    EXPECT_EQ(asked.link_config_file, "links.json");
    EXPECT_FALSE(asked.through_link);
    EXPECT_EQ(link_options::set_through(asked, "1"), "");
    EXPECT_TRUE(asked.through_link);
}

TEST(LinkOptions, SayWhatWasExpectedInsteadOfNothing) {
    invocation asked;
    EXPECT_EQ(link_options::set_listen(asked, ""), "an address such as 127.0.0.1:0");
    EXPECT_EQ(link_options::set_upstream(asked, ""), "an address such as 127.0.0.1:5432");
    EXPECT_EQ(link_options::set_toxic(asked, ""),
              "a toxic such as latency:latency=50ms,jitter=5ms");
    EXPECT_EQ(link_options::set_api(asked, ""), "an address such as 127.0.0.1:8474");
    EXPECT_EQ(link_options::set_config(asked, ""), "a file");
}

}  // namespace
}  // namespace stormdrain
