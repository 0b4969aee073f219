#include "harness/process/census/census_codec.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stormdrain {
namespace {

process_facts some_facts() {
    process_facts facts;
    facts.pid = 4711;
    facts.parent = 12;
    facts.command = "a (server)";
    facts.program = "/usr/sbin/a server";
    facts.state = 'S';
    facts.threads_count = 3;
    facts.resident_bytes = 12'345'678;
    facts.cpu_time = std::chrono::microseconds(1500);
    descriptor file;
    file.number = 2;
    file.kind = descriptor_kind::file;
    file.target = "/var/log/a b";
    descriptor socket;
    socket.number = 17;
    socket.kind = descriptor_kind::tcp_socket;
    socket.inode = 99;
    socket.target = "socket:[99]";
    socket.tcp = tcp_socket_facts{};
    socket.tcp->local = {"127.0.0.1", 8080};
    socket.tcp->remote = {"::1", 40112};
    socket.tcp->state = tcp_state::close_wait;
    socket.tcp->receive_queue_bytes = 1;
    socket.tcp->send_queue_bytes = 2;
    socket.tcp->inode = 99;
    socket.tcp->timer = tcp_timer::zero_window_probe;
    socket.tcp->retransmits_count = 3;
    socket.tcp->received_bytes = 4;
    socket.tcp->acknowledged_bytes = 5;
    socket.tcp->since_received = std::chrono::milliseconds(6);
    facts.descriptors = {file, socket};
    facts.descriptors_readable = false;
    return facts;
}

TEST(CensusCodec, BringsFactsBackAsTheyWere) {
    EXPECT_EQ(decode_process_facts(encode(some_facts())), some_facts());
    EXPECT_EQ(decode_process_facts(encode(process_facts{})), process_facts{});
}

TEST(CensusCodec, RefusesBytesThatAreNotWhole) {
    const std::string bytes = encode(some_facts());
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_FALSE(decode_process_facts(bytes.substr(0, length))) << length;
    }
    EXPECT_FALSE(decode_process_facts(bytes + "x"));
}

}  // namespace
}  // namespace stormdrain
