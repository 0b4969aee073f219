#include "servers/reference/descriptor_pool.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace reference {

void descriptor_pool::begin_life() {
    ++lives_count_;
    if (flush_every_ > 0 && lives_count_ % flush_every_ == 0) {
        flush();
    }
    if (held_.size() < size_) {
        const int opened = ::eventfd(0, EFD_CLOEXEC);
        if (opened >= 0) {  // out of descriptors, a pool stays as it is
            held_.push_back(opened);
        }
    }
}

void descriptor_pool::flush() {
    for (const int descriptor : held_) {
        ::close(descriptor);
    }
    held_.clear();
}

}  // namespace reference
