#pragma once
// Lines of evidence that several checks show, in the same words everywhere.

#include "harness/cycle/cycle_record.hpp"
#include "harness/plan/contract.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// More lines of one kind say nothing new.
inline constexpr std::size_t evidence_lines_max = 20;

// "at 1.204 s", counted from the start of the cycle; "never".
std::string instant(std::optional<since_start> when);

// "1 descriptor", "3 descriptors"
std::string counted(std::uint64_t count, std::string_view noun);

// "15,423"
std::string grouped(std::uint64_t count);

// "8,357 of 15,423 requests answered, 54.1 %; failed: 7,066 on reused connections, 0 on fresh
// ones", of the requests begun before the stop. Rounded down: 100.0 % is all of them.
std::string answered_share(const request_tally& requests);

// How they failed, a line for the reused connections and one for the fresh ones.
std::vector<std::string> describe_failures(const request_tally& requests);

// Adds the line unless there are evidence_lines_max already.
void add_bounded(std::vector<std::string>& lines, std::string line);

// The first lines; of those left out it says how many.
std::vector<std::string> bounded(std::vector<std::string> lines);

// The stop as it went: trigger, what was held, listener, end, escalations.
// What links did to those in them, a line a link and a line a toxic.
std::vector<std::string> describe_path(const path_record& path);
std::vector<std::string> describe_stop(const cycle_record& record);

// The last lines that the server wrote, each as a line of its own.
std::vector<std::string> last_output(const output_record& output);

// Every fault of the scenario that killed the server, on purpose: what it says is not its doing.
bool was_killed_on_purpose(const cycle_record& record);
// Requests of anybody may have failed, or waited, for a fault's sake.
bool was_disturbed_on_purpose(const cycle_record& record);
// A fault stood in the way of the server's start, on purpose: a taken port.
const fault_record* hindrance_of_start(const cycle_record& record);
// A delivered fault of that kind, or null.
const fault_record* delivered_fault(const cycle_record& record, std::string_view kind);

// When the server ended the connection: its FIN or RST came, or its kernel had let go of the
// socket, which is known earlier, and all there is to see where the client reads nothing.
std::optional<since_start> ended_by_server(const injection& one);

// The server ended, untold or killed on purpose, at that time or a moment later: a process that
// dies closes its connections without a word, and is seen to be dead after that. See exit_status.
bool was_its_death(const cycle_record& record, since_start when);

// A fault took the server's descriptors, and it ended as its contract says (rule R30).
bool ended_at_descriptor_limit(const cycle_record& record, const running_contract& promised);

// When the harness began to force the server's end; whatever happens then is its own doing.
std::optional<since_start> forced_at(const cycle_record& record);

}  // namespace stormdrain
