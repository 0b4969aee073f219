#pragma once
// One line an event on standard error, key=value: what a maintainer greps for after a bad night.
// Nothing is logged per request, so that the log never bounds the throughput.

#include <string_view>

namespace reference {

class event_log {
public:
    explicit event_log(int descriptor) : descriptor_(descriptor) {}
    // "event=<name> <fields>"; a line is one write, so lines of several threads do not mix.
    void write(std::string_view name, std::string_view fields = {}) const;

private:
    int descriptor_;
};

}  // namespace reference
