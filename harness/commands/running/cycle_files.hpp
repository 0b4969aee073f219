#pragma once
// What a run leaves of a cycle beside its evidence, where the user asks for it: its timeline, and
// its packets.

#include "harness/commands/program.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/cycle_runner.hpp"

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace stormdrain {

struct cycle_files {
    // Of all captures of a run: a night in which everything is red must not fill the disk. What
    // comes later has none.
    static constexpr std::uint64_t packets_bytes_max = std::uint64_t{2} * 1024 * 1024 * 1024;

    bool trace = false;
    bool packets = false;
    bool of_every_cycle = false;  // not only of failed ones
    // Written until now, by all workers; null: it is not counted.
    std::shared_ptr<std::atomic<std::uint64_t>> packets_bytes = {};

    bool any() const { return trace || packets; }
};

// What is asked for and possible; says so where packets cannot be captured. Of a replay all cycles
// are wanted: whoever asks for them by number means to look at them.
cycle_files wanted_files(const program& self, const invocation& asked);

// Writes them into the folder, which is made: trace.json and traffic.pcapng. `suffix` tells the
// cycles of one folder apart: "-17". Throws environment_error.
boost::asio::awaitable<void> write_cycle_files(const cycle_files& wanted, cycle_runner& runner,
                                               const cycle_record& record, std::string folder,
                                               std::string suffix);

}  // namespace stormdrain
