// launch_storm BALLAST_MB COUNT
//
// Starts /bin/true COUNT times through the guard, then by posix_spawn(3), from a process that has
// touched BALLAST_MB of memory. Prints the CPU that one takes, all processes together, in
// microseconds: "guard 910 spawn 620". For ci/benchmark cycle.

#include "harness/process/launch/guard.hpp"
#include "harness/process/launch/launch_spec.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern char** environ;  // environ(7)

namespace stormdrain {
namespace {

namespace asio = boost::asio;

constexpr const char* program = "/bin/true";
constexpr auto launch_limit = std::chrono::seconds(10);

double us_of(const rusage& used) {
    constexpr double us_a_second = 1e6;
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * us_a_second +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

// Of this process and of its children that were waited for.
double cpu_us() {
    rusage self{};
    rusage children{};
    ::getrusage(RUSAGE_SELF, &self);  // neither can fail: all arguments are right (getrusage(2))
    ::getrusage(RUSAGE_CHILDREN, &children);
    return us_of(self) + us_of(children);
}

asio::awaitable<void> launch_all(guard& launcher, int count) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    launch_spec spec;
    spec.argv = {program};
    const launch_descriptors none;
    for (int number = 0; number < count; ++number) {
        const std::unique_ptr<server_process> one = launcher.launch(executor, spec, none);
        const auto exit = co_await one->exited(clock::now() + launch_limit);
        const bool ended = co_await one->end_tree(clock::now() + launch_limit);
        if (!exit || !ended) {
            throw std::runtime_error(std::string(program) + " did not end");
        }
    }
}

void launch_by_guard(int count) {
    guard launcher;
    asio::io_context context(1);
    std::exception_ptr failure;
    asio::co_spawn(context, launch_all(launcher, count),
                   [&failure](std::exception_ptr ended) { failure = std::move(ended); });
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void spawn(int count) {
    std::string name = program;
    char* argv[] = {name.data(), nullptr};
    for (int number = 0; number < count; ++number) {
        pid_t pid = -1;
        int status = 0;
        if (::posix_spawn(&pid, program, nullptr, nullptr, argv, environ) != 0 ||
            ::waitpid(pid, &status, 0) != pid) {
            throw std::runtime_error(std::string("cannot run ") + program);
        }
    }
}

template <class Work>
double cpu_us_of_one(Work work, int count) {
    const double before = cpu_us();
    work(count);
    return (cpu_us() - before) / count;
}

int measure(std::size_t ballast_mb, int count) {
    constexpr std::size_t bytes_a_mb = 1024 * 1024;
    const std::vector<char> ballast(ballast_mb * bytes_a_mb, 'x');
    const double by_guard = cpu_us_of_one(launch_by_guard, count);
    const double by_spawn = cpu_us_of_one(spawn, count);
    std::printf("guard %.1f spawn %.1f\n", by_guard, by_spawn);
    return ballast.size() == ballast_mb * bytes_a_mb ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace stormdrain

int main(int argc, char** argv) {
    const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    if (arguments.size() == 2 && std::string_view(arguments[1]) == stormdrain::guard_argument) {
        return stormdrain::guard_main();
    }
    if (arguments.size() != 3) {
        std::fputs("usage: launch_storm BALLAST_MB COUNT\n", stderr);
        return 2;
    }
    try {
        return stormdrain::measure(std::strtoull(arguments[1], nullptr, 10),
                                   std::max(std::atoi(arguments[2]), 1));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "launch_storm: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
