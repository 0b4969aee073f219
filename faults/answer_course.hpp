#pragma once
// How far the answer to a request has come, without I/O: what http_exchange makes of bytes for a
// coroutine, for whoever holds thousands of connections by himself. Of a script it goes from turn
// to turn; its client says its own part of each.

#include "harness/net/http_exchange.hpp"
#include "harness/net/response_parser.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stormdrain {

class answer_course {
public:
    // Of the first request on a connection, which outlives the course.
    explicit answer_course(const rendered_request& request);
    answer_course(const answer_course&) = delete;
    answer_course& operator=(const answer_course&) = delete;
    ~answer_course();

    // Until the exchange is over, or a turn is whole: what came behind that is for the next one.
    void take(std::string_view bytes);
    // No more can be read; the answer may be whole without it. What failed before, if anything,
    // says more of why it is not.
    void fail(const boost::system::error_code& error, const boost::system::error_code& before);
    void end(exchange_end how, std::string error = {});

    // A turn is whole, and the next one begins: its client's part comes first.
    bool turn_is_whole() const { return turn_is_whole_; }
    void begin_next_turn() {
        turn_is_whole_ = false;
        ++turn_;
    }
    // What came early, once the client's part is said.
    void go_on();
    std::size_t turn() const { return turn_; }
    bool is_last_turn() const { return turn_ + 1 >= turns().size(); }
    // None: HTTP.
    std::span<const script_turn> turns() const;

    bool is_over() const { return end_.has_value(); }
    std::uint64_t response_bytes() const { return response_bytes_; }
    // Null: not a byte came of the turn's answer.
    const response_parser* response() const { return parser_.get(); }
    // As far as the course knows it.
    exchange_report report() const;

private:
    response_parser& parser();

    const rendered_request& request_;
    std::unique_ptr<response_parser> parser_;
    std::unique_ptr<std::string> text_;  // what came early; once it is over, why
    std::uint64_t response_bytes_ = 0;
    std::uint32_t turn_ = 0;
    std::optional<exchange_end> end_;
    bool turn_is_whole_ = false;
};

}  // namespace stormdrain
