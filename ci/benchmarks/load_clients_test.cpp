#include "ci/benchmarks/load_clients.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stormdrain::benchmarks {
namespace {

using testing::Contains;
using testing::Optional;

TEST(LoadClients, AreToldWhatToDo) {
    const load_work keeps{"http://127.0.0.1:1/", 100};
    const load_work closes{"http://127.0.0.1:1/", 100, true};
    for (const load_client one :
         {load_client::stormdrain, load_client::wrk, load_client::ab, load_client::hey}) {
        EXPECT_EQ(argv_of(one, "/bin/x", keeps).front(), "/bin/x");
        EXPECT_EQ(argv_of(one, "/bin/x", keeps).back(), keeps.url);
        EXPECT_NE(argv_of(one, "/bin/x", keeps), argv_of(one, "/bin/x", closes)) << name_of(one);
    }
    EXPECT_THAT(argv_of(load_client::wrk, "wrk", closes), Contains("Connection: close"));
    EXPECT_THAT(argv_of(load_client::ab, "ab", keeps), Contains("-k"));
}

TEST(LoadClients, AreReadByWhatTheyPrint) {
    EXPECT_THAT(answered_by(load_client::stormdrain,
                            "requests      20 begun, 20 answered with 200, 0 not, in 1 s\n"),
                Optional(20U));
    EXPECT_EQ(answered_by(load_client::stormdrain,
                          "requests      20 begun, 19 answered with 200, 1 not, in 1 s\n"),
              std::nullopt);
    EXPECT_THAT(answered_by(load_client::wrk, "  240000 requests in 1.00s, 41MB read\n"),
                Optional(240'000U));
    EXPECT_EQ(answered_by(load_client::wrk, "  24 requests in 1.00s\n  Socket errors: read 3\n"),
              std::nullopt);
    EXPECT_THAT(answered_by(load_client::ab,
                            "Complete requests:      20000\n"
                            "Failed requests:        0\n"),
                Optional(20'000U));
    EXPECT_EQ(answered_by(load_client::ab,
                          "Complete requests:      20000\n"
                          "Failed requests:        7\n"),
              std::nullopt);
    EXPECT_THAT(
        answered_by(load_client::hey, "Status code distribution:\n  [200]\t600 responses\n"),
        Optional(600U));
    EXPECT_EQ(answered_by(load_client::hey, "  [200]\t600 responses\nError distribution:\n"),
              std::nullopt);
    EXPECT_EQ(answered_by(load_client::wrk, "unable to connect\n"), std::nullopt);
}

}  // namespace
}  // namespace stormdrain::benchmarks
