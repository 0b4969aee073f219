// `stormdrain link` as a user and as Toxiproxy's Node client see it.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto start_limit = 10s;
constexpr auto stop_limit = 5s;
constexpr auto install_limit = 60s;
constexpr auto drive_limit = 60s;
constexpr int look_every_ms = 5;

class LinkCommand : public stormdrain_fixture {
protected:
    // Started, with the line that begins with `awaited` in its output.
    void start(std::vector<std::string> arguments, const std::string& awaited) {
        arguments.insert(arguments.begin(), {STORMDRAIN_PROGRAM, "link"});
        link_ = std::make_unique<program>(arguments, file("link"));
        const auto deadline = clock::now() + start_limit;
        while (line(awaited).empty() && clock::now() < deadline) {
            ::poll(nullptr, 0, look_every_ms);
        }
        ASSERT_NE(line(awaited), "") << output();
    }
    std::string output() const { return read_file(file("link")); }
    // What stands behind it on its line; empty while the line is not whole.
    std::string line(const std::string& begin) const {
        const std::string text = "\n" + output();
        const std::size_t at = text.find("\n" + begin);
        const std::size_t end = at == std::string::npos ? at : text.find('\n', at + 1);
        return end == std::string::npos
                   ? ""
                   : text.substr(at + 1 + begin.size(), end - at - 1 - begin.size());
    }
    // "127.0.0.1:4711 -> ..." to 4711.
    int port_of(const std::string& begin) const {
        const std::string text = line(begin);
        const std::size_t colon = text.find(':');
        return colon == std::string::npos ? 0 : std::atoi(text.c_str() + colon + 1);
    }
    void expect_clean_stop(int number) {
        link_->signal(number);
        const std::optional<ending> how = link_->wait(clock::now() + stop_limit);
        ASSERT_TRUE(how) << "it did not stop";
        EXPECT_EQ(how->exit_code, 0) << to_text(*how) << "\n" << output();
    }
    finished refused(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {STORMDRAIN_PROGRAM, "link"});
        finished how = run_program(arguments, file("refused"), start_limit);
        EXPECT_EQ(how.how.exit_code, 2) << how.output;
        return how;
    }

    std::unique_ptr<program> link_;
};

// A listener whose clients wait in its queue, and a client.
class loopback_socket {
public:
    loopback_socket() : number_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    explicit loopback_socket(int number) : number_(number) {}
    loopback_socket(const loopback_socket&) = delete;
    loopback_socket& operator=(const loopback_socket&) = delete;
    ~loopback_socket() { ::close(number_); }

    int listen() {
        sockaddr_in where = loopback(0);
        socklen_t size = sizeof where;
        auto* const generic = reinterpret_cast<sockaddr*>(&where);
        EXPECT_EQ(::bind(number_, generic, size), 0);
        EXPECT_EQ(::listen(number_, 16), 0);
        EXPECT_EQ(::getsockname(number_, generic, &size), 0);
        return ntohs(where.sin_port);
    }
    bool connect(int port) {
        sockaddr_in where = loopback(port);
        return ::connect(number_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0;
    }
    // Whether bytes come, or an end does, within the limit.
    bool is_readable(int limit_ms) const {
        pollfd one{number_, POLLIN, 0};
        return ::poll(&one, 1, limit_ms) == 1;
    }
    int number() const { return number_; }

private:
    static sockaddr_in loopback(int port) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(static_cast<std::uint16_t>(port));
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return where;
    }

    int number_;
};

TEST_F(LinkCommand, SaysItsPortServesAndStopsWithConnectionsOpen) {
    loopback_socket upstream;
    const std::string where = "127.0.0.1:" + std::to_string(upstream.listen());
    for (const int number : {SIGTERM, SIGINT}) {
        start({"--upstream", where, "--seed", "7"}, "link: ");
        EXPECT_THAT(line("link: "), HasSubstr(" -> " + where));
        EXPECT_EQ(line("seed: "), "0x7");
        loopback_socket client;
        ASSERT_TRUE(client.connect(port_of("link: ")));
        ASSERT_EQ(::send(client.number(), "x", 1, MSG_NOSIGNAL), 1);
        ASSERT_TRUE(upstream.is_readable(5'000)) << "the upstream was not dialled";
        const loopback_socket accepted(
            ::accept4(upstream.number(), nullptr, nullptr, SOCK_CLOEXEC));
        ASSERT_TRUE(accepted.is_readable(5'000)) << "nothing was passed on";
        std::array<char, 2> got{};
        EXPECT_EQ(::recv(accepted.number(), got.data(), got.size(), 0), 1);
        EXPECT_EQ(got[0], 'x');
        expect_clean_stop(number);
        EXPECT_TRUE(client.is_readable(5'000)) << "the connection outlived its link";
        EXPECT_TRUE(accepted.is_readable(5'000)) << "the connection outlived its link";
    }
}

TEST_F(LinkCommand, ReadsLinksAndToxicsFromAFile) {
    const std::string config = written("links.json", R"({
        "stormdrain": 1,
        "seed": 3,
        "proxies": [
            {"name": "one", "upstream": "127.0.0.1:1", "toxics": [{"type": "down"}]},
            {"name": "two", "upstream": "127.0.0.1:1", "enabled": false}
        ]})");
    start({"--config", config}, "two: ");
    EXPECT_EQ(line("seed: "), "0x3");
    EXPECT_THAT(line("two: "), HasSubstr("(disabled)"));
    EXPECT_NE(port_of("one: "), 0);
    loopback_socket client;
    client.connect(port_of("one: "));  // it may be reset before this returns
    EXPECT_TRUE(client.is_readable(5'000)) << "the toxic of the file does nothing";
    expect_clean_stop(SIGTERM);
    EXPECT_THAT(output(), HasSubstr("one: down_downstream struck 1 connection, 1 time\n"));
    const finished checked =
        run_program({STORMDRAIN_PROGRAM, "check", config}, file("checked"), start_limit);
    EXPECT_EQ(checked.how.exit_code, 0);
    EXPECT_EQ(checked.output, config + ": good\n");
}

TEST_F(LinkCommand, PointsAtEveryMistakeOfAFile) {
    const std::string config =
        written("links.json",
                "{\"stormdrain\": 1, \"proxies\": [\n"
                "  {\"name\": \"one\", \"upstream\": \"x:1\",\n"
                "   \"toxics\": [{\"type\": \"latency\", \"atributes\": {}}],\n"
                "   \"lisen\": \"127.0.0.1:0\"}]}");
    const finished how = refused({"--config", config});
    EXPECT_THAT(how.output,
                HasSubstr("links.json:3:35 /proxies/0/toxics/0/atributes: unknown key"));
    EXPECT_THAT(how.output, HasSubstr("links.json:4:4 /proxies/0/lisen: unknown key \"lisen\"; did "
                                      "you mean \"listen\"?"));
}

TEST_F(LinkCommand, RefusesWhatItDoesNotUnderstand) {
    EXPECT_THAT(refused({}).output, HasSubstr("needs --upstream, --config or --api"));
    EXPECT_THAT(refused({"--upstream", "5432"}).output,
                HasSubstr("--upstream: expected an address such as 127.0.0.1:5432"));
    EXPECT_THAT(refused({"--upstream", "x:1", "--toxic", "latancy:latency=5ms"}).output,
                HasSubstr("did you mean \"latency\"?"));
    EXPECT_THAT(refused({"--toxic", "down"}).output, HasSubstr("--toxic needs the --upstream"));
    EXPECT_THAT(refused({"--upstream", "x:1", "--toxic", "down", "--toxic", "down"}).output,
                HasSubstr("two are named down_downstream"));
}

// Of the whole catalogue, found by its files: a new toxic is driven, or this fails.
std::vector<std::string> all_toxics() {
    std::vector<std::string> names;
    const std::string folder = std::string(STORMDRAIN_SOURCE_FOLDER) + "/faults/link/toxics";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".cpp") && !name.ends_with("_test.cpp")) {
            names.push_back(name.substr(0, name.size() - 4));
        }
    }
    return names;
}

TEST_F(LinkCommand, IsDrivenByTheClientOfToxiproxyForNode) {
    const std::string npm = NPM_PROGRAM;
    const std::string node = NODE_PROGRAM;
    if (npm.empty() || node.empty()) {
        GTEST_SKIP() << "no npm or no node here";
    }
    const std::string modules = CLIENT_FOLDER;
    if (!std::filesystem::exists(modules + "/node_modules/toxiproxy-node-client")) {
        std::filesystem::create_directories(modules);
        const finished installed =
            run_program({npm, "install", "--prefix", modules, "--no-audit", "--no-fund",
                         "--no-package-lock", "--ignore-scripts", "toxiproxy-node-client@4.1.0"},
                        file("npm"), install_limit);
        if (installed.how.exit_code != 0) {
            GTEST_SKIP() << "the client cannot be installed: " << installed.output;
        }
    }
    start({"--api", "127.0.0.1:0", "--seed", "1"}, "api: ");
    const finished driven = run_program(
        {node, std::string(STORMDRAIN_SOURCE_FOLDER) + "/ci/acceptance/toxiproxy_client.js",
         "http://127.0.0.1:" + std::to_string(port_of("api: ")), modules},
        file("driven"), drive_limit);
    EXPECT_EQ(driven.how.exit_code, 0) << driven.output;
    EXPECT_THAT(driven.output, HasSubstr("ok calls\n"));
    for (const std::string& toxic : all_toxics()) {
        EXPECT_THAT(driven.output, HasSubstr("ok " + toxic + "\n"));
    }
    expect_clean_stop(SIGTERM);
}

}  // namespace
}  // namespace stormdrain::acceptance
