#pragma once
// A script: what clients say on a raw TCP connection and what they expect to hear, for servers
// whose protocol the harness does not know. One run of it is one request.

#include "harness/base/time.hpp"
#include "harness/net/byte_pattern.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain {

// What has to come next from the server.
struct expectation {
    enum class kind {
        text,     // exactly these bytes
        line,     // begins with `text` and goes on until `until`
        pattern,  // matches a regular expression
        bytes,    // so many of any value
        close,    // no byte more, but the server's FIN
    } how = kind::text;
    std::string text = {};
    std::string until = {};
    byte_pattern pattern = {};
    std::uint64_t bytes_count = 0;  // bytes: all of them; line and pattern: at most
    bool operator==(const expectation&) const = default;
};

struct script_step {
    enum class kind {
        send,
        expect,
        wait,     // the client does nothing for a while
        barrier,  // until all clients of the load are there
        close,    // the client ends the connection: the last step
    } does = kind::send;
    std::string text = {};  // send: the bytes; barrier: its name
    expectation expected = {};
    duration length = {};  // wait
    bool operator==(const script_step&) const = default;
};

struct script {
    std::vector<script_step> opening;  // once on each connection, before its first request
    std::vector<script_step> steps;    // each request
    bool operator==(const script&) const = default;
};

// A client's part and the server's answer to it: all that a script does between an answer and the
// next one. Between two turns nobody owes the other anything.
struct script_turn {
    std::vector<script_step> before;  // send, wait, barrier
    std::vector<expectation> answer;
    bool operator==(const script_turn&) const = default;
};

// A script as it is carried out.
struct script_turns {
    std::vector<script_turn> first;  // of the first request on a connection, with the opening
    std::vector<script_turn> later;
    bool client_closes = false;
};

script_turns turns_of(const script& what);

// All that a turn sends.
std::string text_of(const script_turn& turn);

// Whose text a new connection says first: of the first turn that says anything.
std::size_t first_sending(const std::vector<script_turn>& turns);

}  // namespace stormdrain
