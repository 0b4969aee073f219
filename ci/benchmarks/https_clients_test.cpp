#include "ci/benchmarks/https_clients.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stormdrain::benchmarks {
namespace {

using testing::ElementsAre;

TEST(HttpsClients, AreToldToDoTheSameWork) {
    const https_work work{https_load::handshakes, "4433", 50, 1'500};
    EXPECT_THAT(argv_of(https_client::wrk, "/bin", work),
                ElementsAre("wrk", "-t1", "-c50", "-d1s", "-H", "Connection: close",
                            "https://127.0.0.1:4433/small"));
    EXPECT_THAT(argv_of(https_client::own_session, "/b", work),
                ElementsAre("/b/tls_storm", "own", "handshakes", "4433", "50", "1500"));
    EXPECT_THAT(argv_of(https_client::stormdrain, "/b", work),
                ElementsAre("/b/stormdrain", "attack", "https://127.0.0.1:4433/small", "--clients",
                            "50", "--requests", "1500", "--progress", "none", "--close"));
    EXPECT_THAT(
        argv_of(https_client::stormdrain_own, "/b", work),
        ElementsAre("/b/stormdrain", "attack", "https://127.0.0.1:4433/small", "--clients", "50",
                    "--requests", "1500", "--progress", "none", "--close", "--tls-client=own"));
    const https_work kept{https_load::keep_alive, "4433", 100, 9};
    EXPECT_THAT(argv_of(https_client::wrk, "", kept),
                ElementsAre("wrk", "-t1", "-c100", "-d1s", "https://127.0.0.1:4433/small"));
    EXPECT_THAT(argv_of(https_client::openssl_session, "/b", kept),
                ElementsAre("/b/tls_storm", "openssl", "keep_alive", "4433", "100", "9"));
}

TEST(HttpsClients, SayHowManyRequestsWereAnsweredUnlessSomeWereNot) {
    EXPECT_EQ(answers_in(https_client::wrk, "  2348 requests in 1.04s, 355.41KB read\n"), 2'348U);
    EXPECT_EQ(answers_in(https_client::wrk,
                         "  2348 requests in 1.04s\n  Socket errors: connect 1, read 0\n"),
              std::nullopt);
    EXPECT_EQ(answers_in(https_client::own_session, "50 full handshakes, 0 resumed, 9 answers\n"),
              9U);
    EXPECT_EQ(answers_in(https_client::own_session, "1 full handshakes, 39 resumed, 40 answers\n"),
              std::nullopt)
        << "a resumed handshake costs half";
    const std::string attack =
        "requests      20 begun, 20 answered with 200, 0 not, in 1 s\n"
        "handshake     2 full, ";
    EXPECT_EQ(answers_in(https_client::stormdrain, attack + "0 resumed: p50 1 ms\n"), 20U);
    EXPECT_EQ(answers_in(https_client::stormdrain_own, attack + "0 resumed: p50 1 ms\n"), 20U);
    EXPECT_EQ(answers_in(https_client::stormdrain, attack + "1 resumed: p50 1 ms\n"), std::nullopt);
    EXPECT_EQ(answers_in(https_client::own_session, "tls_storm: connect: refused\n"), std::nullopt);
}

}  // namespace
}  // namespace stormdrain::benchmarks
