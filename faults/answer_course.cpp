#include "faults/answer_course.hpp"

#include <boost/asio/error.hpp>

#include <utility>

namespace stormdrain {

answer_course::answer_course(const rendered_request& request) : request_(request) {}

answer_course::~answer_course() = default;

std::span<const script_turn> answer_course::turns() const {
    return request_.turns ? std::span(request_.turns->first) : std::span<const script_turn>();
}

// Made with the first byte: most of those who send slowly are never answered.
response_parser& answer_course::parser() {
    if (!parser_) {
        parser_ = turns().empty() ? std::make_unique<response_parser>(request_.kind)
                                  : std::make_unique<response_parser>(turns()[turn_].answer);
    }
    return *parser_;
}

void answer_course::take(std::string_view bytes) {
    if (is_over() || turn_is_whole_ || bytes.empty()) {
        return;
    }
    response_parser& parsing = parser();
    const std::size_t used = parsing.feed(bytes);
    const bool more_turns = !is_last_turn() && parsing.state() == parse_state::complete;
    response_bytes_ += more_turns ? used : bytes.size();
    if (parsing.state() == parse_state::malformed) {
        end(exchange_end::malformed, parsing.error());
    } else if (more_turns) {
        turn_is_whole_ = true;
        text_ = std::make_unique<std::string>(bytes.substr(used));
        parser_.reset();
        response_bytes_ = 0;
    } else if (used < bytes.size()) {
        // Nothing else was asked for, so these bytes answer nothing.
        end(exchange_end::malformed,
            std::to_string(bytes.size() - used) + " bytes after the response's end");
    } else if (parsing.state() == parse_state::complete) {
        end(exchange_end::whole);
    }
}

void answer_course::go_on() {
    if (const std::unique_ptr<std::string> early = std::exchange(text_, nullptr)) {
        take(*early);
    }
}

void answer_course::fail(const boost::system::error_code& error,
                         const boost::system::error_code& before) {
    if (is_over()) {
        return;
    }
    if (error == boost::asio::error::eof) {
        parser().end_of_stream();
        if (parser().state() == parse_state::complete) {
            end(exchange_end::whole);
            return;
        }
    }
    const boost::system::error_code first = before ? before : error;
    end(end_for(first), first.message());
}

void answer_course::end(exchange_end how, std::string error) {
    if (!is_over()) {
        end_ = how;
        text_ = error.empty() ? nullptr : std::make_unique<std::string>(std::move(error));
    }
}

exchange_report answer_course::report() const {
    exchange_report seen;
    seen.end = end_;
    seen.response_bytes = response_bytes_;
    if (is_over() && text_) {
        seen.error = *text_;
    }
    return seen;
}

}  // namespace stormdrain
