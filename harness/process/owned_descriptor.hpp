#pragma once
// One file descriptor with one owner. Plain enough for the guard and its keepers, which use no
// Asio.

#include <unistd.h>

#include <utility>

namespace stormdrain {

class owned_descriptor {
public:
    owned_descriptor() = default;
    explicit owned_descriptor(int number) : number_(number) {}
    owned_descriptor(owned_descriptor&& other) noexcept : number_(other.release()) {}
    owned_descriptor& operator=(owned_descriptor&& other) noexcept {
        reset(other.release());
        return *this;
    }
    ~owned_descriptor() { reset(); }

    int get() const { return number_; }
    bool is_open() const { return number_ >= 0; }
    int release() { return std::exchange(number_, -1); }
    void reset(int number = -1) {
        const int previous = std::exchange(number_, number);
        if (previous >= 0) {
            ::close(previous);  // Linux frees the number whatever close(2) returns
        }
    }

private:
    int number_ = -1;
};

}  // namespace stormdrain
