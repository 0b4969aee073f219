#include "harness/process/stacks/frame_name.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(FrameName, LeavesOutParametersAndTemplateArguments) {
    EXPECT_EQ(readable_name("_ZN5boost4asio6detail9scheduler3runERNS_6system10error_codeE"),
              "boost::asio::detail::scheduler::run");
    // std::vector<int, std::allocator<int> >::push_back(int const&)
    EXPECT_EQ(readable_name("_ZNSt6vectorIiSaIiEE9push_backERKi"), "std::vector::push_back");
    // reference::server::port() const
    EXPECT_EQ(readable_name("_ZNK9reference6server4portEv"), "reference::server::port");
}

TEST(FrameName, LeavesOutTheReturnTypeOfTemplates) {
    // void std::sort<int*>(int*, int*)
    EXPECT_EQ(readable_name("_ZSt4sortIPiEvT_S1_"), "std::sort");
}

TEST(FrameName, LeavesOutTheNamelessNamespace) {
    // reference::(anonymous namespace)::notified_latch::wait_for_notification()
    EXPECT_EQ(readable_name("_ZN9reference12_GLOBAL__N_114notified_latch21wait_for_notificationEv"),
              "reference::notified_latch::wait_for_notification");
}

TEST(FrameName, KeepsLambdasAndWhatTheyAreIn) {
    // run(int)::{lambda()#1}::operator()() const
    EXPECT_EQ(readable_name("_ZZ3runiENKUlvE_clEv"), "run::{lambda#1}::operator()");
    // server::stop() const::{lambda()#2}::operator()() const
    EXPECT_EQ(readable_name("_ZZNK6server4stopEvENKUlvE0_clEv"),
              "server::stop::{lambda#2}::operator()");
}

TEST(FrameName, KeepsOperators) {
    EXPECT_EQ(readable_name("_Znwm"), "operator new");
    EXPECT_EQ(readable_name("_ZN4lockcvbEv"), "lock::operator bool");
    EXPECT_EQ(readable_name("_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc"),
              "std::operator<<");
    EXPECT_EQ(readable_name("_ZNK5queueltERKS_"), "queue::operator<");
    EXPECT_EQ(readable_name("_ZN3ptrptEv"), "ptr::operator->");
    EXPECT_EQ(readable_name("_ZN3setanERKS_"), "set::operator&");
}

TEST(FrameName, LeavesOutWhatTheCompilerAndTheLinkerAdd) {
    EXPECT_EQ(readable_name("epoll_wait@@GLIBC_2.3.2"), "epoll_wait");
    EXPECT_EQ(readable_name("worker_loop.constprop.0"), "worker_loop");
    EXPECT_EQ(readable_name("worker_loop.part.3.cold"), "worker_loop");
    EXPECT_EQ(readable_name("_ZN6server4stopEv.cold"), "server::stop");
    EXPECT_EQ(readable_name("_ZN6server4stopEv.actor"), "server::stop");
}

TEST(FrameName, LeavesNamesOfOtherLanguagesReadable) {
    EXPECT_EQ(readable_name("main"), "main");
    EXPECT_EQ(readable_name("main.main"), "main.main");
    EXPECT_EQ(readable_name("net/http.(*Server).Serve"), "net/http.(*Server).Serve");
    EXPECT_EQ(readable_name("_ZN4park4park17h0123456789abcdefE"), "park::park");
    EXPECT_EQ(readable_name("_Znot a mangled name"), "_Znot a mangled name");
    EXPECT_EQ(readable_name(""), "");
}

TEST(FrameName, ShortensNamesAsTheyStandInTheSource) {
    EXPECT_EQ(
        readable_source_name("std::condition_variable::wait<latch::all_ended()::<lambda()> >"),
        "std::condition_variable::wait");
    EXPECT_EQ(readable_source_name("serve"), "serve");
}

TEST(FrameName, CutsWhatNoLineCouldHold) {
    const std::string name = readable_name(std::string(500, 'a') + "_end");
    EXPECT_EQ(name.size(), frame_name_length_max);
    EXPECT_TRUE(name.starts_with("...aaa"));
    EXPECT_TRUE(name.ends_with("a_end"));
}

}  // namespace
}  // namespace stormdrain
