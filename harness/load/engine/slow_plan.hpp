#pragma once
// What is asked of slow clients: many of them, each of which hardly does anything.

#include "harness/base/time.hpp"
#include "harness/net/http_request.hpp"
#include "harness/net/socket_address.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

enum class slow_manner {
    headers,  // never ends its request's head
    body,     // sends its request's body a byte at a time
    reader,   // takes its answer a few bytes at a time
};

// "slow headers"
std::string_view to_text(slow_manner manner);

struct slow_plan {
    socket_address remote;
    slow_manner manner = slow_manner::headers;
    std::string opening;           // what each says at once
    std::uint64_t pieces_max = 0;  // bytes that follow one by one; headers: without end
    std::uint32_t clients_count = 1;
    duration every = std::chrono::seconds(10);  // between two bytes, or two sips
    duration clients_ramp{};                    // in which they begin; zero: as fast as they can
    std::vector<socket_address> sources;        // in turn; empty: the kernel chooses
};

// The beginning and the length of a request for the route that is to be made slowly.
slow_plan slow_plan_of(slow_manner manner, const route& what, std::string_view authority);

// Loopback addresses for so many connections to `remote`: empty when one source has ports enough,
// or when there is no more than one.
std::vector<socket_address> sources_for(std::uint32_t clients_count, const socket_address& remote);

}  // namespace stormdrain
