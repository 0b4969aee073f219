#pragma once
// A number that stands for values: equal ones have equal numbers on every machine, and different
// ones practically never. Against chance, not against forgery.

#include "harness/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace stormdrain {

// FNV-1a over 64 bits. Every value is taken with its length, so that neighbours cannot exchange
// bytes.
class digest {
public:
    digest& add(std::string_view bytes);
    digest& add(std::uint64_t number);
    digest& add(double number);  // its bits, as IEEE 754 has them
    digest& add(duration length);

    template <class Value>
    digest& add_optional(const std::optional<Value>& value) {
        add(std::uint64_t{value.has_value()});
        return value ? add(*value) : *this;
    }

    std::uint64_t value() const { return value_; }

private:
    void mix(unsigned char byte);

    std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

}  // namespace stormdrain
