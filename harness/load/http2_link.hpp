#pragma once
// One HTTP/2 connection of a load's client: carries the bytes between the session and the server,
// and tells every request how it ended.

#include "harness/base/gate.hpp"
#include "harness/load/ledger.hpp"
#include "harness/load/load_moments.hpp"
#include "harness/net/http2/client_session.hpp"
#include "harness/net/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace stormdrain {

// One request, as far as it has come.
struct http2_exchange {
    explicit http2_exchange(const boost::asio::any_io_executor& executor) : ended(executor) {}

    http2_stream stream = 0;
    std::uint32_t number_on_connection = 0;
    duration idle_before{};  // nothing was under way on the connection for so long
    time_point began{};
    std::optional<time_point> all_sent;
    std::optional<time_point> first_byte_received;
    time_point over{};
    http2_answer_head head;
    std::uint64_t response_bytes = 0;
    std::uint64_t body_bytes = 0;
    std::optional<request_end> end;  // empty: it goes on
    std::string error;
    gate ended;
};

class http2_link final : http2_observer {
public:
    http2_link(const boost::asio::any_io_executor& executor, std::unique_ptr<transport> connection,
               const cycle_clock& started, load_moments& moments);

    // Until the connection has ended, by either side; then every exchange has, too. To be called
    // once; the object outlives it.
    boost::asio::awaitable<void> run(time_point deadline);
    // Ends run(), in an orderly way. Exchanges that go on end as abandoned.
    void close();

    // Closes it behind the exchanges that go on.
    void retire();

    // Null: it takes no requests any more.
    std::shared_ptr<http2_exchange> ask(const http2_request& what);
    // Nobody waits for its answer any more.
    void give_up(http2_exchange& exchange, request_end how);

    bool takes_requests() const { return !has_ended_ && !is_retired_ && session_.takes_requests(); }
    bool has_ended() const { return has_ended_; }
    // Opens with the end of run().
    gate& ended() { return ended_; }
    std::uint32_t requests_count() const { return requests_count_; }
    connection_id id() const { return row_.connection; }
    duration age() const { return clock_.now() - row_.opened; }
    const http2_connection_row& row() const { return row_; }

private:
    boost::asio::awaitable<void> carry(time_point deadline);
    boost::asio::awaitable<void> read(time_point deadline);
    boost::asio::awaitable<void> write(time_point deadline);
    boost::asio::awaitable<void> wait_for_output(time_point deadline);
    void has_output();
    void lose_connection(request_end how, const std::string& why);
    void finish(http2_stream stream, request_end how, std::string error);
    http2_exchange* find(http2_stream stream);

    void on_sent(http2_stream stream) override;
    void on_answer(http2_stream stream, const http2_answer_head& head) override;
    void on_bytes(http2_stream stream, std::size_t bytes, std::size_t body_bytes) override;
    void on_end(http2_stream stream, http2_stream_end end, std::uint32_t code) override;
    void on_goaway(const http2_goaway& told) override;
    void on_answer_above_goaway(http2_stream stream) override;

    boost::asio::any_io_executor executor_;
    std::unique_ptr<transport> connection_;
    cycle_clock clock_;
    load_moments& moments_;
    http2_client_session session_;
    std::map<http2_stream, std::shared_ptr<http2_exchange>> exchanges_;
    http2_connection_row row_;
    http2_stream last_stray_ = 0;
    gate closing_;
    gate ended_;
    boost::asio::steady_timer output_ready_;  // never expires: its waits are cancelled
    bool has_output_ = true;                  // the preface
    bool has_ended_ = false;
    bool is_retired_ = false;
    std::uint32_t requests_count_ = 0;
    time_point last_answer_{};
};

}  // namespace stormdrain
