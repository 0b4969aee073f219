#include "harness/config/json_tree.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace stormdrain {

const object_reader::node* object_reader::node::find(std::string_view name) const {
    const auto found = std::ranges::find(
        children, name, [](const auto& child) -> std::string_view { return child->key; });
    return found == children.end() ? nullptr : found->get();
}

const object_reader::node& object_reader::node::root() const {
    const node* top = this;
    while (top->parent != nullptr) {
        top = top->parent;
    }
    return *top;
}

std::string object_reader::node::path() const {
    return parent == nullptr ? "" : parent->path() + pointer_step(key);
}

std::string pointer_step(std::string_view name) {
    std::string step = "/";
    for (const char character : name) {
        if (character == '~') {
            step += "~0";
        } else if (character == '/') {
            step += "~1";
        } else {
            step += character;
        }
    }
    return step;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t shown_bytes_max = 60;
    std::string_view shown = text;
    if (shown.size() > shown_bytes_max) {
        std::size_t end = shown_bytes_max;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
            --end;  // never cut inside a UTF-8 character
        }
        shown = text.substr(0, end);
    }
    std::string result = "\"";
    for (const char character : shown) {
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x",
                          static_cast<unsigned>(static_cast<unsigned char>(character)));
            result += escape.data();
        } else {
            result += character;
        }
    }
    return result + (shown.size() < text.size() ? "...\"" : "\"");
}

std::string described(const object_reader::node& value) {
    using kind = object_reader::value_kind;
    switch (value.kind) {
        case kind::absent:
            return "nothing";
        case kind::null:
            return "null";
        case kind::boolean:
            return value.boolean ? "true" : "false";
        case kind::number:
            return "number " + value.text;
        case kind::text:
            return "text " + in_quotes(value.text);
        case kind::array:
            return value.children.empty() ? "an empty list" : "a list";
        case kind::object:
            return "an object";
    }
    return "nothing";
}

}  // namespace stormdrain
