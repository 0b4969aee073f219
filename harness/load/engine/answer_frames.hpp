#pragma once
// What nghttp2 is given of what an HTTP/2 server says: the same frames, but for heads of answers
// that it has decoded already, which come to it in their short form. What of the table of header
// fields (RFC 7541 section 2.3.2) it misses by that it is given again before it needs it. No I/O.

#include "harness/load/engine/known_block.hpp"
#include "harness/net/http2/client_session.hpp"
#include "harness/net/http2/frames.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

// Whoever has nghttp2's session.
class frame_taker {
public:
    // False: it takes no more. `spared_bytes`: so many more were on the wire.
    virtual bool take_frames(std::string_view bytes, std::size_t spared_bytes) = 0;
    // The final head that was in what it took last, if there was one and it was in order.
    virtual std::optional<http2_answer_head> head_taken() const = 0;

protected:
    ~frame_taker() = default;
};

class answer_frames {
public:
    explicit answer_frames(frame_taker& taker) : taker_(taker) {}
    answer_frames(const answer_frames&) = delete;
    answer_frames& operator=(const answer_frames&) = delete;

    // False: the taker took no more.
    bool feed(std::string_view bytes);
    // Nothing more is heard on this stream, so that a head on it would be nobody's.
    void stream_ended(http2_stream stream) { ended_stream_ = stream; }
    // The next bytes are another connection's.
    void restart();

private:
    struct frame_head {
        std::size_t length = 0;
        http2_frame_type type = http2_frame_type::data;
        std::uint8_t flags = 0;
    };
    static frame_head read(std::string_view bytes);

    bool take_head_in_pieces(std::string_view& bytes);
    bool take_block(std::string_view& bytes);
    bool begin_frame(std::string_view head);
    bool can_skip(std::string_view block) const;
    bool pass(std::string_view bytes) { return bytes.empty() || taker_.take_frames(bytes, 0); }
    bool pass_short(std::string_view frame);
    bool pass_whole(std::string_view frame);
    bool replay();

    frame_taker& taker_;
    known_block known_;
    std::size_t skipped_count_ = 0;  // heads that would have added to the table
    http2_stream ended_stream_ = 0;  // 0: none yet
    std::size_t left_bytes_ = 0;     // of the frame that has begun
    std::array<char, http2_frame_head_bytes> head_{};
    std::size_t head_bytes_ = 0;  // of a frame's head that has not come whole
    std::string made_;            // a frame of ours
};

}  // namespace stormdrain
