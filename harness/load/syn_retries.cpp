#include "harness/load/syn_retries.hpp"

#include <array>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

// Linux 6.5 and later repeat a SYN after 1, 2, 3, 4 and 5 s (tcp_syn_linear_timeouts is 4), then,
// as all did before, each time after twice as long: 1, 3, 7, 15 s.
constexpr std::array<std::chrono::seconds, 7> steps{1s, 2s, 3s, 4s, 5s, 7s, 15s};

// Measured: within 80 ms of the second, and a little more for each try before, since the kernel's
// timer wheel is the coarser the longer it waits.
constexpr duration early_max = 20ms;
constexpr duration late_max = 80ms;

duration begin_of(std::chrono::seconds step) {
    return step - early_max;
}

duration end_of(std::chrono::seconds step) {
    return step + duration(step) / 20 + late_max;
}

}  // namespace

std::vector<syn_retry_step> syn_retry_steps(const latency_histogram& connect_time) {
    std::vector<syn_retry_step> taken;
    for (const std::chrono::seconds step : steps) {
        const std::uint64_t count = connect_time.count_between(begin_of(step), end_of(step));
        if (count > 0) {
            taken.push_back({step, count});
        }
    }
    return taken;
}

std::string and_syn_retries(const latency_histogram& connect_time) {
    const std::vector<syn_retry_step> taken = syn_retry_steps(connect_time);
    if (taken.empty()) {
        return {};
    }
    std::string text = "; SYN retry: of " + std::to_string(connect_time.count()) + " connects";
    for (const syn_retry_step& step : taken) {
        text += step == taken.front() ? " " : ", ";
        text += std::to_string(step.connects_count) + " took about " +
                std::to_string(step.after.count()) + " s";
    }
    return text;
}

}  // namespace stormdrain
