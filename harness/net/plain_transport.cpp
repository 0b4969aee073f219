#include "harness/net/open_transport.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

class plain_transport : public transport {
public:
    plain_transport(stream_socket socket, connection_row& row, const cycle_clock& cycle_time)
        : transport(std::move(socket), row, cycle_time) {}

    asio::awaitable<transfer> read_some(std::span<char> into, time_point deadline) override {
        if (tcp_end_) {
            const transfer ended{0, *tcp_end_};
            co_return ended;
        }
        auto reading =
            socket_.async_read_some(asio::buffer(into.data(), into.size()), asio::deferred);
        const transfer read = co_await before(deadline, std::move(reading));
        note_read(read.error);
        co_return read;
    }

    asio::awaitable<transfer> write(std::string_view bytes, time_point deadline) override {
        auto writing = asio::async_write(socket_, asio::buffer(bytes), asio::deferred);
        const transfer written = co_await before(deadline, std::move(writing));
        note(written.error);
        co_return written;
    }
};

}  // namespace

std::unique_ptr<transport> open_plain(stream_socket socket, connection_row& row,
                                      const cycle_clock& cycle_time) {
    return std::make_unique<plain_transport>(std::move(socket), row, cycle_time);
}

}  // namespace stormdrain
