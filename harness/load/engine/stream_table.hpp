#pragma once
// The requests under way on an HTTP/2 connection, as many as there may be at once, in memory that
// is taken once. Answers come in any order; which request is the oldest is known all the same.

#include "harness/load/engine/request_ring.hpp"
#include "harness/net/http2/client_session.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace stormdrain {

struct stream_under_way {
    request_under_way request;
    http2_stream stream = 0;
    http2_answer_head head;
    std::uint64_t response_bytes = 0;
    std::uint64_t body_bytes = 0;             // of the answer
    std::size_t sent_body_bytes = 0;          // of the request
    time_point first_byte_received{};         // zero: none
    bool is_asked = false;                    // its head was put out
    bool is_answered = false;                 // its final head is here
    bool is_whole = false;                    // its answer is
    std::optional<std::uint32_t> reset_code;  // the server's

private:
    friend class stream_table;
    stream_under_way* older = nullptr;
    stream_under_way* newer = nullptr;  // of a free place: the next free one
};

class stream_table {
public:
    explicit stream_table(std::size_t places_count) : places_(places_count) { clear(); }
    stream_table(const stream_table&) = delete;
    stream_table& operator=(const stream_table&) = delete;

    bool is_empty() const { return count_ == 0; }
    bool is_full() const { return count_ == places_.size(); }
    std::size_t size() const { return count_; }
    // To be asked when there is one.
    stream_under_way& oldest() { return *oldest_; }
    const stream_under_way& oldest() const { return *oldest_; }

    // To be called when there is room. The place stays where it is until it is removed.
    stream_under_way& push(const request_under_way& request) {
        stream_under_way& added = *free_;
        free_ = added.newer;
        added = {};
        added.request = request;
        added.older = newest_;
        (newest_ != nullptr ? newest_->newer : oldest_) = &added;
        newest_ = &added;
        ++count_;
        return added;
    }
    void remove(stream_under_way& done) {
        (done.older != nullptr ? done.older->newer : oldest_) = done.newer;
        (done.newer != nullptr ? done.newer->older : newest_) = done.older;
        done.newer = free_;
        free_ = &done;
        --count_;
    }
    void clear() {
        oldest_ = newest_ = free_ = nullptr;
        count_ = 0;
        for (stream_under_way& place : places_) {
            place.newer = free_;
            free_ = &place;
        }
    }

private:
    std::vector<stream_under_way> places_;
    stream_under_way* oldest_ = nullptr;
    stream_under_way* newest_ = nullptr;
    stream_under_way* free_ = nullptr;
    std::size_t count_ = 0;
};

}  // namespace stormdrain
