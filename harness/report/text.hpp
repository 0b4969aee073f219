#pragma once
// What servers write is bytes, not text: before it stands in a report it becomes valid, printable
// UTF-8 of bounded length.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace stormdrain {

// Valid UTF-8 without terminal control sequences: ANSI sequences are dropped; every other control
// character (tab and line feed stay), every invalid byte and every code point that XML 1.0 forbids
// becomes "\xNN". CR LF becomes LF.
std::string printable(std::string_view bytes);

// printable(), in one line: line breaks and tabs become blanks; at most `bytes_max` bytes.
std::string one_line(std::string_view bytes, std::size_t bytes_max);

// The beginning, and how much was left out. Never cuts a UTF-8 sequence in two.
std::string clipped(std::string text, std::size_t bytes_max);

// For element content and for attribute values in double quotes; give attributes one_line() text.
std::string xml_escaped(std::string_view text);

// "2026-11-21T01:30:00", UTC without saying so: what JUnit's readers expect.
std::string utc_text(std::chrono::system_clock::time_point when);

// "0.15 %", "12 %": two significant digits, more would pretend to knowledge that counts do not
// give.
std::string percent(double fraction);

// As one word of a shell's command line; quoted only where it must be.
std::string shell_quoted(std::string_view word);

}  // namespace stormdrain
