#pragma once
// What nghttp2 is given of ours.

#include "harness/load/engine/block_pool.hpp"
#include "harness/net/http_request.hpp"

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace stormdrain {

// nghttp2 reads both where they are, through pointers that are not const.
inline nghttp2_nv to_nghttp2(const header_field& field) {
    const auto bytes_of = [](const std::string& text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes_of(field.name), bytes_of(field.value), field.name.size(), field.value.size(),
            NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

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
