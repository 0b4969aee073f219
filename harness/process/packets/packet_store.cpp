#include "harness/process/packets/packet_store.hpp"

#include <utility>

namespace stormdrain {
namespace {

std::size_t size_of(const captured_packet& packet) {
    return packet.bytes.size() + packet_store::overhead_bytes;
}

}  // namespace

void packet_store::add(captured_packet packet) {
    const std::size_t size = size_of(packet);
    first_is_full_ = first_is_full_ || first_bytes_ + size > first_bytes_max;
    if (!first_is_full_) {
        first_bytes_ += size;
        first_.push_back(std::move(packet));
        return;
    }
    last_bytes_ += size;
    last_.push_back(std::move(packet));
    while (last_bytes_ > last_bytes_max) {
        last_bytes_ -= size_of(last_.front());
        last_.pop_front();
        ++left_out_count_;
    }
}

void packet_store::clear() {
    *this = packet_store();
}

}  // namespace stormdrain
