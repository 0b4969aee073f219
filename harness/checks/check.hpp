#pragma once
// A check: a pure function from cycle records to findings. One file each: `checks/orphan_process
// .cpp` defines `extern const check orphan_process`, whose name is the finding's id. No socket, no
// clock, no Asio: what must never be wrong is the easiest to test.

#include "harness/checks/finding.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/plan/contract.hpp"
#include "harness/plan/expectations.hpp"
#include "harness/plan/known_finding.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

// What the target promised for the scenario's stop mode.
struct promises {
    contract at_stop;
    running_contract while_running;
    expectations expected;             // of the scenario
    std::vector<known_finding> known;  // expected to be broken in the scenario
    bool in_process = false;
};

// The rest points of the cycles that ran in one process, oldest first: what a leak over restarts
// shows in. Only counts are kept, so that a night of cycles stays small.
struct rest_point {
    std::uint32_t cycle = 0;
    std::uint32_t process_number = 0;
    std::vector<std::pair<descriptor_kind, std::uint32_t>> counts;  // kinds in use, ascending
    std::uint32_t threads_count = 0;
    std::uint64_t resident_bytes = 0;
};

rest_point rest_point_of(const cycle_record& record);

struct check {
    std::string_view name;     // the finding's id
    std::string_view summary;  // one sentence for `explain` and reports
    // What it needs of the machine's timing: a cycle whose harness was starved is not judged by it,
    // and one whose server was starved is not held against the server, unless the check looks at
    // that itself.
    enum class timing { sensitive, looks_at_server, insensitive } starvation = timing::insensitive;
    // Whether it can say anything of a server that never got ready.
    enum class subject { started_server, any_server } needs = subject::started_server;
    // Whether it judges by what clients held at the stop: then a cycle in which that did not stand
    // any more, or not yet, is not judged by it.
    enum class relation { none, to_held_states } depends = relation::none;
    judgement (*examine)(const cycle_record& record, const promises& promised);
    // Over the rest points of one process so far; null: it looks at single cycles only.
    judgement (*examine_series)(std::span<const rest_point> points) = nullptr;
};

// Every check there is, by file name; made by CMake.
std::span<const check* const> check_catalogue();
const check* find_check(std::string_view name);

// Why the CPU that the server did not get forbids to hold anything against it; empty: it got it.
std::string why_server_starved(const cycle_record& record);

// The common rules around examine(): a cycle whose harness failed is judged by nobody, a starved
// one not by timing-sensitive checks (verdict rule R22), one whose held states did not stand at the
// stop not by those that depend on them, and nothing passes when a fault of the scenario never
// reached the server.
judgement judge(const check& with, const cycle_record& record, const promises& promised);
// By every check, in the order of the catalogue.
std::vector<judgement> judge_all(const cycle_record& record, const promises& promised);

// The other's findings beside the first's; whichever was judged counts.
judgement joined(judgement first, judgement second);

}  // namespace stormdrain
