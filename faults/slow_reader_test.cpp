#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class SlowReader : public fault_fixture {
protected:
    SlowReader() { held_.let_go = surroundings::release::never; }
    surroundings held_;
};

TEST_F(SlowReader, MakesTheServersWriteBlock) {
    const std::unique_ptr<const fault> slow = make("slow_reader");
    EXPECT_EQ(slow->holds(), held_condition::slow_reader);
    const injection happened = inject_into(correct_server, *slow);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("wait in the server's socket"));
    EXPECT_EQ(happened.response_status, 200);
    EXPECT_FALSE(happened.response_complete);
}

TEST_F(SlowReader, ReadsToTheEndWhenItIsLeftAlone) {
    routes_["large"].path = "/bytes/262144";
    const auto slow = make("slow_reader", R"({"chunk": "16KiB", "every": "5ms"})");
    const injection happened = inject_into(correct_server, *slow, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_TRUE(happened.response_complete);
}

TEST_F(SlowReader, IsNotDeliveredWhenTheAnswerIsSmall) {
    const auto slow = make("slow_reader", R"({"route": "small"})");
    const injection happened = inject_into(correct_server, *slow, held_);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("before the server had to wait"));
    EXPECT_TRUE(happened.response_complete);
}

}  // namespace
}  // namespace stormdrain
