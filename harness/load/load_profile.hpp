#pragma once
// What load a scenario asks for: a closed loop of strict clients.

#include "harness/base/time.hpp"

#include <cstdint>
#include <string>

namespace stormdrain {

// What a client does once the stop was triggered.
enum class after_stop {
    keep_sending,  // goes on until the server closes or refuses: a rolling restart under load
    stay_idle,     // finishes its request, then holds the connection open without a word
    close,         // finishes its request, then closes
};

struct load_profile {
    std::string port = "http";
    std::string route = "small";
    std::uint32_t clients_count = 8;
    std::uint32_t requests_per_client = 20;     // until the stop; then see after_stop
    std::uint32_t requests_per_connection = 0;  // 0: keep-alive without a cap; 1: one each
    duration think_time{};                      // between a response and the next request
    after_stop after = after_stop::keep_sending;
    bool operator==(const load_profile&) const = default;
};

}  // namespace stormdrain
