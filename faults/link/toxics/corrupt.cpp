// Flips one bit of one byte in about every `every` bytes. TCP's checksum does not see it: the link
// is an end of both connections, as a broken middlebox is.

#include "faults/link/toxic.hpp"

#include <array>

namespace stormdrain::toxics {

namespace {

constexpr unsigned bits_per_byte = 8;

class corrupt_state : public toxic_state {
public:
    corrupt_state(std::int64_t every_bytes, random_source random)
        : every_bytes_(static_cast<std::uint64_t>(every_bytes)), random_(random), next_(gap()) {}

    void take(piece what, time_point now, outlet& out) override {
        const std::size_t size = what.bytes.size();
        std::uint64_t at = next_;
        for (; at < size; at += 1 + gap()) {
            const auto bit = static_cast<unsigned char>(1U << random_.below(bits_per_byte));
            what.bytes[at] = static_cast<char>(static_cast<unsigned char>(what.bytes[at]) ^ bit);
            out.struck();
        }
        next_ = at - size;
        out.put(std::move(what), now);
    }

private:
    // Bytes that are left alone: every_bytes - 1 on average.
    std::uint64_t gap() { return random_.below(2 * every_bytes_ - 1); }

    std::uint64_t every_bytes_;
    random_source random_;
    std::uint64_t next_;
};

constexpr std::array<attribute, 1> attributes{{
    {.name = "every",
     .measure = attribute::unit::bytes,
     .min = 1,
     .max = toxic_bytes_max,
     .preset = 1000},
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start& start) {
    return std::make_unique<corrupt_state>(values[0], start.random);
}

}  // namespace

extern const toxic_kind corrupt{
    "corrupt", "Single bits of the stream are wrong.", attributes, make, nullptr, toxic_harm::loss};

}  // namespace stormdrain::toxics
