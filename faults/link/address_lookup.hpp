#pragma once
// The addresses of a link's upstream. A name is asked for at most once a second, in a thread of
// Asio's resolver: who waits for it keeps nobody else waiting.

#include "faults/link/place.hpp"
#include "harness/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace stormdrain {

class address_lookup {
public:
    using addresses = std::vector<boost::asio::ip::tcp::endpoint>;

    address_lookup(const boost::asio::any_io_executor& executor, place upstream,
                   std::function<void()> answered);
    address_lookup(const address_lookup&) = delete;
    address_lookup& operator=(const address_lookup&) = delete;
    ~address_lookup();

    // Null: asked, and answered() will be called. Empty: there is none.
    const addresses* get();

private:
    struct life {
        address_lookup* owner;
    };

    place upstream_;
    bool is_name_;
    bool asked_ = false;
    bool known_ = false;
    time_point fresh_until_{};
    addresses found_;
    boost::asio::ip::tcp::resolver resolver_;
    std::function<void()> answered_;
    std::shared_ptr<life> life_;  // shared with the question that is under way
};

}  // namespace stormdrain
