#include "harness/config/attack_options.hpp"

#include <gmock/gmock.h>

#include <array>
#include <vector>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Optional;

attack_order read(std::vector<std::string_view> options) {
    std::vector<std::string_view> words{"attack", "http://h/"};
    words.insert(words.end(), options.begin(), options.end());
    return read_invocation(words, [](const char*) { return nullptr; }).attack;
}

TEST(AttackOptions, HaveDefaults) {
    const attack_order asked = read({});
    EXPECT_EQ(asked.clients_count, 10U);
    EXPECT_EQ(asked.lasts, std::nullopt);
    EXPECT_EQ(asked.requests_count, std::nullopt);
    EXPECT_EQ(asked.rate_per_second, 0);
    EXPECT_FALSE(asked.random_arrivals);
    EXPECT_EQ(asked.upload_bytes, 0U);
    EXPECT_EQ(asked.burst, std::nullopt);
    EXPECT_EQ(asked.ramp, 0s);
    EXPECT_EQ(asked.pipeline_depth, 1U);
    EXPECT_FALSE(asked.speaks_http2);
    EXPECT_EQ(asked.streams_count, 1U);
    EXPECT_FALSE(asked.resumes);
    EXPECT_FALSE(asked.closes);
    EXPECT_EQ(asked.threads_count, 1U);
    EXPECT_EQ(asked.request_timeout, 30s);
    EXPECT_EQ(asked.expected_status, 200);
    EXPECT_EQ(asked.audited_pid, std::nullopt);
    EXPECT_EQ(asked.slow, slow_choice::none);
    EXPECT_EQ(asked.slow_every, 10s);
}

TEST(AttackOptions, AreRead) {
    const attack_order asked = read({"--clients=500", "--duration=5s", "--requests", "1000000",
                                     "--rate=2000/s", "--ramp=3s", "--pipeline=16", "--close",
                                     "--threads=2", "--timeout=1s", "--status=404", "--pid=1234"});
    EXPECT_EQ(asked.clients_count, 500U);
    EXPECT_THAT(asked.lasts, Optional(duration(5s)));
    EXPECT_THAT(asked.requests_count, Optional(1'000'000U));
    EXPECT_EQ(asked.rate_per_second, 2000);
    EXPECT_EQ(asked.ramp, 3s);
    EXPECT_EQ(asked.pipeline_depth, 16U);
    EXPECT_TRUE(asked.closes);
    EXPECT_EQ(asked.threads_count, 2U);
    EXPECT_EQ(asked.request_timeout, 1s);
    EXPECT_EQ(asked.expected_status, 404);
    EXPECT_THAT(asked.audited_pid, Optional(1234U));
    EXPECT_TRUE(read({"--arrivals=random"}).random_arrivals);
    EXPECT_EQ(read({"--upload=64KiB"}).upload_bytes, 65'536U);
    EXPECT_EQ(read({"--rate", "50"}).rate_per_second, 50);
    const attack_order over_http2 = read({"--http2", "--streams=32", "--resume"});
    EXPECT_TRUE(over_http2.speaks_http2);
    EXPECT_EQ(over_http2.streams_count, 32U);
    EXPECT_TRUE(over_http2.resumes);
    EXPECT_EQ(over_http2.tls, tls_choice::openssl);
    EXPECT_EQ(read({"--tls-client=own"}).tls, tls_choice::own);
    EXPECT_EQ(read({"--tls-client", "own-unproven"}).tls, tls_choice::own_unproven);
    EXPECT_THAT(read({"--burst", "100ms"}).burst, Optional(duration(100ms)));
    EXPECT_EQ(read({"--slow=headers"}).slow, slow_choice::headers);
    EXPECT_EQ(read({"--slow=body"}).slow, slow_choice::body);
    EXPECT_EQ(read({"--slow", "reader"}).slow, slow_choice::reader);
    EXPECT_EQ(read({"--every=1s"}).slow_every, 1s);
}

TEST(AttackOptions, AreRefusedWithWhatWasExpected) {
    const std::array<std::string_view, 16> wrong{
        "--clients=0",    "--duration=0s", "--requests=0",  "--rate=fast",
        "--rate=10/min",  "--burst=0s",    "--ramp=3",      "--pipeline=0",
        "--threads=0",    "--timeout=0s",  "--streams=0",   "--status=OK",
        "--arrivals=odd", "--upload=1",    "--upload=2GiB", "--tls-client=own_unproven",
    };
    for (const std::string_view option : wrong) {
        EXPECT_THROW(read({option}), usage_error) << option;
    }
    for (const std::string_view option : {"--pid=0", "--slow=request", "--every=50ms"}) {
        EXPECT_THROW(read({option}), usage_error) << option;
    }
}

}  // namespace
}  // namespace stormdrain
