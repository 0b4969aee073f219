#pragma once
// One connection of an origin: request after request, each answered, or treated as a fault wants.

#include "harness/base/gate.hpp"
#include "harness/origin/misbehaviour.hpp"
#include "harness/origin/origin_answer.hpp"
#include "harness/origin/origin_request.hpp"
#include "harness/origin/origin_stream.hpp"
#include "harness/origin/origin_tally.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stormdrain {

// What the connections of one origin share.
struct origin_desk {
    origin_tally tally;
    strike_orders orders;
    std::unique_ptr<origin_tls> tls;  // null: plain
};

class origin_connection {
public:
    origin_connection(origin_desk& desk, boost::asio::ip::tcp::socket socket);
    origin_connection(const origin_connection&) = delete;
    origin_connection& operator=(const origin_connection&) = delete;

    // Until either side ends it.
    boost::asio::awaitable<void> run();
    // Closes it as soon as it is idle, as an idle timeout would.
    void end_when_idle();
    bool is_told_to_end() const { return is_told_to_end_; }
    // Ends it whatever it is doing.
    void abandon();

private:
    boost::asio::awaitable<bool> await_request();
    boost::asio::awaitable<bool> serve(origin_request request);
    boost::asio::awaitable<bool> carry_out(std::shared_ptr<strike_order> order,
                                           const origin_request& request, origin_answer answer);
    boost::asio::awaitable<bool> stall(std::shared_ptr<strike_order> order, std::size_t strike,
                                       origin_answer answer);
    boost::asio::awaitable<bool> serve_websocket();
    boost::asio::awaitable<bool> half_close(std::shared_ptr<strike_order> order);
    boost::asio::awaitable<bool> send(std::string text);
    boost::asio::awaitable<void> wait(duration length);
    void ended(origin_end how);
    void ended_by(boost::system::error_code error);
    bool close_in_idleness();
    void put_back_idle_order();
    std::string whereabouts() const;

    origin_desk& desk_;
    endpoint proxy_;
    std::uint32_t number_;
    origin_stream stream_;
    origin_request_reader reader_;
    std::vector<char> buffer_;
    gate abandoned_;
    bool is_idle_ = false;
    bool is_told_to_end_ = false;
    std::string last_asked_;  // "GET /x (a.test)"
    // To be carried out once the connection is idle for long enough.
    std::shared_ptr<strike_order> idle_order_;
};

}  // namespace stormdrain
