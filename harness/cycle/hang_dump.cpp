#include "harness/cycle/hang_dump.hpp"

#include "harness/base/pause.hpp"
#include "harness/cycle/stop_request.hpp"
#include "harness/net/connector.hpp"
#include "harness/net/http_exchange.hpp"

#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

constexpr duration look_interval = std::chrono::milliseconds(10);
// A runtime prints without pause; what comes later belongs to something else.
constexpr duration quiet_means_done = std::chrono::milliseconds(100);

std::string bytes(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

// What the output grew by, once it grew and is quiet again, or at the deadline.
asio::awaitable<std::uint64_t> growth_of_output(server_session& session, std::uint64_t before,
                                                time_point deadline) {
    std::uint64_t total = before;
    time_point last_growth = clock::now();
    while (clock::now() < deadline &&
           (total == before || clock::now() - last_growth < quiet_means_done)) {
        co_await pause(look_interval);
        const std::uint64_t now = session.output().total_bytes;
        if (now != total) {
            total = now;
            last_growth = clock::now();
        }
        if (!session.running() && total == before) {
            break;
        }
    }
    co_return total - before;
}

asio::awaitable<std::string> dump_to_output(server_session& session, stop_trigger how,
                                            time_point deadline) {
    const std::uint64_t before = session.output().total_bytes;
    const std::string name = to_text(how);
    const std::string failure = co_await request_stop(session, std::move(how), deadline);
    if (!failure.empty()) {
        co_return "runtime dump: " + failure;
    }
    const std::uint64_t count = co_await growth_of_output(session, before, deadline);
    if (count == 0) {
        co_return "runtime dump: " + name + " was sent, and nothing was printed";
    }
    co_return "runtime dump on " + name + ": " + bytes(count) + " in " +
        std::filesystem::path(session.output().path).filename().string() + " from byte " +
        std::to_string(before) + (session.running() ? "" : "; the server ended with it");
}

asio::awaitable<std::string> dump_from_answer(server_session& session, stop_trigger how,
                                              time_point deadline) {
    connection_log log{cycle_clock()};
    connector_table connectors = session.make_connectors(log);
    connector& to = *connectors.find(how.port)->second;
    connect_options options;
    options.purpose = "dump";
    const connect_outcome opened = co_await to.connect(options, deadline);
    if (!opened.connection) {
        co_return "runtime dump: " + to_text(how) + ": " + opened.error.message();
    }
    const rendered_request request =
        render(how.request, to.authority(), connection_use::one_request);
    co_await opened.connection->write(request.text, deadline);  // an error shows in the answer
    std::string answer;
    std::string ended;
    response_parser parser(request.kind);
    std::vector<char> piece(http_exchange::read_bytes_max);
    while (ended.empty() && answer.size() < dump_bytes_max) {
        const transfer read = co_await opened.connection->read_some(piece, deadline);
        const std::string_view came(piece.data(), read.bytes);
        answer += came;
        parser.feed(came);
        if (parser.state() == parse_state::complete) {
            ended = "status " + std::to_string(parser.head().status);
        } else if (read.error) {
            ended = read.error.message();
        }
    }
    opened.connection->close();
    const std::string path = session.folder() + "/hang_dump.txt";
    std::ofstream(path, std::ios::binary) << answer;
    co_return "runtime dump of " + to_text(how) + ": " + bytes(answer.size()) +
        " in hang_dump.txt (" + (ended.empty() ? "too long" : ended) + ")";
}

// What a debugger prints, or whatever the command is.
asio::awaitable<std::string> dump_by_command(server_session& session, stop_trigger how,
                                             time_point deadline) {
    launch_spec spec = session.setup().command_spec(how.argv);
    std::string path = session.folder() + "/hang_dump.txt";
    const command_outcome done =
        co_await run_program(session.launcher(), std::move(spec), path, deadline);
    std::error_code nothing_came;
    const auto size = std::filesystem::file_size(path, nothing_came);
    co_return "dump by " + to_text(how) + ": " +
        (nothing_came ? std::string("nothing was printed")
                      : bytes(static_cast<std::size_t>(size)) + " in hang_dump.txt") +
        (done.failure.empty() ? "" : " (" + done.failure + ")");
}

}  // namespace

asio::awaitable<std::string> ask_for_dump(server_session& session, stop_trigger how,
                                          time_point deadline) {
    if (how.how == stop_trigger::kind::request) {
        co_return co_await dump_from_answer(session, std::move(how), deadline);
    }
    if (how.how == stop_trigger::kind::command) {
        co_return co_await dump_by_command(session, std::move(how), deadline);
    }
    co_return co_await dump_to_output(session, std::move(how), deadline);
}

std::string where_cores_go() {
    std::ifstream file("/proc/sys/kernel/core_pattern");
    std::string pattern;
    std::getline(file, pattern);
    if (pattern.starts_with('|')) {
        return "the kernel pipes it to " + pattern.substr(1);
    }
    const bool absolute = pattern.starts_with('/');
    return pattern + (absolute ? "" : " in the server's working folder");
}

}  // namespace stormdrain
