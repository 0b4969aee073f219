#include "harness/load/engine/answer_frames.hpp"

#include <gmock/gmock.h>

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Gt;

using fields = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const std::uint8_t* bytes, std::size_t length) {
    return {reinterpret_cast<const char*>(bytes), length};
}

std::string literal(char first, const std::string& name, const std::string& value) {
    return first + std::string(1, static_cast<char>(name.size())) + name +
           static_cast<char>(value.size()) + value;
}

// Decodes as nghttp2's session does.
class decoder final : public frame_taker {
public:
    decoder() { nghttp2_hd_inflate_new(&inflater_); }
    ~decoder() { nghttp2_hd_inflate_del(inflater_); }
    decoder(const decoder&) = delete;
    decoder& operator=(const decoder&) = delete;

    bool take_frames(std::string_view bytes, std::size_t spared_bytes) override {
        given_bytes_ += bytes.size();
        wire_bytes_ += bytes.size() + spared_bytes;
        received_ += bytes;
        head_.reset();
        while (const std::optional<http2_frame> frame = take_frame(received_)) {
            if (frame->type == http2_frame_type::headers) {
                decode(*frame);
            }
        }
        return takes_;
    }
    std::optional<http2_answer_head> head_taken() const override { return head_; }

    answer_frames frames{*this};
    std::vector<fields> heads_;  // of streams that had not ended
    std::size_t given_bytes_ = 0;
    std::size_t wire_bytes_ = 0;
    bool takes_ = true;

private:
    void decode(const http2_frame& frame) {
        fields taken;
        std::string block = frame.payload;
        const auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
        std::size_t left = block.size();
        for (int flags = 0; (flags & NGHTTP2_HD_INFLATE_FINAL) == 0;) {
            nghttp2_nv field{};
            const ssize_t used = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, at, left, 1);
            ASSERT_GE(used, 0) << nghttp2_strerror(static_cast<int>(used));
            at += used;
            left -= static_cast<std::size_t>(used);
            if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
                taken.emplace_back(text_of(field.name, field.namelen),
                                   text_of(field.value, field.valuelen));
            }
        }
        nghttp2_hd_inflate_end_headers(inflater_);
        if (frame.stream <= ended_) {
            return;
        }
        ended_ = frame.stream;
        frames.stream_ended(ended_);
        heads_.push_back(taken);
        head_ = http2_answer_head{200, std::nullopt};
    }

    nghttp2_hd_inflater* inflater_ = nullptr;
    std::string received_;
    std::optional<http2_answer_head> head_;
    http2_stream ended_ = 0;
};

std::string answer(http2_stream stream, std::string block) {
    http2_frame frame;
    frame.type = http2_frame_type::headers;
    frame.flags = http2_flag::end_headers | http2_flag::end_stream;
    frame.stream = stream;
    frame.payload = std::move(block);
    return to_bytes(frame);
}

const std::string status_200 = "\x88";
const fields in_short{{":status", "200"}};

TEST(AnswerFrames, GivesAKnownHeadInItsShortForm) {
    decoder taker;
    const std::string block = status_200 + literal('\x00', "server", "nginx");
    for (http2_stream stream : {1U, 3U, 5U}) {
        EXPECT_TRUE(taker.frames.feed(answer(stream, block)));
    }
    EXPECT_THAT(taker.heads_,
                ElementsAre(fields{{":status", "200"}, {"server", "nginx"}}, in_short, in_short));
    EXPECT_EQ(taker.wire_bytes_, 3 * answer(1, block).size());
}

// Goal: what was spared is given again before anything can refer to it.
TEST(AnswerFrames, LeavesNothingOutThatIsReferredTo) {
    decoder taker;
    const std::string block = status_200 + literal('\x40', "server", "nginx");
    taker.frames.feed(answer(1, status_200 + literal('\x40', "older", "one")));
    for (http2_stream stream : {3U, 5U, 7U}) {
        taker.frames.feed(answer(stream, block));
    }
    EXPECT_EQ(taker.heads_.back(), in_short);
    // The oldest of four: 62 + 3.
    taker.frames.feed(answer(9, status_200 + "\xc1"));
    EXPECT_EQ(taker.heads_.back(), (fields{{":status", "200"}, {"older", "one"}}));
}

TEST(AnswerFrames, IsGivenWhateverItLooksLike) {
    const std::string block = status_200 + literal('\x40', "server", "nginx");
    std::string bytes;
    for (http2_stream stream = 1; stream < 40; stream += 2) {
        http2_frame data;
        data.stream = stream;
        data.payload = std::string(stream, 'x');
        bytes += to_bytes(data) + answer(stream, block);
    }
    for (std::size_t piece = 1; piece < 60; ++piece) {
        decoder taker;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            EXPECT_TRUE(taker.frames.feed(std::string_view(bytes).substr(at, piece)));
        }
        EXPECT_EQ(taker.heads_.size(), 20U) << piece;
    }
}

TEST(AnswerFrames, TakesNoMoreThanItsTaker) {
    decoder taker;
    taker.takes_ = false;
    EXPECT_FALSE(taker.frames.feed(answer(1, status_200)));
    EXPECT_FALSE(taker.frames.feed(to_bytes(settings_frame())));
}

// An encoder of its own mind: it repeats what it has added, and refers to it at any time.
class model_encoder {
public:
    explicit model_encoder(std::uint32_t seed) : random_(seed) {}

    // What has to come of the block, but for known ones.
    std::pair<std::string, fields> next() {
        if (draw(8) != 0 || table_.empty()) {
            if (draw(12) == 0) {
                repeated_ = "v" + std::string(draw(100), 'a') + std::to_string(draw(3));
            }
            add({"name", repeated_});
            return {status_200 + literal('\x40', "name", repeated_),
                    {{":status", "200"}, {"name", repeated_}}};
        }
        const std::size_t index = draw(std::min<std::size_t>(table_.size(), 60));
        return {status_200 + static_cast<char>(0x80 + 62 + index),
                {{":status", "200"}, table_[index]}};
    }

private:
    std::size_t draw(std::size_t count) { return random_() % count; }
    void add(std::pair<std::string, std::string> entry) {
        bytes_ += entry.first.size() + entry.second.size() + 32;
        table_.push_front(std::move(entry));
        while (bytes_ > 4096) {
            bytes_ -= table_.back().first.size() + table_.back().second.size() + 32;
            table_.pop_back();
        }
    }

    std::mt19937 random_;
    std::string repeated_ = "first";
    std::deque<std::pair<std::string, std::string>> table_;
    std::size_t bytes_ = 0;
};

TEST(AnswerFrames, MeansTheSameAsWhatCame) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        decoder taker;
        model_encoder encoder(seed);
        for (http2_stream stream = 1; stream < 2000; stream += 2) {
            const auto [block, meant] = encoder.next();
            ASSERT_TRUE(taker.frames.feed(answer(stream, block)));
            const fields& taken = taker.heads_.back();
            ASSERT_TRUE(taken == meant || taken == in_short) << "seed " << seed;
        }
        EXPECT_THAT(taker.heads_, Contains(in_short).Times(Gt(300)));
    }
}

}  // namespace
}  // namespace stormdrain
