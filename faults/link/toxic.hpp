#pragma once
// A kind of misbehaviour of the path between two programs. One file each: `toxics/latency.cpp`
// defines
//     extern const toxic_kind latency;
// and is found by name as the toxic type "latency". A toxic_state is what it knows of one direction
// of one connection. It does no I/O and reads no clock: it is told what comes in and what time it
// is, and says what leaves and when.

#include "faults/link/outlet.hpp"
#include "faults/link/piece.hpp"
#include "harness/base/seed.hpp"
#include "harness/base/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace stormdrain {

class toxic_state {
public:
    virtual ~toxic_state() = default;
    // Comes after the last end, too: bytes that nobody may see any more.
    virtual void take(piece what, time_point now, outlet& out) = 0;
    // When it has something to do without being sent anything; max: never.
    virtual time_point acts_at() const { return time_point::max(); }
    virtual void act(time_point /*now*/, outlet& /*out*/) {}
    // Its settings change: what it counted so far goes on.
    virtual void follows(const toxic_state& /*before*/) {}
    // What comes behind the bytes that it holds when it is taken off.
    virtual std::optional<piece> farewell() const { return std::nullopt; }
};

// One setting. In the HTTP API it is a plain number in its unit, as Toxiproxy has it; in files and
// on the command line a quantity with a unit ("50ms").
struct attribute {
    enum class unit { milliseconds, microseconds, bytes, kilobytes_per_second, count, word };
    std::string_view name;
    unit measure = unit::count;
    std::int64_t min = 0;  // all three in its unit
    std::int64_t max = 0;
    std::int64_t preset = 0;
    std::span<const std::string_view> words = {};  // of unit::word; the value is the index
    // Without it the toxic would do nothing: files and command lines have to say it.
    enum class need { optional, required } is = need::optional;
};

// In the order of the kind's attributes, and exact: times in microseconds, rates in bytes a second.
using attribute_values = std::vector<std::int64_t>;

// How many of what attribute_values count make one of the attribute's unit.
constexpr std::int64_t exact_per(attribute::unit measure) {
    return measure == attribute::unit::milliseconds ||
                   measure == attribute::unit::kilobytes_per_second
               ? 1000
               : 1;
}

// What a state is born with.
struct toxic_start {
    random_source random;  // of this toxic on this connection
    time_point now;
};

// What becomes of a connection before its upstream is dialled.
struct dial_change {
    duration delay{};
    enum class fate { dialled, reset } upstream = fate::dialled;
};

// What befalls a connection that it strikes and no server can help.
enum class toxic_harm {
    none,     // at worst everything comes later
    slow,     // so slowly that the far end is a slow client, or a slow origin
    silence,  // nothing comes any more, and nobody is told
    loss,     // bytes, or the connection, are lost or wrong
};

struct toxic_kind {
    std::string_view name;     // equals the file's
    std::string_view summary;  // one sentence: what the two programs see
    std::span<const attribute> attributes;
    // Null: nothing happens to what flows.
    std::unique_ptr<toxic_state> (*make)(const attribute_values& values, const toxic_start& start);
    // Null: the upstream is dialled at once.
    dial_change (*before_dial)(const attribute_values& values) = nullptr;
    toxic_harm harm = toxic_harm::none;
    // The most by which it makes something come later; null: nothing does, or nobody can tell.
    duration (*delay_max)(const attribute_values& values) = nullptr;
};

// Every toxic there is, by file name; made by CMake.
std::span<const toxic_kind* const> toxic_catalogue();
// Null when there is none of that name.
const toxic_kind* find_toxic(std::string_view name);

// Longer than any test of a program waits.
inline constexpr std::int64_t toxic_milliseconds_max = 24LL * 60 * 60 * 1000;
inline constexpr std::int64_t toxic_bytes_max = 1LL << 40;

}  // namespace stormdrain
