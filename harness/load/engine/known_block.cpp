#include "harness/load/engine/known_block.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace stormdrain {
namespace {

// RFC 7541 appendix A.
constexpr std::size_t static_entries_count = 61;
// SETTINGS_HEADER_TABLE_SIZE that no client of ours changes, and what an entry takes at least
// (RFC 7541 section 4.1).
constexpr std::size_t table_bytes = 4096;
constexpr std::size_t entry_bytes_min = 32;

// RFC 7541 section 5.1, beginning in the low `bits` of the first byte. None: it does not end there,
// or is larger than anything that a block holds.
std::optional<std::size_t> take_number(std::string_view& block, unsigned bits) {
    constexpr unsigned group_bits = 7;
    constexpr unsigned shift_max = 2 * group_bits;
    constexpr std::uint8_t more = 0x80;
    const std::size_t mask = (std::size_t{1} << bits) - 1;
    if (block.empty()) {
        return std::nullopt;
    }
    std::size_t number = static_cast<std::uint8_t>(block.front()) & mask;
    block.remove_prefix(1);
    for (unsigned shift = 0; number >= mask; shift += group_bits) {
        if (block.empty() || shift > shift_max) {
            return std::nullopt;
        }
        const auto group = static_cast<std::uint8_t>(block.front());
        block.remove_prefix(1);
        number += static_cast<std::size_t>(group & (more - 1U)) << shift;
        if ((group & more) == 0) {
            break;
        }
    }
    return number;
}

bool skip_text(std::string_view& block) {
    constexpr unsigned length_bits = 7;
    const std::optional<std::size_t> bytes = take_number(block, length_bits);
    if (!bytes || *bytes > block.size()) {
        return false;
    }
    block.remove_prefix(*bytes);
    return true;
}

// Of one field's name and value by the index of its name, which is 0 for a name in letters.
bool skip_field(std::string_view& block, std::size_t name) {
    return (name != 0 || skip_text(block)) && skip_text(block);
}

// As an entry of the static table, where there is one, or as a literal without indexing that is
// named by it (RFC 7541 sections 6.1 and 6.2.2).
std::string block_of_status(int status) {
    constexpr std::array<int, 7> in_table{200, 204, 206, 304, 400, 404, 500};
    constexpr std::uint8_t first_in_table = 0x80 + 8;
    constexpr char name_in_table = 8;
    const auto found = std::ranges::find(in_table, status);
    if (found != in_table.end()) {
        return {static_cast<char>(first_in_table + (found - in_table.begin()))};
    }
    const std::string text = std::to_string(status);
    return std::string{name_in_table, static_cast<char>(text.size())} + text;
}

std::string short_form_of(const http2_answer_head& head) {
    std::string form = block_of_status(head.status);
    if (head.content_length) {
        form += "\x0f\x0d";  // 28: content-length
        const std::string length = std::to_string(*head.content_length);
        form += static_cast<char>(length.size());
        form += length;
    }
    return form;
}

}  // namespace

block_kind kind_of_block(std::string_view block) {
    constexpr std::uint8_t indexed = 0x80;
    constexpr std::uint8_t added = 0x40;
    constexpr std::uint8_t table_size = 0x20;
    constexpr unsigned index_bits = 7;
    constexpr unsigned added_bits = 6;
    constexpr unsigned unadded_bits = 4;
    block_kind kind;
    while (!block.empty()) {
        const auto first = static_cast<std::uint8_t>(block.front());
        const bool is_indexed = (first & indexed) != 0;
        const bool is_added = !is_indexed && (first & added) != 0;
        if (!is_indexed && !is_added && (first & table_size) != 0) {
            return {};
        }
        const std::optional<std::size_t> index = take_number(block, is_indexed ? index_bits
                                                                    : is_added ? added_bits
                                                                               : unadded_bits);
        if (!index || (!is_indexed && !skip_field(block, *index))) {
            return {};
        }
        kind.refers_to_table = kind.refers_to_table || *index > static_entries_count;
        kind.additions_count += is_added ? 1 : 0;
    }
    kind.is_whole = true;
    return kind;
}

void known_block::remember(std::string_view block, const http2_answer_head& head) {
    forget();
    if (block.empty() || block.size() > bytes_max) {
        return;
    }
    const block_kind kind = kind_of_block(block);
    if (!kind.is_whole || (kind.refers_to_table && kind.additions_count > 0)) {
        return;
    }
    short_form_ = short_form_of(head);
    if (short_form_.size() >= block.size()) {
        return;
    }
    block_ = block;
    refers_to_table_ = kind.refers_to_table;
    repeats_max_ =
        kind.additions_count == 0 ? 0 : table_bytes / (entry_bytes_min * kind.additions_count) + 1;
}

void known_block::another_came() {
    if (refers_to_table_) {
        forget();
    }
}

void known_block::table_ended() {
    another_came();
}

}  // namespace stormdrain
