// server_reference and, with a file of servers/defects/ instead of reference_build.cpp, every
// defect build. Exit codes: 0 stopped as asked, 1 could not serve, 2 bad command line.

#include "servers/reference/build.hpp"
#include "servers/reference/event_log.hpp"
#include "servers/reference/options.hpp"
#include "servers/reference/startup_error.hpp"
#include "servers/reference/supervisor.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <string_view>
#include <vector>

namespace {

// With its end the supervisor gives the stop signals their default action back, which is death: one
// that comes now, when all is done, must not change how we exit.
void block_stop_signals() {
    sigset_t stopping;
    sigemptyset(&stopping);
    for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) {
        sigaddset(&stopping, number);
    }
    sigprocmask(SIG_BLOCK, &stopping, nullptr);  // fails only for an invalid "how"
}

int serve(const reference::server_options& options, const reference::server_build& build) {
    const reference::event_log log(STDERR_FILENO);
    const reference::behaviour& conduct = *build.conduct;
    conduct.at_process_start();
    build.serves->prepare();
    boost::asio::io_context context(1);
    reference::supervisor process(context, options, conduct, *build.serves, log);
    std::exception_ptr failure;
    auto ended = [&failure](std::exception_ptr thrown) { failure = std::move(thrown); };
    boost::asio::co_spawn(context, process.run(), std::move(ended));
    context.run();
    block_stop_signals();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return conduct.exit_status();
}

}  // namespace

int main(int argc, char** argv) {
    const reference::server_build build = reference::this_build();
    try {
        const std::vector<std::string_view> arguments(argv + 1, argv + argc);
        const auto more = build.serves->options();
        const reference::server_options options = reference::parse_options(arguments, more);
        switch (options.wanted) {
            case reference::request_kind::help:
                std::cout << reference::help_text(build.program, more);
                return 0;
            case reference::request_kind::version:
                std::cout << build.program << ' ' << STORMDRAIN_VERSION << '\n';
                return 0;
            case reference::request_kind::describe:
                std::cout << reference::to_json(build.defect) << '\n';
                return 0;
            case reference::request_kind::serve:
                return serve(options, build);
        }
    } catch (const reference::usage_error& error) {
        std::cerr << build.program << ": " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << build.program << ": " << error.what() << '\n';
    }
    return 1;
}
