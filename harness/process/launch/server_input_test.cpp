#include "harness/process/launch/server_input.hpp"

#include "harness/process/launch/launching_fixture.hpp"

#include <fcntl.h>

namespace stormdrain {
namespace {

namespace errc = boost::system::errc;

TEST(ServerInput, BreaksWhenNobodyCanReadIt) {
    server_input input;
    EXPECT_FALSE(input.write("a\n"));
    input.close_read_end();
    EXPECT_EQ(input.write("b\n"), errc::broken_pipe);
    input.close();
    EXPECT_EQ(input.write("c\n"), errc::broken_pipe);
}

TEST(ServerInput, NeverWaits) {
    server_input input;
    const std::string line(server_input::bytes_max, 'x');
    boost::system::error_code error;
    for (int i = 0; i < 1000 && !error; ++i) {  // more than any pipe holds
        error = input.write(line);
    }
    EXPECT_EQ(error, errc::resource_unavailable_try_again);
    EXPECT_EQ(input.write(line + "x"), errc::message_size);
}

class ServerInputOf : public launching_fixture {
protected:
    std::unique_ptr<server_process> launch_with(server_input& input, const std::string& script) {
        launch_descriptors descriptors;
        descriptors.input = input.read_end();
        std::unique_ptr<server_process> made =
            guard_.launch(executor(), shell(script), descriptors);
        return made;
    }
};

TEST_F(ServerInputOf, AServerIsReadByItAlone) {
    server_input first;
    server_input second;
    run([&]() -> boost::asio::awaitable<void> {
        const auto one = launch_with(first, "read -r line; test \"$line\" = quit && cat; exit 5");
        const auto other = launch_with(second, "cat; exit 6");
        EXPECT_FALSE((co_await one->started(test_deadline())).has_value());
        EXPECT_FALSE((co_await other->started(test_deadline())).has_value());
        first.close_read_end();
        second.close_read_end();
        EXPECT_FALSE(first.write("quit\n"));
        // Nobody else holds the write end: neither its keeper nor the other server, which runs on.
        first.close();
        const std::optional<exit_report> ended = co_await one->exited(test_deadline());
        EXPECT_EQ(ended ? to_text(ended->status) : "still there", "exit 5");
        EXPECT_FALSE(other->exit().has_value());
        second.close();
        const std::optional<exit_report> last = co_await other->exited(test_deadline());
        EXPECT_EQ(last ? to_text(last->status) : "still there", "exit 6");
        EXPECT_TRUE(co_await one->end_tree(test_deadline()));
        EXPECT_TRUE(co_await other->end_tree(test_deadline()));
    });
}

}  // namespace
}  // namespace stormdrain
