#include "harness/process/output/alarm_watch.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {

alarm_watch::alarm_watch(std::vector<std::string> words) : words_(std::move(words)) {
    std::erase_if(words_, [](const std::string& word) { return word.empty(); });
    for (const std::string& word : words_) {
        overlap_bytes_ = std::max(overlap_bytes_, word.size() - 1);
    }
}

void alarm_watch::take(std::string_view bytes) {
    while (!words_.empty() && !bytes.empty() && lines_.size() < lines_max) {
        const std::size_t end = bytes.find('\n');
        add_to_line(bytes.substr(0, end));
        if (end == std::string_view::npos) {
            return;
        }
        end_line();
        bytes.remove_prefix(end + 1);
    }
}

std::vector<std::string> alarm_watch::lines() const {
    std::vector<std::string> all = lines_;
    if (!line_is_kept_ && all.size() < lines_max && is_alarming(pending_)) {
        all.push_back(pending_.substr(0, line_bytes_max));
    }
    return all;
}

bool alarm_watch::is_alarming(std::string_view text) const {
    return std::ranges::any_of(words_, [text](const std::string& word) {
        return text.find(word) != std::string_view::npos;
    });
}

void alarm_watch::add_to_line(std::string_view piece) {
    while (!piece.empty() && !line_is_kept_) {
        const std::size_t room = pending_bytes_max + overlap_bytes_ - pending_.size();
        pending_.append(piece.substr(0, room));
        piece.remove_prefix(std::min(room, piece.size()));
        if (pending_.size() < pending_bytes_max + overlap_bytes_) {
            return;
        }
        // A long line: what is searched now goes, but for the beginning of a word across the cut.
        const std::size_t searched_bytes = pending_.size() - overlap_bytes_;
        if (is_alarming(pending_)) {
            lines_.push_back(pending_.substr(0, line_bytes_max));
            line_is_kept_ = true;
        }
        pending_.erase(0, searched_bytes);
    }
}

void alarm_watch::end_line() {
    if (!line_is_kept_ && is_alarming(pending_)) {
        lines_.push_back(pending_.substr(0, line_bytes_max));
    }
    pending_.clear();
    line_is_kept_ = false;
}

}  // namespace stormdrain
