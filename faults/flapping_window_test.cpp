#include "faults/tls_fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class FlappingWindow : public tls_fault_fixture {
protected:
    FlappingWindow() {
        held_.let_go = surroundings::release::never;
        tls_ = nullptr;
    }
    surroundings held_;
};

TEST_F(FlappingWindow, ClosesAndOpensAndCloses) {
    const std::unique_ptr<const fault> flapping = make("flapping_window");
    EXPECT_EQ(flapping->holds(), held_condition::slow_reader);
    EXPECT_TRUE(flapping->stands_until_released());
    const injection happened = inject_into(correct_server, *flapping);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("the window was closed 2 times and open in between: "));
    EXPECT_THAT(happened.proof, HasSubstr("behind a zero window probe"));
    EXPECT_EQ(happened.response_status, 200);
    EXPECT_FALSE(happened.response_complete);
}

TEST_F(FlappingWindow, DoesSoOverTlsToo) {
    tls_ = &client_;
    const std::unique_ptr<const fault> flapping = make("flapping_window");
    EXPECT_THAT(inject_into(correct_tls_server(), *flapping), WasDelivered());
}

// Goal: the server goes on, however slowly.
TEST_F(FlappingWindow, ReadsToTheEndWhenItIsLeftAlone) {
    routes_["large"].path = "/bytes/65536";
    const auto flapping = make("flapping_window", R"({"chunk": "1KiB", "every": "1ms"})");
    const injection happened = inject_into(correct_server, *flapping, held_);
    EXPECT_TRUE(happened.response_complete) << happened.proof;
}

TEST_F(FlappingWindow, IsNotDeliveredWhenTheAnswerIsSmall) {
    const auto flapping = make("flapping_window", R"({"route": "small", "every": "1ms"})");
    const injection happened = inject_into(correct_server, *flapping, held_);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("before the window had closed twice"));
    EXPECT_TRUE(happened.response_complete);
}

}  // namespace
}  // namespace stormdrain
