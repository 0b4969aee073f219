#pragma once
// One request and its response on their way through the proxy. Two coroutines: one asks the origin
// and delivers what it answers, one passes on the request's body and notices when the client goes.
// A piece is passed on before the next is received, so that the slower side sets the pace.

#include "servers/reference/one_way_event.hpp"
#include "servers/reference/proxy/body_transfer.hpp"
#include "servers/reference/proxy/client_request.hpp"
#include "servers/reference/proxy/origin_connection.hpp"
#include "servers/reference/proxy/origin_head.hpp"
#include "servers/reference/proxy/origin_pool.hpp"
#include "servers/reference/task_group.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>

namespace reference::proxy {

// The client as an exchange sees it; outlives it.
struct client_end {
    channel& bytes;
    std::string& input;            // received, not yet used
    std::function<bool()> closes;  // true: the response to come is the last
};

struct exchange_result {
    enum class ending {
        delivered,
        delivered_last,  // and said so
        failed,          // nothing was delivered: the client is owed `status`
        cut,             // the response has broken off
        client_gone,
    };

    ending how = ending::delivered;
    int status = 0;
    outcome client = outcome::done;  // client_gone: how
};

class exchange {
public:
    exchange(const origin_context& context, origin_pool& pool, client_end client,
             client_request request);

    boost::asio::awaitable<exchange_result> run();
    // Gives it up: the client is to be closed.
    void abandon() { lose_client(outcome::closed); }

private:
    enum class pool_use { allowed, fresh_only };
    enum class upload { under_way, complete, broken };

    // Of asking the origin.
    struct reaction {
        int status = 0;      // 0: there is a head
        bool stale = false;  // the connection was a used one, and ended before a byte came
        origin_head head;
    };

    struct pump_route {
        channel& source;
        std::string& input;
        channel& sink;
        std::string first;  // what goes before the body
        std::chrono::milliseconds source_stall_max;
        std::chrono::milliseconds sink_stall_max;
    };
    struct pump_end {
        enum class reason { complete, malformed, too_large, source, sink };
        reason why = reason::complete;
        outcome how = outcome::done;  // of the source or the sink
    };

    boost::asio::awaitable<exchange_result> relay();
    boost::asio::awaitable<reaction> ask(pool_use use);
    // 0, or the status to answer with.
    boost::asio::awaitable<int> connect_origin();
    boost::asio::awaitable<reaction> receive_head(bool is_reused);
    boost::asio::awaitable<exchange_result> deliver(origin_head head);
    boost::asio::awaitable<pump_end> pump(pump_route route, body_transfer body);
    boost::asio::awaitable<void> follow_client();
    boost::asio::awaitable<void> send_request_body();
    void lose_client(outcome how);
    void refuse_request(int status);
    // The origin's connection goes to the pool or is closed.
    void settle_origin();
    time_point answer_deadline() const;

    const origin_context& context_;
    origin_pool& pool_;
    client_end client_;
    client_request request_;
    std::unique_ptr<origin_connection> origin_;
    one_way_event origin_asked_;  // the head is on its way, the body may follow
    upload upload_;
    time_point asked_at_ = never;  // when the request had been sent as a whole
    int refusal_ = 0;              // what is wrong with the request's body, as a status
    bool answer_began_ = false;
    bool origin_reusable_ = false;
    bool client_gone_ = false;
    outcome client_end_ = outcome::done;
    bool ended_ = false;
    task_group followers_;
};

}  // namespace reference::proxy
