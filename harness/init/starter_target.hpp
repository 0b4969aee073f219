#pragma once
// The target file that init writes: what was found of a server that nobody described, each part
// with a comment that says why it is there and how it was seen. Pure.

#include "harness/init/launch_words.hpp"
#include "harness/init/spoken_protocol.hpp"
#include "harness/init/stop_trial.hpp"
#include "harness/plan/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct found_port {
    std::string name;
    std::uint16_t fixed = 0;  // the server's own number; 0: a free one for each cycle
    spoken_protocol speaks = spoken_protocol::silent;
    std::string evidence = {};
    bool own_certificate = false;
    std::uint16_t seen_at = 0;  // in the first start
    std::string address = target_port().address;
};

struct found_route {
    std::string path = "/";
    int status = 200;
};

struct found_server {
    std::string name;
    launch_words launch;         // with the variables of target files
    std::string working_folder;  // empty: a folder of its own each time
    std::vector<found_port> ports;
    std::string main_port;             // where the route was found
    std::optional<found_route> route;  // empty: no port speaks HTTP
    duration until_listening{};
    std::vector<stop_trial> stops;  // in the order of preference; empty: not tried yet
    std::string origin;             // one line: when, with what
    std::string confirm;
};

bool speaks_http(spoken_protocol how);

// Gives those without a name one after what they speak: "http", "https", "tcp", "http_2".
void name_ports(std::vector<found_port>& ports);

// For the first start, when nothing is known yet: the ports are those that placeholders ask for.
target first_target(const launch_words& words, const std::vector<std::string>& asked,
                    const std::string& working_folder, const std::string& file);

std::string target_text(const found_server& found);

// What the file says that was not measured, a sentence each.
std::vector<std::string> assumptions_of(const found_server& found);

}  // namespace stormdrain
