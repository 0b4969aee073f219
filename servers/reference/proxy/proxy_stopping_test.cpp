// What a stop does to the two sides of the proxy.

#include "servers/reference/proxy/testing/started_proxy.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <string>

namespace reference {
namespace {

using testing::client;
using ::testing::Contains;
using testing::get_a;
using ::testing::HasSubstr;
using testing::launched_server;
using ::testing::Not;
using testing::reply;
using testing::scripted_origin;
using testing::started_proxy;
using ::testing::StartsWith;

TEST(ProxyStopping, ClosesWhatIsIdleAndCompletesWhatIsNot) {
    scripted_origin origin;
    launched_server proxy =
        started_proxy(origin, {"--drain-deadline", "1min", "--pool-idle-timeout", "1min"});
    client idle(proxy.port());
    ASSERT_TRUE(idle.send(get_a));
    const auto pooled = origin.accept();
    pooled->receive_head();
    client busy(proxy.port());
    ASSERT_TRUE(busy.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nbo"));
    const auto working = origin.accept();
    working->receive_head();
    ASSERT_TRUE(pooled->answer("served"));
    EXPECT_EQ(idle.receive().body, "served");
    EXPECT_EQ(working->receive(2), "bo");

    proxy.signal(SIGTERM);
    ASSERT_TRUE(proxy.wait_for_log("event=stopping"));
    EXPECT_TRUE(idle.ends());
    EXPECT_TRUE(pooled->ends());
    ASSERT_TRUE(busy.send("dy"));
    EXPECT_EQ(working->receive(2), "dy");
    ASSERT_TRUE(working->answer("done"));
    const reply answer = busy.receive();
    EXPECT_EQ(answer.body, "done");
    EXPECT_TRUE(answer.announces_close());
    EXPECT_TRUE(working->ends());
    EXPECT_TRUE(busy.ends());
    EXPECT_EQ(proxy.wait_for_exit(), 0);
    EXPECT_THAT(proxy.log(), HasSubstr("event=drained force_closed=0\n"));
}

TEST(ProxyStopping, ClosesBothSidesAtTheDeadlineWhateverTheyWaitFor) {
    scripted_origin origin;
    launched_server proxy = started_proxy(origin, {"--drain-deadline", "50ms"});
    client waiting(proxy.port());
    ASSERT_TRUE(waiting.send(get_a));
    const auto silent = origin.accept();
    silent->receive_head();
    client uploading(proxy.port());
    ASSERT_TRUE(uploading.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nbo"));
    const auto half_asked = origin.accept();
    half_asked->receive_head();
    client reading(proxy.port());
    ASSERT_TRUE(reading.send(get_a));
    const auto half_said = origin.accept();
    half_said->receive_head();
    ASSERT_TRUE(half_said->send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"));
    EXPECT_EQ(half_asked->receive(2), "bo");

    proxy.signal(SIGTERM);
    EXPECT_EQ(proxy.wait_for_exit(), 0);
    EXPECT_THAT(proxy.log(), HasSubstr("event=drained force_closed=3\n"));
    EXPECT_TRUE(silent->ends());
    EXPECT_TRUE(half_asked->ends());
    EXPECT_TRUE(half_said->ends());
}

TEST(ProxyStopping, HasNothingOpenAtItsExit) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin, {"--drain-deadline", "50ms"});
    if (!proxy.watch_exit()) {
        GTEST_SKIP() << "the kernel does not let us trace it";
    }
    client idle(proxy.port());
    ASSERT_TRUE(idle.send(get_a));
    const auto pooled = origin.accept();
    pooled->receive_head();
    ASSERT_TRUE(pooled->answer("served"));
    EXPECT_EQ(idle.receive().body, "served");
    client waiting(proxy.port());
    ASSERT_TRUE(waiting.send("POST / HTTP/1.1\r\nHost: b.test\r\nContent-Length: 0\r\n\r\n"));
    const auto silent = origin.accept();
    silent->receive_head();
    proxy.signal(SIGTERM);
    EXPECT_THAT(proxy.look_at_exit().descriptors, Not(Contains(StartsWith("socket:"))));
}

}  // namespace
}  // namespace reference
