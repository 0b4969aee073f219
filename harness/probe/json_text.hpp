#pragma once
// Where things stand in a JSON file with comments, so that a part of it can be replaced while all
// else stays as its author wrote it. Only for texts that the strict reader has accepted.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace stormdrain {

struct text_span {
    std::size_t begin = 0;
    std::size_t end = 0;  // behind the last character
    bool operator==(const text_span&) const = default;
};

struct json_member {
    std::string_view key;  // as written: keys of target files need no escapes
    text_span lead;        // what stands before the key: blanks, comments
    text_span whole;       // key and value
    text_span value;
};

// The root object; empty when there is none.
std::optional<text_span> root_object(std::string_view text);
// Of the object at the span, in their order.
std::vector<json_member> members_of(std::string_view text, text_span object);
// Empty when there is none of that name.
std::optional<json_member> find_member(std::string_view text, text_span object,
                                       std::string_view key);

}  // namespace stormdrain
