#pragma once
// Looks for alarm words in a stream of text as it comes: neither a bound of the log file nor a
// read that ends amid a word hides a sanitizer's report.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

class alarm_watch {
public:
    static constexpr std::size_t lines_max = 16;  // one report repeats its words often
    static constexpr std::size_t line_bytes_max = 500;
    // Of a line whose end did not come yet; a longer one is searched piece by piece.
    static constexpr std::size_t pending_bytes_max = 4 * 1024;

    explicit alarm_watch(std::vector<std::string> words);

    void take(std::string_view bytes);
    // The first lines that hold a word, each cut to its first bytes; the unfinished line counts.
    std::vector<std::string> lines() const;

private:
    bool is_alarming(std::string_view text) const;
    void add_to_line(std::string_view piece);
    void end_line();

    std::vector<std::string> words_;
    std::size_t overlap_bytes_ = 0;  // what the longest word can have before a cut
    std::vector<std::string> lines_;
    std::string pending_;        // of the current line
    bool line_is_kept_ = false;  // a piece of the current line was alarming
};

}  // namespace stormdrain
