#pragma once
// The log of a job on a CI engine is a channel of commands: what a server wrote, or a user named,
// must not be one. Whatever is written through this reads almost as before, and commands nothing.

#include <array>
#include <cstddef>
#include <mutex>
#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

namespace stormdrain {

// Breaks up, with a blank or a repeated sign,
//   ##vso[ ##[ ##teamcity[ ... anywhere in a line (Azure's agent and GitHub's runner look for the
//             first '##[' or '##vso[': Command.cs, ActionCommand.cs)
//   ::        that begins a line, blanks aside (GitHub: ActionCommand.TryParseV2)
//   section_start: section_end: anywhere (GitLab: lib/gitlab/ci/ansi2json)
//   "--- ", "+++ ", "~~~ ", "^^^ " that begin a line (Buildkite's groups)
// Nothing is held back, so a line that is flushed in pieces is safe, too. Thread-safe, as the
// standard streams are.
class guarded_output : public std::streambuf {
public:
    // The stream outlives it.
    explicit guarded_output(std::ostream& out) : out_(out) {}

protected:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* text, std::streamsize count) override;
    int sync() override;

private:
    void put(char character);
    void look_at_beginning(char character);
    void look_at_hashes(char character);
    void look_at_word(char character);
    bool ends_with_section_word() const;
    void begin_line();

    // "section_start", the longest word that is looked for.
    static constexpr std::size_t word_bytes_max = 13;

    std::mutex mutex_;
    std::ostream& out_;
    bool is_at_beginning_ = true;  // of a line: nothing but blanks until now
    char repeated_ = '\0';         // what the line consists of, until now
    std::size_t repeated_count_ = 0;
    std::size_t hashes_count_ = 0;  // those right before, or before the letters behind them
    bool is_in_word_ = false;       // letters behind two of them
    std::array<char, word_bytes_max> last_{};
};

// The same of a text that begins a line.
std::string guarded(std::string_view text);

}  // namespace stormdrain
