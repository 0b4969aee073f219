#pragma once
// What a strict client says and hears on its connections, one after the other, and what it writes
// down of it: HTTP/1.1 without I/O. The rows are those of every client of a load (load/ledger.hpp);
// a request that went the ordinary way costs a counter and a few histogram records.

#include "harness/load/engine/client_conduct.hpp"
#include "harness/load/engine/engine_state.hpp"
#include "harness/load/engine/request_notes.hpp"
#include "harness/load/engine/request_ring.hpp"
#include "harness/net/connector.hpp"
#include "harness/net/response_parser.hpp"

#include <boost/system/error_code.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

class http_dialogue {
public:
    using connection_fate = stormdrain::connection_fate;
    // The next request goes out at once: the sooner, the earlier its answer.
    static constexpr bool gathers_requests = false;

    http_dialogue(engine_state& load, client_conduct& conduct);

    // Begins as many requests as are due and the connection allows, at most `count_max`, and
    // returns their text, which is good until the next call; empty: none.
    std::string_view ask(time_point now, std::size_t count_max);
    bool is_waiting() const { return !requests_.is_empty(); }
    // No request may be asked any more on this connection.
    bool is_used_up() const { return !notes_.takes_requests(); }
    // Of the oldest request; to be asked when there is one.
    time_point deadline() const;

    // For its first request the connection is opened.
    void connect_begins(time_point now) { notes_.connect_begins(now); }
    void connected(const connection_begin& how) { notes_.connected(how); }
    void connect_failed(connect_stage stage, boost::system::error_code error, time_point now);
    // On a new connection the text is held back until it is there.
    void write_begins(time_point now);
    connection_fate all_sent(time_point now);
    // The answer may have come nevertheless: reading finds out.
    connection_fate send_failed(boost::system::error_code error);

    connection_fate take(std::string_view bytes, time_point now);
    // A part of an answer is here.
    bool is_amid_answer() const;
    // The server ended the connection: FIN (asio::error::eof), RST, or what a codec makes of it.
    void ended(boost::system::error_code error, time_point now);
    // Of the oldest request; its connection is of no use to those behind it.
    connection_fate timed_out(time_point now);
    // The load is over: what is under way is not judged.
    void abandon(time_point now);
    // The next request is the first of another connection.
    void closed();

private:
    struct ending {
        request_end end = request_end::answered;
        std::string error;
        std::optional<failure_phase> phase;  // empty: as the parser says
    };

    std::string_view text_of(const request_under_way& one) const;
    bool may_ask() const;
    connection_fate finish_whole(time_point now);
    void finish(ending how, time_point now);
    request_row row_of(const request_under_way& done, ending how, time_point now) const;
    void abandon_all(const std::string& why, time_point now);
    void await_next();

    engine_state& load_;
    client_conduct& conduct_;
    request_notes notes_;
    request_ring requests_;
    response_parser parser_;
    std::string texts_;  // of several requests in one write
    std::uint64_t response_bytes_ = 0;
    time_point first_byte_received_{};  // zero: none
    time_point answered_early_{};       // before the request was sent whole; zero: it was not
    boost::system::error_code send_error_;
};

}  // namespace stormdrain
