#include "harness/init/first_start.hpp"

#include "harness/init/init_fixture.hpp"

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FirstStart : public init_fixture {
protected:
    server_sighting seen(std::vector<std::string> argv, duration within = patience) {
        const launch_words words{std::move(argv), {}};
        const target server = first_target(with_variables(words, unnamed_port), asked_ports(words),
                                           "", folder_.file("target.json"));
        server_sighting found;
        run([&]() -> boost::asio::awaitable<void> {
            first_start start(executor(), environment_, server, folder_.file("start"));
            found = co_await start.look(clock::now() + within);
            asked_ = start.asked();
            co_await start.end();
        });
        return found;
    }

    port_numbers asked_;
};

TEST_F(FirstStart, SeesWhereAServerListens) {
    const server_sighting found = seen(reference());
    ASSERT_THAT(found.listeners, SizeIs(1)) << found.output_tail;
    EXPECT_EQ(found.listeners.front().port, asked_.at("port"));
    EXPECT_THAT(found.listeners.front().addresses, ElementsAre("127.0.0.1"));
    EXPECT_GT(found.until_listening, duration{});
    EXPECT_EQ(why_unusable(found, asked_), "");
}

TEST_F(FirstStart, SeesAllPortsOfAServer) {
    const server_sighting found =
        seen(reference({"--https", "127.0.0.1:{port:tls}", "--certificate", "{tls.certificate}",
                        "--key", "{tls.key}"}));
    EXPECT_THAT(found.listeners, SizeIs(2)) << found.output_tail;
    EXPECT_EQ(why_unusable(found, asked_), "");
}

TEST_F(FirstStart, SeesThatAProgramIsNotThere) {
    EXPECT_THAT(seen({"./not-there"}).launch_failure, HasSubstr("No such file"));
}

TEST_F(FirstStart, SeesThatAServerEndsByItself) {
    const server_sighting found = seen(shell("echo no such database; exit 3"));
    ASSERT_TRUE(found.exit.has_value());
    EXPECT_EQ(found.exit->code(), 3);
    EXPECT_THAT(found.survivors, IsEmpty());
    EXPECT_THAT(found.output_tail, HasSubstr("no such database"));
}

TEST_F(FirstStart, SeesThatAServerNeverListens) {
    const server_sighting found = seen(shell("echo waiting; exec sleep 600"), 300ms);
    EXPECT_FALSE(found.exit.has_value());
    EXPECT_THAT(found.listeners, IsEmpty());
    EXPECT_THAT(why_unusable(found, {}), HasSubstr("does not listen"));
}

TEST_F(FirstStart, SeesThatAServerLeavesTheForeground) {
    const std::string program = SERVER_REFERENCE;
    const server_sighting found =
        seen(shell(program + " --http 127.0.0.1:{port} & echo started; exit 0"));
    ASSERT_TRUE(found.exit.has_value());
    EXPECT_THAT(found.survivors, ElementsAre(HasSubstr("server_referenc")));
    EXPECT_THAT(why_unusable(found, asked_), HasSubstr("leaves the foreground"));
}

}  // namespace
}  // namespace stormdrain
