#pragma once
// The parsed file as object_reader sees it, private to config/: a tree of values that know where
// they stand.

#include "harness/config/object_reader.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct json_place {
    int line = 1;
    int column = 1;  // in characters, not bytes
};

struct object_reader::node {
    value_kind kind = value_kind::object;
    json_place where;
    json_place key_where;  // the same as `where` but for members of objects
    std::string key;       // in the parent; "0", "1", ... for elements of a list
    std::string text;      // of a text: its value; of a number: as written
    bool boolean = false;
    double number = 0;
    std::optional<std::int64_t> integer;  // of a whole number that fits
    std::string file;                     // of the root only
    const node* parent = nullptr;
    std::vector<std::unique_ptr<node>> children;

    // Null when there is none of that name.
    const node* find(std::string_view name) const;
    const node& root() const;
    // The JSON pointer (RFC 6901); made when asked, long keys would make every copy long.
    std::string path() const;
};

// "/name" as it stands in a JSON pointer.
std::string pointer_step(std::string_view name);

// What a problem says it got: "number 5", "text \"abc\"", "a list".
std::string described(const object_reader::node& value);

}  // namespace stormdrain
