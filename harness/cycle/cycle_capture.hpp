#pragma once
// The packets of one cycle, and the TLS secrets that open them, while the cycle lasts; afterwards a
// file, or nothing. It changes nothing of what is judged: a capture that cannot be made is none.

#include "harness/base/task_group.hpp"
#include "harness/net/key_log.hpp"
#include "harness/process/packets/packet_capture.hpp"
#include "harness/process/packets/packet_store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace stormdrain {

class server_session;

class cycle_capture {
public:
    explicit cycle_capture(const boost::asio::any_io_executor& executor);
    cycle_capture(const cycle_capture&) = delete;
    cycle_capture& operator=(const cycle_capture&) = delete;
    // To be dropped, or kept, before.
    ~cycle_capture();

    // Where the cycle's own ends of TLS connections note their secrets.
    key_log& secrets() { return secrets_; }
    // From now on whatever passes to and from these ports. Says why it cannot; empty: it does.
    std::string begin(std::span<const std::uint16_t> ports);
    // Ends it and forgets all; does nothing when there is none.
    boost::asio::awaitable<void> drop();
    // Ends it and writes what there is as pcapng; nothing where it could not begin. Throws
    // environment_error.
    boost::asio::awaitable<void> keep(std::string path, std::string program, std::string comment);

private:
    boost::asio::awaitable<void> drain();
    boost::asio::awaitable<void> end();

    boost::asio::any_io_executor executor_;
    key_log secrets_;
    packet_store packets_;
    std::unique_ptr<packet_capture> capture_;  // null: none is under way
    std::unique_ptr<boost::asio::posix::stream_descriptor> readable_;
    task_group tasks_;
};

// The ports of all that a cycle has to do with: the server's, its origins' and those of links.
std::vector<std::uint16_t> ports_of(server_session& session);

}  // namespace stormdrain
