#pragma once
// What nghttp2 is given of ours.

#include "harness/load/engine/block_pool.hpp"

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace stormdrain {

// Names and values stay where they are for the whole load.
inline constexpr std::uint8_t uncopied =
    NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;

// The pool outlives the sessions.
inline nghttp2_mem memory_of(block_pool& blocks) {
    return {
        &blocks,
        [](std::size_t bytes, void* pool) { return static_cast<block_pool*>(pool)->take(bytes); },
        [](void* block, void* pool) { static_cast<block_pool*>(pool)->give_back(block); },
        [](std::size_t count, std::size_t bytes, void* pool) {
            void* const block = static_cast<block_pool*>(pool)->take(count * bytes);
            return block == nullptr ? nullptr : std::memset(block, 0, count * bytes);
        },
        [](void* block, std::size_t bytes, void* pool) {
            return static_cast<block_pool*>(pool)->resize(block, bytes);
        }};
}

}  // namespace stormdrain
