#pragma once
// What of a finding is the same whenever the defect behind it shows: texts for its fingerprint.
// They hold no address, offset, number of a process, port or descriptor, no count and no time, and
// where what is seen depends on the instant of looking, only what does not.

#include "harness/checks/finding.hpp"
#include "harness/checks/held_sockets.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/hang_record.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// Its cause, where its threads stand in functions of the program's own, and the connection that it
// is stuck in.
std::vector<std::string> traits_of(const hang_record& hang);

// The same of a stop that did not come to its end. Where it shows event loops that wait and no
// connection, which is what every idle server looks like, what was done to the server is added.
std::vector<std::string> traits_of_hanging_stop(const cycle_record& record);

// The state that most of the sockets are in.
std::vector<std::string> traits_of(std::span<const held_socket> sockets);

// "fault half_close: CLOSE_WAIT, closed by the client": the role of the other end, the state of the
// server's, and what the other end did.
std::string trait_of(const held_socket& socket);

// What was done to the server, of findings that nothing else tells apart: the kinds of faults with
// their points, and the stop with its moment.
std::vector<std::string> traits_of(const cycle_record& record);

// Where connections fare differently it is chance how many fare how: what befell most of them is
// the same each time. Of equally many the first in the order of the alphabet. Empty: there is none.
std::string most_frequent(const std::vector<std::string>& texts);

// The text without its numbers: "request # failed", at most trait_bytes_max of it.
std::string without_numbers(std::string_view text);
inline constexpr std::size_t trait_bytes_max = 160;

// The same judgement; its failures are told from others of their check by these.
judgement identified_by(judgement what, std::vector<std::string> traits);

}  // namespace stormdrain
