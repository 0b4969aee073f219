#pragma once
// What an origin answers to a request, by its path: pure.
//   /bytes/N      N bytes
//   /delay/MS     a short body, after that many milliseconds
//   POST /echo    the request's body
//   /websocket    an upgrade, when it asks for one; messages come back
//   anything else a short body

#include "harness/base/time.hpp"
#include "harness/origin/origin_request.hpp"

#include <cstdint>
#include <string>

namespace stormdrain {

struct origin_answer {
    static constexpr std::uint64_t body_bytes_max = std::uint64_t{64} * 1024 * 1024;
    static constexpr duration delay_max = std::chrono::seconds(60);

    std::string head;
    std::string body;
    duration delay{};      // before the first byte
    bool persists = true;  // the connection goes on afterwards
    bool opens_websocket = false;
};

origin_answer answer_to(const origin_request& request);

}  // namespace stormdrain
