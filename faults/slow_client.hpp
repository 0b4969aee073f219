#pragma once
// One of thousands of slow clients, in a few hundred bytes: a descriptor, how far it has come, and
// what is to be proved of it. It never waits: it is told that its socket is ready, or that its time
// has come, and says when it wants to be told next.

#include "faults/answer_course.hpp"
#include "faults/slow_fault.hpp"
#include "faults/slow_line.hpp"
#include "harness/process/census/socket_table.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// What the clients of a crowd share.
struct slow_stage {
    slow_stage(const slow_fault& what, const rendered_request& of_all, const fault_context& shared,
               std::size_t buffer_bytes)
        : fault(what),
          request(of_all),
          connections(shared.connections),
          clock(shared.clock),
          buffer(buffer_bytes) {}

    const slow_fault& fault;
    const rendered_request& request;
    connector& connections;
    const cycle_clock& clock;
    std::vector<char> buffer;                // what one of them has just read
    std::optional<socket_table> table = {};  // from the first look on
};

class slow_client {
public:
    // The stage outlives it.
    slow_client(slow_stage& stage, slow_connection opened, time_point standing_deadline);

    // `early`: what the server said already.
    void begin(std::string_view early, time_point now);
    // Its socket can be read, or written to.
    void can_read(time_point now);
    void can_write(time_point now);
    // Also when it did not want to be woken now.
    void woken(time_point now);
    // The last deadline of all passed.
    void times_out();
    // The machine does not allow what comes next.
    void failed(std::string_view why);

    // When it is to be woken; empty: only its socket is waited for.
    std::optional<time_point> wakes_at() const;
    // What it wants to be told of its socket. Who sips reads when its time has come.
    bool wants_to_read() const { return !is_sipping() || awaits_bytes_; }
    bool stands() const { return proof_.has_value(); }
    bool is_over() const { return answer_.is_over() || has_failed_; }
    int descriptor() const { return line_.descriptor(); }

    // Closes, and says what happened. The last call.
    injection finish();

private:
    enum class writing : std::uint8_t { nothing, opening, chunk, step };

    bool sends_slowly() const;
    std::size_t slow_from() const;
    bool is_sipping() const;
    void say(std::string_view text, writing what, time_point now);
    void wrote(const boost::system::error_code& error, time_point now);
    void said(time_point now);
    void not_said(const boost::system::error_code& error, time_point now);
    void drip(time_point now);
    void chunk_is_said(time_point now);
    void sip(time_point now);
    void read(time_point now);
    bool hear(std::size_t bytes_max, time_point now);
    void take(std::string_view text, time_point now);
    void begin_turn(time_point now);
    void go_on_with_turn(time_point now);
    void look();
    void pause(time_point now);
    void note_why(std::string why);
    std::string proof() const;

    slow_stage& stage_;
    slow_line line_;
    const time_point standing_deadline_;
    time_point wakes_at_ = time_point::max();  // for what it does by itself
    answer_course answer_;
    std::unique_ptr<std::string> why_;  // it is not struck, or what failed behind that
    std::uint64_t sent_bytes_ = 0;
    std::uint64_t said_now_bytes_ = 0;  // of the request, in what is being written
    std::optional<slow_proof> proof_;
    since_start struck_{};
    std::optional<since_start> whole_;  // all of a request that is sent slowly was said
    boost::system::error_code send_error_;
    std::uint32_t step_ = 0;  // of its part of a script's turn
    writing writing_ = writing::nothing;
    bool in_turn_ = false;       // that part is being said: the server owes nothing
    bool all_said_ = false;      // of who reads slowly
    bool awaits_bytes_ = false;  // who sips found nothing to take
    bool reads_on_ = false;      // there is more to read than one turn takes
    bool held_back_ = false;     // see injection
    bool has_failed_ = false;
};

}  // namespace stormdrain
