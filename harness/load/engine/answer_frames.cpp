#include "harness/load/engine/answer_frames.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace stormdrain {
namespace {

constexpr unsigned byte_bits = 8;
constexpr std::size_t type_at = 3;
constexpr std::size_t flags_at = 4;
constexpr std::size_t stream_at = 5;

constexpr auto push_promise = static_cast<http2_frame_type>(5);
constexpr auto continuation = static_cast<http2_frame_type>(9);

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

bool has_block(http2_frame_type type) {
    return type == http2_frame_type::headers || type == push_promise || type == continuation;
}

void set_length(std::string& frame, std::size_t length) {
    frame[0] = static_cast<char>(length >> (2 * byte_bits));
    frame[1] = static_cast<char>(length >> byte_bits);
    frame[2] = static_cast<char>(length);
}

}  // namespace

answer_frames::frame_head answer_frames::read(std::string_view bytes) {
    frame_head head;
    head.length = static_cast<std::size_t>(byte_at(bytes, 0)) << (2 * byte_bits) |
                  static_cast<std::size_t>(byte_at(bytes, 1)) << byte_bits | byte_at(bytes, 2);
    head.type = static_cast<http2_frame_type>(byte_at(bytes, 3));
    head.flags = byte_at(bytes, flags_at);
    return head;
}

void answer_frames::restart() {
    known_.table_ended();
    skipped_count_ = 0;
    ended_stream_ = 0;
    left_bytes_ = 0;
    head_bytes_ = 0;
}

bool answer_frames::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        // Most of it goes as it came: up to the next head of an answer.
        std::string_view ahead = bytes;
        while (!ahead.empty()) {
            if (left_bytes_ > 0) {
                const std::size_t taken = std::min(left_bytes_, ahead.size());
                ahead.remove_prefix(taken);
                left_bytes_ -= taken;
                continue;
            }
            if (head_bytes_ > 0 || ahead.size() < http2_frame_head_bytes) {
                break;
            }
            const frame_head head = read(ahead);
            if (has_block(head.type)) {
                break;
            }
            ahead.remove_prefix(http2_frame_head_bytes);
            left_bytes_ = head.length;
        }
        if (!pass(bytes.substr(0, bytes.size() - ahead.size()))) {
            return false;
        }
        bytes = ahead;
        if (bytes.empty()) {
            break;
        }
        const bool is_in_pieces = head_bytes_ > 0 || bytes.size() < http2_frame_head_bytes;
        if (!(is_in_pieces ? take_head_in_pieces(bytes) : take_block(bytes))) {
            return false;
        }
    }
    return true;
}

// What is not known to be another head yet is not to be seen by nghttp2 yet.
bool answer_frames::take_head_in_pieces(std::string_view& bytes) {
    const std::size_t taken = std::min(http2_frame_head_bytes - head_bytes_, bytes.size());
    std::memcpy(head_.data() + head_bytes_, bytes.data(), taken);
    head_bytes_ += taken;
    bytes.remove_prefix(taken);
    if (head_bytes_ < http2_frame_head_bytes) {
        return true;
    }
    head_bytes_ = 0;
    return begin_frame({head_.data(), head_.size()});
}

// The rest of the frame goes as it comes.
bool answer_frames::begin_frame(std::string_view head) {
    const frame_head begun = read(head);
    left_bytes_ = begun.length;
    if (has_block(begun.type)) {
        if (!replay()) {
            return false;
        }
        known_.another_came();
    }
    return pass(head);
}

bool answer_frames::take_block(std::string_view& bytes) {
    const frame_head head = read(bytes);
    const std::size_t whole_bytes = http2_frame_head_bytes + head.length;
    // Without padding or priority, and not to be continued.
    const bool is_lone =
        head.type == http2_frame_type::headers &&
        (head.flags | http2_flag::end_stream) == (http2_flag::end_headers | http2_flag::end_stream);
    if (!is_lone || bytes.size() < whole_bytes) {
        const std::string_view begun = bytes.substr(0, http2_frame_head_bytes);
        bytes.remove_prefix(http2_frame_head_bytes);
        return begin_frame(begun);
    }
    const std::string_view frame = bytes.substr(0, whole_bytes);
    bytes.remove_prefix(whole_bytes);
    return can_skip(frame.substr(http2_frame_head_bytes)) ? pass_short(frame) : pass_whole(frame);
}

bool answer_frames::can_skip(std::string_view block) const {
    return known_.is(block) && (known_.repeats_max() == 0 || ended_stream_ != 0);
}

bool answer_frames::pass_short(std::string_view frame) {
    const std::string& form = known_.short_form();
    made_.assign(frame.substr(0, http2_frame_head_bytes));
    made_ += form;
    set_length(made_, form.size());
    skipped_count_ = std::min(skipped_count_ + 1, known_.repeats_max());
    return taker_.take_frames(made_, frame.size() - made_.size());
}

bool answer_frames::pass_whole(std::string_view frame) {
    if (!replay()) {
        return false;
    }
    known_.another_came();
    const bool is_taken = pass(frame);
    if (const std::optional<http2_answer_head> head = taker_.head_taken(); is_taken && head) {
        known_.remember(frame.substr(http2_frame_head_bytes), *head);
    }
    return is_taken;
}

// A head on a stream that has ended is nobody's, but counts for the table (RFC 9113 section 4.3).
bool answer_frames::replay() {
    if (skipped_count_ == 0) {
        return true;
    }
    made_.assign(http2_frame_head_bytes, '\0');
    set_length(made_, known_.block().size());
    made_[type_at] = static_cast<char>(http2_frame_type::headers);
    made_[flags_at] = static_cast<char>(http2_flag::end_headers);
    for (std::size_t index = 0; index < sizeof(ended_stream_); ++index) {
        made_[stream_at + index] =
            static_cast<char>(ended_stream_ >> (byte_bits * (sizeof(ended_stream_) - 1 - index)));
    }
    made_ += known_.block();
    bool is_taken = true;
    for (; skipped_count_ > 0 && is_taken; --skipped_count_) {
        is_taken = pass(made_);
    }
    return is_taken;
}

}  // namespace stormdrain
