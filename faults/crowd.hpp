#pragma once
// An ability that some faults have: their connections are carried out together, where a coroutine
// for each would cost the harness more than the fault costs the server.

#include "faults/fault.hpp"
#include "faults/injection.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>

namespace stormdrain {

// So many connections of one fault, numbered from 0. Each is what inject() makes one of: by the
// same settings, with the same limits and the same proof.
struct crowd {
    fault_context& shared;  // its random source and its on_in_place are nobody's
    std::uint32_t size = 1;
    // Its condition stands; at most once for each injection, right after delivery.
    std::function<void(std::uint32_t number)> on_in_place = {};
    // It is over, and is to happen once more if that is true.
    std::function<bool(std::uint32_t number, injection seen)> on_ended = {};
};

class crowd_fault {
public:
    // Returns when all have ended. As inject(): only cancellation throws, and then nobody else is
    // told of.
    virtual boost::asio::awaitable<void> inject_all(crowd& wanted) const = 0;

protected:
    ~crowd_fault() = default;
};

// Null: each of its connections takes an inject() of its own.
inline const crowd_fault* as_crowd(const fault& what) {
    return dynamic_cast<const crowd_fault*>(&what);
}

}  // namespace stormdrain
