#include "harness/probe/json_text.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

class text_walk {
public:
    text_walk(std::string_view text, std::size_t at) : text_(text), at_(at) {}

    std::size_t at() const { return at_; }
    bool is_over() const { return at_ >= text_.size(); }
    char here() const { return is_over() ? '\0' : text_[at_]; }
    void step() { ++at_; }

    void skip_blanks_and_comments() {
        while (!is_over()) {
            const std::string_view rest = text_.substr(at_);
            if (rest.starts_with("//")) {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (rest.starts_with("/*")) {
                const std::size_t end = text_.find("*/", at_ + 2);
                at_ = end == std::string_view::npos ? text_.size() : end + 2;
            } else if (blanks.find(here()) != std::string_view::npos) {
                step();
            } else {
                return;
            }
        }
    }

    void skip_text() {
        step();
        while (!is_over() && here() != '"') {
            at_ += here() == '\\' ? 2U : 1U;
        }
        step();
    }

    void skip_value() {
        std::size_t depth = 0;
        while (!is_over()) {
            const char first = here();
            if (first == '"') {
                skip_text();
            } else if (first == '{' || first == '[') {
                ++depth;
                step();
            } else if (first == '}' || first == ']') {
                --depth;
                step();
            } else if (first == '/') {
                skip_blanks_and_comments();
                continue;
            } else if (depth > 0) {
                step();
                continue;
            } else {
                at_ = std::min(text_.find_first_of(",]} \t\r\n/", at_), text_.size());
            }
            if (depth == 0) {
                return;
            }
        }
    }

private:
    static constexpr std::string_view blanks = " \t\r\n";

    std::string_view text_;
    std::size_t at_;
};

}  // namespace

std::optional<text_span> root_object(std::string_view text) {
    text_walk walk(text, 0);
    walk.skip_blanks_and_comments();
    const std::size_t begin = walk.at();
    if (walk.here() != '{') {
        return {};
    }
    walk.skip_value();
    return text_span{begin, walk.at()};
}

std::vector<json_member> members_of(std::string_view text, text_span object) {
    std::vector<json_member> members;
    text_walk walk(text, object.begin + 1);
    while (walk.at() < object.end) {
        json_member member;
        member.lead.begin = walk.at();
        walk.skip_blanks_and_comments();
        member.lead.end = member.whole.begin = walk.at();
        if (walk.here() != '"') {
            break;
        }
        walk.skip_text();
        member.key = text.substr(member.whole.begin + 1, walk.at() - member.whole.begin - 2);
        walk.skip_blanks_and_comments();
        walk.step();  // the colon
        walk.skip_blanks_and_comments();
        member.value.begin = walk.at();
        walk.skip_value();
        member.value.end = member.whole.end = walk.at();
        members.push_back(member);
        walk.skip_blanks_and_comments();
        if (walk.here() != ',') {
            break;
        }
        walk.step();
    }
    return members;
}

std::optional<json_member> find_member(std::string_view text, text_span object,
                                       std::string_view key) {
    const std::vector<json_member> members = members_of(text, object);
    const auto found = std::ranges::find(members, key, &json_member::key);
    return found == members.end() ? std::nullopt : std::optional(*found);
}

}  // namespace stormdrain
