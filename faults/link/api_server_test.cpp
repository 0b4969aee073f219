#include "faults/link/api_server.hpp"

#include "faults/link/link_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class ApiServer : public link_fixture {
protected:
    // Serves while the client's part is played.
    void serve_for(const std::function<asio::awaitable<void>(tcp::endpoint)>& play) {
        run([&]() -> asio::awaitable<void> {
            link_set links(executor(), 1);
            link_api api(links, "2.12.0");
            api_server server(executor(), api);
            EXPECT_FALSE(server.listen({"localhost", 0}));
            task_group tasks(executor());
            tasks.spawn(server.serve());
            co_await play(server.where());
            tasks.cancel();
            co_await tasks.join();
        });
    }
};

TEST_F(ApiServer, AnswersOneRequestAfterTheOtherOnOneConnection) {
    serve_for([&](tcp::endpoint where) -> asio::awaitable<void> {
        tcp::socket client = co_await connect(where);
        co_await say(client, "GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
        const std::string first = co_await read_until(client, "}\n");
        EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
        EXPECT_THAT(first, EndsWith("\r\n\r\n{\"version\": \"2.12.0\"}\n"));
        co_await say(client,
                     "POST /proxies HTTP/1.1\r\nHost: x\r\nContent-Length: 34\r\n"
                     "Connection: close\r\n\r\n{\"name\": \"one\", \"upstream\": \"x:1\"}");
        const heard second = co_await listen_to(client);
        EXPECT_EQ(second.end, asio::error::eof);
        EXPECT_THAT(second.bytes, StartsWith("HTTP/1.1 201 Created\r\n"));
        EXPECT_THAT(second.bytes, HasSubstr("Content-Type: application/json\r\n"));
    });
}

TEST_F(ApiServer, AnswersOthersWhileAClientSendsNothing) {
    serve_for([&](tcp::endpoint where) -> asio::awaitable<void> {
        tcp::socket silent = co_await connect(where);
        co_await say(silent, "GET /proxies HT");
        tcp::socket client = co_await connect(where);
        co_await say(client, "GET /proxies HTTP/1.1\r\nHost: x\r\n\r\n");
        const std::string answer = co_await read_until(client, "{}");
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    });
}

TEST_F(ApiServer, RefusesBodiesThatNoClientSends) {
    serve_for([&](tcp::endpoint where) -> asio::awaitable<void> {
        tcp::socket client = co_await connect(where);
        co_await say(client,
                     "POST /populate HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
        const heard answer = co_await listen_to(client);
        EXPECT_EQ(answer.bytes, "");
        EXPECT_EQ(answer.end, asio::error::eof);
    });
}

TEST_F(ApiServer, SaysThatItsPortIsTaken) {
    run([&]() -> asio::awaitable<void> {
        const tcp::acceptor taken(executor(), {asio::ip::address_v4::loopback(), 0});
        link_set links(executor(), 1);
        link_api api(links, "2.12.0");
        api_server server(executor(), api);
        EXPECT_EQ(server.listen({"127.0.0.1", taken.local_endpoint().port()}),
                  asio::error::address_in_use);
        co_return;
    });
}

}  // namespace
}  // namespace stormdrain
