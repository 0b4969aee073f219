#pragma once
// The server's output as a fault: a log that is read slowly, or not at all.

#include "faults/process_fault.hpp"
#include "harness/process/output/output_capture.hpp"

#include <optional>
#include <string_view>

namespace stormdrain {

class log_sink_fault : public process_fault {
public:
    struct options {
        std::string_view kind;
        output_capture::trickle pace;    // no bytes: nothing is read
        std::optional<duration> length;  // empty: until it is released
    };
    explicit log_sink_fault(options wanted)
        : process_fault({wanted.kind, strike_point::serving, {}}), options_(wanted) {}

    bool stands_until_released() const override { return !options_.length; }
    bool disturbs_requests() const override { return true; }

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override;

private:
    options options_;
};

// The key "for".
std::optional<duration> read_length(object_reader& keys);

}  // namespace stormdrain
