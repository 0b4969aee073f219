#include "harness/load/engine/block_pool.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace stormdrain {

void* block_pool::take(std::size_t bytes) {
    const std::size_t step = (std::max(bytes, std::size_t{1}) - 1) / step_bytes;
    if (step >= steps_count) {
        void* const memory = std::malloc(sizeof(head) + bytes);
        return memory == nullptr ? nullptr : new (memory) head{bytes, nullptr} + 1;
    }
    head*& first = free_[step];
    if (first == nullptr) {
        head* const made = carve((step + 1) * step_bytes);
        return made == nullptr ? nullptr : made + 1;
    }
    head* const taken = first;
    first = taken->next_free;
    return taken + 1;
}

block_pool::head* block_pool::carve(std::size_t room_bytes) {
    const std::size_t needed = sizeof(head) + room_bytes;
    if (slab_bytes - slab_used_bytes_ < needed) {
        std::unique_ptr<std::byte[]> slab(new (std::nothrow) std::byte[slab_bytes]);
        if (!slab) {
            return nullptr;
        }
        slabs_.push_back(std::move(slab));
        slab_used_bytes_ = 0;
    }
    std::byte* const memory = slabs_.back().get() + slab_used_bytes_;
    slab_used_bytes_ += needed;
    return new (memory) head{room_bytes, nullptr};
}

void block_pool::give_back(void* block) {
    if (block == nullptr) {
        return;
    }
    head* const given = static_cast<head*>(block) - 1;
    if (given->room_bytes > steps_count * step_bytes) {
        std::free(given);
        return;
    }
    head*& first = free_[given->room_bytes / step_bytes - 1];
    given->next_free = first;
    first = given;
}

void* block_pool::resize(void* block, std::size_t bytes) {
    const std::size_t room = block == nullptr ? 0 : (static_cast<head*>(block) - 1)->room_bytes;
    if (block != nullptr && bytes <= room) {
        return block;
    }
    void* const larger = take(bytes);
    if (larger != nullptr && block != nullptr) {
        std::memcpy(larger, block, room);
        give_back(block);
    }
    return larger;
}

}  // namespace stormdrain
