#include "harness/commands/running/target_versions.hpp"

#include "harness/cycle/server_session.hpp"
#include "harness/cycle/stop_request.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>

namespace stormdrain {
namespace {

constexpr duration version_limit = std::chrono::seconds(5);

boost::asio::awaitable<void> ask(const target& server, run_environment& environment,
                                 std::string folder, std::string& answer) {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    const server_session::options chosen{environment, server, nullptr, folder};
    const server_session surroundings(executor, chosen);
    launch_spec spec = surroundings.setup().command_spec(server.version_argv);
    std::string log = folder + "/version-" + server.name + ".log";
    const command_outcome outcome = co_await run_program(
        environment.launcher, std::move(spec), std::move(log), clock::now() + version_limit);
    const std::string first_line = outcome.output.substr(0, outcome.output.find('\n'));
    answer = outcome.failure.empty() ? first_line : "unknown (" + outcome.failure + ")";
}

}  // namespace

std::map<std::string, std::string> ask_versions(
    const std::vector<std::shared_ptr<const target>>& targets, run_environment& environment,
    const std::string& folder) {
    std::map<std::string, std::string> versions;
    for (const std::shared_ptr<const target>& server : targets) {
        if (server->version_argv.empty()) {
            continue;
        }
        boost::asio::io_context context(1);
        std::exception_ptr failure;
        boost::asio::co_spawn(context, ask(*server, environment, folder, versions[server->name]),
                              [&failure](std::exception_ptr ended) { failure = std::move(ended); });
        context.run();
        if (failure) {
            std::rethrow_exception(failure);
        }
    }
    return versions;
}

}  // namespace stormdrain
