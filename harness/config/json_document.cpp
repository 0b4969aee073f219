// Text to tree. nlohmann's SAX interface checks the grammar; positions come from a second walk over
// the same text in step with its events, because nlohmann 3.11 tells none.

#include "harness/config/json_tree.hpp"
#include "harness/config/quantity.hpp"
#include "harness/config/text_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace stormdrain {
namespace {

using node = object_reader::node;
using value_kind = object_reader::value_kind;

// Deeper files are mistakes, and every later walk may recurse.
constexpr std::size_t depth_max = 64;
constexpr std::size_t members_max = 10'000;

// Steps through the tokens of a text that the parser accepted so far.
class token_walker {
public:
    explicit token_walker(std::string_view text) : text_(text) {}

    // Moves behind the next token and tells where it began. Each SAX event is exactly one token;
    // commas and colons are skipped like blanks.
    json_place next() {
        skip_between_tokens();
        const json_place start = place_;
        const std::size_t begin = offset_;
        const char first = peek();
        step();
        if (first == '"') {
            skip_string();
        } else if (std::string_view("{}[]").find(first) == std::string_view::npos) {
            while (std::string_view(",:]}/ \t\r\n").find(peek()) == std::string_view::npos) {
                step();
            }
        }
        last_token_ = text_.substr(begin, offset_ - begin);
        return start;
    }

    std::string_view last_token() const { return last_token_; }

    // The place of a byte that is not before the last token.
    json_place place_of(std::size_t offset) {
        while (offset_ < std::min(offset, text_.size())) {
            step();
        }
        return place_;
    }

private:
    char peek() const { return offset_ < text_.size() ? text_[offset_] : ','; }

    void step() {
        if (offset_ >= text_.size()) {
            return;
        }
        const auto byte = static_cast<unsigned char>(text_[offset_++]);
        if (byte == '\n') {
            ++place_.line;
            place_.column = 1;
        } else if ((byte & 0xc0U) != 0x80U) {  // UTF-8 continuation bytes are no characters
            ++place_.column;
        }
    }

    void skip_string() {
        while (offset_ < text_.size() && peek() != '"') {
            if (peek() == '\\') {
                step();
            }
            step();
        }
        step();
    }

    void skip_between_tokens() {
        while (offset_ < text_.size()) {
            const std::string_view rest = text_.substr(offset_);
            if (rest.starts_with("//")) {
                skip_until("\n");
            } else if (rest.starts_with("/*")) {
                skip_until("*/");
            } else if (std::string_view(",: \t\r\n").find(rest[0]) != std::string_view::npos) {
                step();
            } else {
                return;
            }
        }
    }

    void skip_until(std::string_view mark) {
        step();
        step();
        while (offset_ < text_.size() && !text_.substr(offset_).starts_with(mark)) {
            step();
        }
        for (std::size_t count = 0; count < mark.size(); ++count) {
            step();
        }
    }

    std::string_view text_;
    std::string_view last_token_;
    std::size_t offset_ = 0;
    json_place place_;
};

// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ...; last
// read: '...'; expected ..." without what we say better, and without raw bytes of the file.
std::string plain_message(std::string_view what) {
    const std::size_t syntax = what.find("syntax error");
    what.remove_prefix(syntax == std::string_view::npos ? what.find("] ") + 2 : syntax);
    const std::size_t last_read = what.find("; last read: '");
    if (last_read == std::string_view::npos) {
        return std::string(what);
    }
    const std::size_t expected = what.rfind("'; expected ");
    const std::string_view rest =
        expected == std::string_view::npos ? "" : what.substr(expected + 1);
    return std::string(what.substr(0, last_read)) + std::string(rest);
}

class tree_builder final : public nlohmann::json_sax<nlohmann::json> {
public:
    tree_builder(std::string_view text, node& root, std::vector<problem>& problems)
        : text_(text), walker_(text), root_(root), problems_(problems) {}

    bool null() override { return add(value_kind::null) != nullptr; }
    bool boolean(bool value) override {
        node* const added = add(value_kind::boolean);
        return added != nullptr && (added->boolean = value, true);
    }
    bool number_integer(number_integer_t value) override {
        return add_number(static_cast<double>(value), value);
    }
    bool number_unsigned(number_unsigned_t value) override {
        const bool fits = std::in_range<std::int64_t>(value);
        return add_number(static_cast<double>(value),
                          fits ? std::optional(static_cast<std::int64_t>(value)) : std::nullopt);
    }
    bool number_float(number_float_t value, const string_t& /*written*/) override {
        return add_number(value, {});
    }
    bool string(string_t& value) override {
        node* const added = add(value_kind::text);
        return added != nullptr && (added->text = std::move(value), true);
    }
    bool binary(binary_t& /*value*/) override { return false; }  // not in JSON text

    bool start_object(std::size_t /*unknown*/) override { return open(value_kind::object); }
    bool start_array(std::size_t /*unknown*/) override { return open(value_kind::array); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        frame& innermost = open_.back();
        key_where_ = walker_.next();
        key_ = std::move(name);
        const bool is_new = innermost.keys.insert(key_).second;
        if (!is_new) {
            note(key_where_, innermost.what->path() + pointer_step(key_),
                 "key " + in_quotes(key_) + " appears twice in this object");
        }
        return true;
    }

    bool parse_error(std::size_t position, const std::string& last_token,
                     const nlohmann::detail::exception& error) override {
        const std::string message = plain_message(error.what());
        if (message.find("unexpected string literal") != std::string::npos ||
            message.find("unexpected number literal") != std::string::npos) {
            note(walker_.next(), "", "not JSON: " + message);  // the position is the token's end
            return false;
        }
        // The last byte read is the culprit, or the end of the file.
        const std::size_t culprit = std::min(position == 0 ? 0 : position - 1, text_.size());
        const std::size_t before = text_.substr(0, culprit).find_last_not_of(" \t\r\n");
        const bool closes = last_token.ends_with(']') || last_token.ends_with('}');
        if (closes && before != std::string_view::npos && text_[before] == ',') {
            note(walker_.place_of(before), "",
                 std::string("expected another entry after this comma, got '") + last_token.back() +
                     "'");
            return false;
        }
        note(walker_.place_of(culprit), "", "not JSON: " + message);
        return false;
    }

private:
    struct frame {
        node* what;
        std::unordered_set<std::string> keys;
    };

    void note(json_place where, std::string path, std::string message) {
        problems_.push_back(
            {root_.file, where.line, where.column, std::move(path), std::move(message)});
    }

    node* add(value_kind kind) {
        const json_place where = walker_.next();
        if (open_.empty()) {
            root_.kind = kind;
            root_.where = root_.key_where = where;
            return &root_;
        }
        node& parent = *open_.back().what;
        if (parent.children.size() >= members_max) {
            note(where, parent.path(),
                 "expected at most " + std::to_string(members_max) + " entries");
            return nullptr;
        }
        auto child = std::make_unique<node>();
        const bool in_list = parent.kind == value_kind::array;
        child->kind = kind;
        child->where = where;
        child->key_where = in_list ? where : key_where_;
        child->key = in_list ? std::to_string(parent.children.size()) : std::move(key_);
        child->parent = &parent;
        parent.children.push_back(std::move(child));
        return parent.children.back().get();
    }

    bool add_number(double value, std::optional<std::int64_t> integer) {
        node* const added = add(value_kind::number);
        if (added == nullptr) {
            return false;
        }
        added->number = value;
        added->integer = integer;
        added->text = walker_.last_token();
        return true;
    }

    bool open(value_kind kind) {
        node* const added = add(kind);
        if (added == nullptr) {
            return false;
        }
        if (open_.size() >= depth_max) {
            note(added->where, added->path(),
                 "expected at most " + std::to_string(depth_max) + " levels of nesting");
            return false;
        }
        open_.push_back({added, {}});
        return true;
    }

    bool close() {
        walker_.next();
        open_.pop_back();
        return true;
    }

    std::string_view text_;
    token_walker walker_;
    node& root_;
    std::vector<problem>& problems_;
    std::vector<frame> open_;
    std::string key_;
    json_place key_where_;
};

}  // namespace

json_document::json_document(std::shared_ptr<const node> root) : root_(std::move(root)) {}

json_document json_document::load(const std::string& path, std::vector<problem>& problems) {
    const text_file file = read_text_file(path, file_bytes_max);
    if (!file.text) {
        problems.push_back(
            {path, 0, 0, "", "expected a file that can be read, got: " + file.failure});
        return unreadable(path);
    }
    return parse(path, *file.text, problems);
}

json_document json_document::parse(std::string file, std::string_view text,
                                   std::vector<problem>& problems) {
    if (text.size() > file_bytes_max) {
        problems.push_back(
            {file, 0, 0, "", "expected at most " + spell_size(file_bytes_max) + ", got more"});
        return unreadable(std::move(file));
    }
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
    }
    auto root = std::make_shared<node>();
    root->file = std::move(file);
    tree_builder builder(text, *root, problems);
    constexpr bool whole_text = true;
    constexpr bool with_comments = true;
    const bool is_json =
        nlohmann::json::sax_parse(text.begin(), text.end(), &builder,
                                  nlohmann::json::input_format_t::json, whole_text, with_comments);
    if (!is_json) {
        return unreadable(std::move(root->file));
    }
    if (root->kind != value_kind::object) {
        problems.push_back({root->file, root->where.line, root->where.column, "",
                            "expected an object, got " + described(*root)});
        return unreadable(std::move(root->file));
    }
    return json_document(std::move(root));
}

object_reader json_document::root(std::vector<problem>& problems) const {
    return object_reader(root_, problems);
}

bool json_document::readable() const {
    return root_->where.line > 0;
}

json_document json_document::unreadable(std::string file) {
    auto root = std::make_shared<node>();
    root->file = std::move(file);
    root->where = root->key_where = {0, 0};
    return json_document(std::move(root));
}

}  // namespace stormdrain
