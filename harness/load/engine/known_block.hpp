#pragma once
// The last answer's head that came over HTTP/2, as it was on the wire (RFC 7541), and what can
// stand for it: servers repeat theirs to the byte (but for the second in Date), and to decode one
// costs nghttp2 more than all else that it does for a request. Pure logic.

#include "harness/net/http2/client_session.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace stormdrain {

// What a header block does with the table of what came before (RFC 7541 section 2.3.2).
struct block_kind {
    bool is_whole = false;         // else it is none, or tells of another size of the table
    bool refers_to_table = false;  // it means something else behind other blocks
    std::size_t additions_count = 0;
};
block_kind kind_of_block(std::string_view block);

class known_block {
public:
    // Longer ones are decoded each time.
    static constexpr std::size_t bytes_max = 1024;

    bool is_empty() const { return block_.empty(); }
    bool is(std::string_view block) const { return !block_.empty() && block == block_; }
    // What the same bytes will mean again: of a final head that nghttp2 found nothing wrong with.
    // One that both refers to the table and adds to it is not remembered, for it means something
    // else the next time; nor is one that is short already.
    void remember(std::string_view block, const http2_answer_head& head);
    // Another block has come: it may have changed what this one refers to.
    void another_came();
    // A connection has ended, and its table with it.
    void table_ended();

    const std::string& block() const { return block_; }
    // The status and the length that it announces, as a block that leaves the table as it is.
    const std::string& short_form() const { return short_form_; }
    // Behind so many of it the table looks as behind any more; 0: it adds nothing to it.
    std::size_t repeats_max() const { return repeats_max_; }

private:
    void forget() { block_.clear(); }

    std::string block_;
    std::string short_form_;
    std::size_t repeats_max_ = 0;
    bool refers_to_table_ = false;
};

}  // namespace stormdrain
