#include "harness/base/pause.hpp"

#include "harness/testing/io_fixture.hpp"

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

class Pause : public io_fixture {};

TEST_F(Pause, LetsAtLeastItsLengthPass) {
    run([]() -> boost::asio::awaitable<void> {
        const time_point began = clock::now();
        co_await pause(5ms);
        EXPECT_GE(clock::now() - began, 5ms);
    });
}

}  // namespace
}  // namespace stormdrain
