#include "harness/cycle/hang_words.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

thread_facts thread_in(std::string syscall, pid_t number = 1) {
    thread_facts thread;
    thread.thread = number;
    thread.state = 'S';
    thread.syscall = std::move(syscall);
    return thread;
}

TEST(HangWords, NamesTheProgramsOwnFunctionBelowTheCall) {
    const std::vector<stack_group> stacks = {
        {"server",
         {1},
         {"epoll_wait in libc.so.6", "boost::asio::detail::epoll_reactor::run at reactor.ipp:501",
          "reference::server::serve at server.cpp:12", "main at main.cpp:30"}}};
    EXPECT_EQ(describe_place(thread_in("epoll_wait"), stacks),
              "sleeps in epoll_wait below reference::server::serve");
}

TEST(HangWords, SaysNothingOfWhatEveryProgramHas) {
    const std::vector<stack_group> stacks = {
        {"server", {1}, {"epoll_wait in libc.so.6", "uv__io_poll", "main at main.c:3", "_start"}}};
    EXPECT_EQ(describe_place(thread_in("epoll_wait"), stacks), "sleeps in epoll_wait");
}

TEST(HangWords, TakesNoFunctionOfAStaticProgramForItsCaller) {
    const std::vector<stack_group> stacks = {{"server", {1}, {"epoll_wait", "serve", "main"}}};
    EXPECT_EQ(describe_place(thread_in("epoll_wait"), stacks), "sleeps in epoll_wait below serve");
}

TEST(HangWords, NamesTheWayToWhereAThreadRuns) {
    thread_facts running = thread_in("");
    running.state = 'R';
    EXPECT_EQ(describe_place(running, {}), "running");
    const std::vector<stack_group> own = {
        {"server", {1}, {"try_accept", "accept_loop at a.cpp:3", "serve", "outer", "main"}}};
    EXPECT_EQ(describe_place(running, own), "running in try_accept <- accept_loop <- serve");
    const std::vector<stack_group> foreign = {{"server", {1}, {"memcpy in libc.so.6", "main"}}};
    EXPECT_EQ(describe_place(running, foreign), "running in memcpy in libc.so.6");
}

TEST(HangWords, CountsThePlacesAndNamesTheMostFrequent) {
    std::vector<thread_facts> threads;
    for (pid_t number = 1; number <= 6; ++number) {
        threads.push_back(thread_in(number <= 2 ? "futex" : "call" + std::to_string(number)));
    }
    threads.push_back(thread_in(""));
    EXPECT_EQ(describe_places(threads, {}),
              "2 in futex, 1 in an unknown place, 1 in call3, 1 in call4, 2 elsewhere");
}

TEST(HangWords, CountsInEnglish) {
    EXPECT_EQ(count_of(1, "thread"), "1 thread");
    EXPECT_EQ(count_of(0, "thread"), "0 threads");
}

}  // namespace
}  // namespace stormdrain
