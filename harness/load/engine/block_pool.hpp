#pragma once
// Small blocks of memory that come and go by the hundred with each batch of requests, as those of
// nghttp2 do. malloc(3) has places at hand for seven of a size; what is beyond them was a tenth of
// a request's time with 100 streams (perf, glibc 2.36). Of one thread: nothing in it is locked.

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace stormdrain {

class block_pool {
public:
    block_pool() = default;
    block_pool(const block_pool&) = delete;
    block_pool& operator=(const block_pool&) = delete;

    // Aligned for anything. Null: there is no memory left. Those that are not given back go with
    // the pool, but for large ones, which are malloc's.
    void* take(std::size_t bytes);
    // Null is nothing.
    void give_back(void* block);
    // Of the same content, as far as both reach; null: as take(), and the block is as it was.
    void* resize(void* block, std::size_t bytes);

private:
    // Ahead of each block.
    struct alignas(std::max_align_t) head {
        std::size_t room_bytes;  // behind it
        head* next_free;
    };

    static constexpr std::size_t step_bytes = 64;
    static constexpr std::size_t steps_count =
        32;  // nghttp2's streams are the largest it has many of
    static constexpr std::size_t slab_bytes = std::size_t{64} * 1024;

    head* carve(std::size_t room_bytes);

    std::array<head*, steps_count> free_{};  // by size, in steps
    std::vector<std::unique_ptr<std::byte[]>> slabs_;
    std::size_t slab_used_bytes_ = slab_bytes;  // of the last one
};

}  // namespace stormdrain
