#pragma once
// A transport as the stream that Boost.Beast reads and writes: Beast's operations become awaits of
// the transport, which writes into its row what the server did. Included by tunnel.cpp alone: Beast
// is slow to compile.

#include "harness/net/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace stormdrain {

class transport_stream {
public:
    using executor_type = boost::asio::any_io_executor;

    // Every operation ends at `deadline`, if nobody cancels it before.
    transport_stream(executor_type executor, std::unique_ptr<transport> connection,
                     time_point deadline)
        : executor_(std::move(executor)), connection_(std::move(connection)), deadline_(deadline) {}

    executor_type get_executor() const { return executor_; }
    transport& connection() { return *connection_; }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        const boost::asio::mutable_buffer into = *boost::asio::buffer_sequence_begin(buffers);
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this, into](auto handler) { begin(read(into), std::move(handler)); }, token);
    }

    // Beast asks again for what is left: here that is nothing.
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        std::string bytes;
        for (auto piece = boost::asio::buffer_sequence_begin(buffers);
             piece != boost::asio::buffer_sequence_end(buffers); ++piece) {
            const boost::asio::const_buffer from = *piece;
            bytes.append(static_cast<const char*>(from.data()), from.size());
        }
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this, bytes = std::move(bytes)](auto handler) mutable {
                begin(write(std::move(bytes)), std::move(handler));
            },
            token);
    }

private:
    // Beast may ask for no bytes at all, which reads as the end of a stream.
    boost::asio::awaitable<transfer> read(boost::asio::mutable_buffer into) {
        transfer done;
        if (into.size() > 0) {
            const std::span<char> space(static_cast<char*>(into.data()), into.size());
            done = co_await connection_->read_some(space, deadline_);
        }
        co_return done;
    }

    boost::asio::awaitable<transfer> write(std::string bytes) {
        const transfer done = co_await connection_->write(bytes, deadline_);
        co_return done;
    }

    template <class Handler>
    void begin(boost::asio::awaitable<transfer> work, Handler handler) {
        const auto slot = boost::asio::get_associated_cancellation_slot(handler);
        const auto where = boost::asio::get_associated_executor(handler, executor_);
        boost::asio::co_spawn(
            executor_, std::move(work),
            boost::asio::bind_cancellation_slot(
                slot, boost::asio::bind_executor(
                          where, [handler = std::move(handler)](std::exception_ptr failed,
                                                                transfer done) mutable {
                              // Nothing throws there but its cancellation.
                              const boost::system::error_code error =
                                  failed ? boost::asio::error::operation_aborted : done.error;
                              std::move(handler)(error, done.bytes);
                          })));
    }

    executor_type executor_;
    std::unique_ptr<transport> connection_;
    time_point deadline_;
};

// What Beast does at the end of a WebSocket (RFC 6455 7.1.1): the server closes first, which the
// tunnel's owner waits for, and writes down.
template <class Handler>
void async_teardown(boost::beast::role_type, transport_stream& stream, Handler&& handler) {
    boost::asio::post(stream.get_executor(),
                      boost::beast::bind_front_handler(std::forward<Handler>(handler),
                                                       boost::system::error_code()));
}

// Beast's own timeouts would use it; none is set.
inline void beast_close_socket(transport_stream& stream) {
    stream.connection().close();
}

}  // namespace stormdrain
