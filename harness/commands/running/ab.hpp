#pragma once
// `stormdrain run SUITE --ab TARGET_A TARGET_B`: the cycles of two builds in turns, on the same
// machine in the same minutes, and what differs between them.

#include "harness/commands/program.hpp"
#include "harness/commands/running/cycle_sink.hpp"

#include <array>
#include <iosfwd>
#include <mutex>

namespace stormdrain {

exit_code ab_command(const program& self, const invocation& asked);

// Gives each build's cycles, of the plan of both, to that build's own book.
class ab_book : public cycle_sink {
public:
    struct options {
        std::ostream& out;
        duration heartbeat{};  // zero: without a word meanwhile
        std::uint64_t planned_count = 0;
    };

    ab_book(cycle_sink& a, cycle_sink& b, const options& how);

    outcome add(const cycle_work& work, const cycle_record& record, bool last_attempt) override;
    void tick() override;

private:
    struct build {
        cycle_sink& book;
        std::uint64_t done_count = 0;
        std::uint64_t broken_count = 0;
    };

    std::array<build, 2> builds_;
    options how_;
    std::mutex mutex_;
    time_point said_at_;
};

}  // namespace stormdrain
