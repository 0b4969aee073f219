#include "faults/link/api_server.hpp"

#include "faults/link/link_fixture.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class ApiServer : public link_fixture {
protected:
    static tcp::endpoint local(int port) {
        return {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)};
    }
    // The whole answer to "GET /proxies" or the like.
    asio::awaitable<std::string> ask(tcp::endpoint where, std::string request, std::string body) {
        tcp::socket client = co_await connect(where);
        std::string text = request + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        co_await say(client, std::move(text));
        heard answer = co_await listen_to(client);
        EXPECT_EQ(answer.end, asio::error::eof);
        co_return std::move(answer.bytes);
    }
    // The port of a new link.
    asio::awaitable<int> created(tcp::endpoint where, std::string name, std::uint16_t upstream) {
        std::string body = R"({"name": ")" + name + R"(", "upstream": "127.0.0.1:)";
        body += std::to_string(upstream) + "\"}";
        const std::string answer = co_await ask(where, "POST /proxies", std::move(body));
        constexpr std::string_view listen = "\"listen\":\"127.0.0.1:";
        const std::size_t at = answer.find(listen);
        EXPECT_NE(at, std::string::npos) << answer;
        co_return at == std::string::npos ? 0 : std::stoi(answer.substr(at + listen.size()));
    }
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

// Of all sockets of this process on that local port.
std::vector<int> descriptors_on_port(std::uint16_t port) {
    std::vector<int> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int descriptor = std::stoi(entry.path().filename().string());
        sockaddr_in where{};
        socklen_t size = sizeof(where);
        if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&where), &size) == 0 &&
            where.sin_family == AF_INET && ntohs(where.sin_port) == port) {
            found.push_back(descriptor);
        }
    }
    return found;
}

TEST_F(ApiServer, LeavesNoSocketOpenInProgramsThatAreStartedLater) {
    serve_for([this](tcp::endpoint where) -> asio::awaitable<void> {
        tcp::socket client = co_await connect(where);
        std::string request = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
        co_await say(client, std::move(request));
        std::array<char, 16> first{};
        const auto into = asio::buffer(first);
        co_await client.async_read_some(into, asio::use_awaitable);  // it was accepted
        const std::vector<int> ours = descriptors_on_port(where.port());
        EXPECT_EQ(ours.size(), 2U) << "the listener, and what it accepted";
        for (const int descriptor : ours) {
            EXPECT_NE(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0);
        }
    });
}

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

// Seen elsewhere: a dial that hangs, or a client that reads nothing, and the API is dead.
TEST_F(ApiServer, AnswersWhileADialHangsAndAClientReadsNothing) {
    serve_for([&](tcp::endpoint where) -> asio::awaitable<void> {
        full_listener full(executor());
        co_await fill(full);
        scripted_peer flood(executor(), [&](tcp::socket socket) -> asio::awaitable<void> {
            const std::string page(32 * 1024 * 1024, 'x');
            co_await before(soon(), asio::async_write(socket, asio::buffer(page), asio::deferred));
        });
        const int hanging = co_await created(where, "hanging", full.port());
        const int flooding = co_await created(where, "flooding", flood.where().port);
        const std::string latency = R"({"type": "latency", "attributes": {"latency": 5}})";
        co_await ask(where, "POST /proxies/flooding/toxics", latency);
        tcp::socket dialling = co_await connect(local(hanging));
        tcp::socket stalled = co_await connect(local(flooding));
        co_await pause(std::chrono::milliseconds(100));
        const std::string removed =
            co_await ask(where, "DELETE /proxies/flooding/toxics/latency_downstream", "");
        EXPECT_THAT(removed, StartsWith("HTTP/1.1 204 "));
        const std::string deleted = co_await ask(where, "DELETE /proxies/hanging", "");
        EXPECT_THAT(deleted, StartsWith("HTTP/1.1 204 "));
        const std::string all = co_await ask(where, "GET /proxies", "");
        EXPECT_THAT(all, HasSubstr("flooding"));
        co_await ask(where, "DELETE /proxies/flooding", "");
        co_await flood.stop();
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
