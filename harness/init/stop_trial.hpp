#pragma once
// One stop of a server that was just started and serves nobody: which signal ends it, how, how
// fast, and what stays behind.

#include "harness/cycle/run_environment.hpp"
#include "harness/process/census/residue.hpp"
#include "harness/process/exits/exit_status.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace stormdrain {

struct stop_trial {
    int signal = 0;
    std::string failure;              // it did not come to the stop: why
    std::optional<exit_status> exit;  // empty: it went on, and was killed
    duration took{};
    std::size_t survivors_count = 0;  // processes that outlived the started one
    residue_record left;

    bool ended() const { return exit.has_value(); }
};

// Starts the server, waits until it serves as a cycle does, sends the signal and waits for `limit`.
boost::asio::awaitable<stop_trial> try_stop(run_environment& run, const target& server,
                                            std::string folder, int signal, duration limit);

// "SIGTERM: exit 0 after 3.1 ms"
std::string to_text(const stop_trial& seen);

// The first that ends the server: of process managers all send SIGTERM, so it is tried first.
const stop_trial* first_that_ends(std::span<const stop_trial> trials);

}  // namespace stormdrain
