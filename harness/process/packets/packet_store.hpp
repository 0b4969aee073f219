#pragma once
// Packets of one capture, bounded: how it began and how it ended. A cycle that went wrong is looked
// at for its end, and what came first says what the end is about.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace stormdrain {

struct captured_packet {
    std::chrono::nanoseconds at{};  // since 1970, UTC
    std::uint32_t wire_bytes = 0;
    std::string bytes;  // from the link layer's header on; fewer than on the wire when it was cut
    bool operator==(const captured_packet&) const = default;
};

class packet_store {
public:
    // Together 16 MiB a kept cycle: at most 320 MiB a scenario, and a file that a viewer opens in
    // seconds.
    static constexpr std::size_t first_bytes_max = std::size_t{4} * 1024 * 1024;
    static constexpr std::size_t last_bytes_max = std::size_t{12} * 1024 * 1024;
    // What a packet takes beside its bytes: a flood of empty segments is bounded, too.
    static constexpr std::size_t overhead_bytes = 64;

    void add(captured_packet packet);
    void clear();

    const std::vector<captured_packet>& first() const { return first_; }
    // Those that came later, oldest first.
    const std::deque<captured_packet>& last() const { return last_; }
    // Of those that came between them.
    std::uint64_t left_out_count() const { return left_out_count_; }
    std::uint64_t count() const { return first_.size() + last_.size() + left_out_count_; }

private:
    std::vector<captured_packet> first_;
    std::deque<captured_packet> last_;
    std::size_t first_bytes_ = 0;
    std::size_t last_bytes_ = 0;
    bool first_is_full_ = false;
    std::uint64_t left_out_count_ = 0;
};

}  // namespace stormdrain
