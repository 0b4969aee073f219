#pragma once
// All origins of one target, as long as its server lives.

#include "harness/origin/origin_server.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

class origin_set {
public:
    // Certificates are made in a folder of its own for each, below `folder`. Throws
    // environment_error.
    void start(const boost::asio::any_io_executor& executor, const std::vector<origin_plan>& plans,
               const std::string& folder);

    bool empty() const { return origins_.empty(); }
    const std::vector<std::unique_ptr<origin_server>>& all() const { return origins_; }
    // By name; the first when that is empty. Null: there is none.
    origin_server* find(std::string_view name) const;

    // Of those that speak TLS: see origin_tls.
    void note_secrets(key_log& into);
    void begin(const cycle_clock& cycle);
    std::vector<origin_record> records() const;
    // The connection between these two ends, when its origin has ended it.
    std::optional<upstream_row> ended(const endpoint& origin, const endpoint& proxy) const;

    boost::asio::awaitable<void> close_connections(duration limit);
    // To be awaited before the set dies, once it was started.
    boost::asio::awaitable<void> stop();

private:
    std::vector<std::unique_ptr<origin_server>> origins_;
};

}  // namespace stormdrain
