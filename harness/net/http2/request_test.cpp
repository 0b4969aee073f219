#include "harness/net/http2/request.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;

TEST(RenderHttp2, LeavesOutWhatMeansAConnection) {
    route what;
    what.method = "POST";
    what.path = "/echo";
    what.body_bytes = 3;
    what.headers = {{"Host", "a.test"}, {"Connection", "upgrade"}, {"X-Kept", "Yes"}};
    const http2_request request = render_http2(what, "127.0.0.1:1", "https");
    EXPECT_THAT(request.fields,
                ElementsAre(header_field{":method", "POST"}, header_field{":scheme", "https"},
                            header_field{":authority", "a.test"}, header_field{":path", "/echo"},
                            header_field{"x-kept", "Yes"}, header_field{"content-length", "3"}));
    ASSERT_TRUE(request.body);
    EXPECT_EQ(request.body->size(), 3U);
}

}  // namespace
}  // namespace stormdrain
