#pragma once
// Descriptors that a sound server takes as it lives: a pool that fills up and stays, or a cache
// that is emptied now and then. Neither is a leak, and to a single look both are.

#include <cstddef>
#include <vector>

namespace reference {

class descriptor_pool {
public:
    // Filled by one a life, up to `size`; emptied before every `flush_every`th life, 0: never.
    descriptor_pool(std::size_t size, std::size_t flush_every)
        : size_(size), flush_every_(flush_every) {}
    descriptor_pool(const descriptor_pool&) = delete;
    descriptor_pool& operator=(const descriptor_pool&) = delete;
    ~descriptor_pool() { flush(); }

    void begin_life();
    std::size_t held_count() const { return held_.size(); }

private:
    void flush();

    std::size_t size_;
    std::size_t flush_every_;
    std::size_t lives_count_ = 0;
    std::vector<int> held_;
};

}  // namespace reference
