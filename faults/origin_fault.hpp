#pragma once
// What all faults at an origin share: the harness plays it, and what it does to the next requests
// that the proxy sends is all that tells them apart. The load's clients ask; they may see it.

#include "faults/attempt.hpp"
#include "harness/origin/misbehaviour.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

class object_reader;

// The keys that all of them have.
struct origin_aim {
    std::string origin;                // empty: the first
    std::uint32_t requests_count = 1;  // struck one after the other
};
origin_aim read_aim(object_reader& keys);

class origin_fault : public fault {
public:
    origin_fault(origin_aim aim, misbehaviour what);

    held_condition holds() const final { return held_condition::none; }
    strike_point point() const final { return strike_point::origin; }
    std::vector<std::string> needed_routes() const final { return {}; }
    std::optional<std::string> needed_origin() const final { return aim_.origin; }
    boost::asio::awaitable<injection> inject(fault_context& context) const final;

    const misbehaviour& what() const { return what_; }

private:
    boost::asio::awaitable<void> strike(attempt& here) const;

    origin_aim aim_;
    misbehaviour what_;
};

}  // namespace stormdrain
