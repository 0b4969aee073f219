#include "harness/cycle/cycle_capture.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/base/pause.hpp"
#include "harness/cycle/server_session.hpp"
#include "harness/process/packets/pcapng.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <fstream>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

cycle_capture::cycle_capture(const asio::any_io_executor& executor)
    : executor_(executor), tasks_(executor) {}

cycle_capture::~cycle_capture() {
    if (readable_) {
        readable_->release();  // the capture closes it
    }
}

std::string cycle_capture::begin(std::span<const std::uint16_t> ports) {
    secrets_.clear();
    packets_.clear();
    try {
        capture_ = std::make_unique<packet_capture>(ports);
    } catch (const environment_error& why) {
        return why.what();
    }
    readable_ = std::make_unique<asio::posix::stream_descriptor>(executor_, capture_->descriptor());
    tasks_.spawn(drain());
    return {};
}

// Until it is cancelled.
asio::awaitable<void> cycle_capture::drain() {
    for (;;) {
        co_await readable_->async_wait(asio::posix::stream_descriptor::wait_read,
                                       asio::use_awaitable);
        capture_->read_available(packets_);
    }
}

asio::awaitable<void> cycle_capture::end() {
    tasks_.cancel();
    co_await tasks_.join();
    if (readable_) {
        readable_->release();
        readable_.reset();
    }
}

asio::awaitable<void> cycle_capture::drop() {
    co_await end();
    capture_.reset();
    packets_.clear();
}

asio::awaitable<void> cycle_capture::keep(std::string path, std::string program,
                                          std::string comment) {
    if (capture_ == nullptr) {
        co_return;
    }
    // What came last is in a block that is not full yet.
    co_await pause(2 * packet_capture::handed_over_within);
    co_await end();
    capture_->read_available(packets_);
    pcapng_words words;
    words.program = std::move(program);
    words.comment = std::move(comment);
    words.secrets = secrets_.text();
    words.lost_count = capture_->lost_count();
    capture_.reset();
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    write_pcapng(file, packets_, words);
    packets_.clear();
    if (!file.flush()) {
        throw environment_error("cannot write " + path);
    }
}

std::vector<std::uint16_t> ports_of(server_session& session) {
    std::vector<std::uint16_t> ports;
    const path_links* const links = session.links();
    const auto add = [&ports, links](link_place between, const std::string& name,
                                     std::uint16_t own) {
        ports.push_back(own);
        const auto link = links == nullptr ? std::nullopt : links->before(between, name);
        if (link) {
            ports.push_back(link->port);
        }
    };
    for (const auto& [name, number] : session.ports()) {
        add(link_place::load_and_target, name, number);
    }
    for (const auto& origin : session.origins().all()) {
        add(link_place::target_and_origins, origin->plan().name, origin->where().port);
    }
    return ports;
}

}  // namespace stormdrain
