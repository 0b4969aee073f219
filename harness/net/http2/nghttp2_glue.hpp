#pragma once
// What whoever drives an nghttp2 session of its own needs around it.

#include "harness/net/http_request.hpp"

#include <nghttp2/nghttp2.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace stormdrain::nghttp2_glue {

inline std::string_view view_of(const std::uint8_t* bytes, std::size_t length) {
    return {reinterpret_cast<const char*>(bytes), length};
}

// The callbacks are C's: no exception may pass them.
template <class Step>
int guarded(Step step) {
    try {
        step();
        return 0;
    } catch (const std::exception&) {
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
}

inline void throw_if_no_memory(ssize_t result) {
    if (result == NGHTTP2_ERR_NOMEM) {
        throw std::bad_alloc();
    }
}

// Through pointers that are not const; the flags say whether nghttp2 copies name and value.
inline nghttp2_nv to_nghttp2(const header_field& field, std::uint8_t flags) {
    const auto bytes_of = [](const std::string& text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes_of(field.name), bytes_of(field.value), field.name.size(), field.value.size(),
            flags};
}

inline bool is_answer(const nghttp2_frame_hd& head) {
    return head.type == NGHTTP2_HEADERS || head.type == NGHTTP2_DATA;
}

}  // namespace stormdrain::nghttp2_glue
