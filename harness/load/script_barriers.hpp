#pragma once
// The barriers of a load's scripts: whoever comes to one waits until all clients of the load are
// there, and then all go on in the same turn of the event loop.

#include "harness/base/gate.hpp"
#include "harness/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace stormdrain {

class script_barriers {
public:
    // Longer than clients need that get their answers: whoever waits for it is told so, and nobody
    // else is kept.
    static constexpr duration patience_max = std::chrono::seconds(10);

    script_barriers(boost::asio::any_io_executor executor, std::uint32_t clients_count,
                    duration patience = patience_max)
        : executor_(std::move(executor)), clients_count_(clients_count), patience_(patience) {}

    // False: not all have come in time. The same name can be met at again, by each client
    // once it has passed.
    boost::asio::awaitable<bool> meet(std::string name);
    // A client that will come to no barrier any more.
    void leave();
    // From now on everybody passes: a client that waits for another would look as if it waited for
    // a server that stops.
    void open_for_good();

private:
    struct meeting {
        std::uint32_t present_count = 0;
        std::shared_ptr<gate> door;
    };

    void open_if_all_are_there(meeting& at);

    boost::asio::any_io_executor executor_;
    std::uint32_t clients_count_;
    duration patience_;
    bool is_open_ = false;
    std::map<std::string, meeting, std::less<>> meetings_;
};

}  // namespace stormdrain
