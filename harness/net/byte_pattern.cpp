#include "harness/net/byte_pattern.hpp"

// Not std::regex: it says nothing of bytes that may still become a match, and its matcher recurses
// once a character (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=86164).
#include <boost/regex.hpp>

#include <stdexcept>
#include <utility>

namespace stormdrain {

struct byte_pattern::compiled {
    boost::regex expression;
};

byte_pattern::byte_pattern(std::string text) : text_(std::move(text)) {
    try {
        compiled_ = std::make_shared<const compiled>(compiled{boost::regex(text_)});
    } catch (const boost::regex_error& error) {
        throw std::invalid_argument(error.what());
    }
}

byte_pattern::outcome byte_pattern::look_at(std::string_view bytes) const {
    if (!compiled_) {
        return {match::whole, 0};
    }
    boost::match_results<std::string_view::const_iterator> found;
    const auto how = boost::match_continuous | boost::match_partial;
    try {
        if (!boost::regex_search(bytes.begin(), bytes.end(), found, compiled_->expression, how)) {
            return {match::never, 0};
        }
    } catch (const std::runtime_error&) {
        return {match::never, 0};  // it gives up where a match would take exponential time
    }
    return found[0].matched ? outcome{match::whole, static_cast<std::size_t>(found[0].length())}
                            : outcome{match::may_follow, 0};
}

}  // namespace stormdrain
