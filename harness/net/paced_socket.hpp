#pragma once
// A socket below a TLS stream that hands over what it reads in its turn: the stream computes at
// once what a handshake's bytes ask for.

#include "harness/base/turnstile.hpp"
#include "harness/net/socket_address.hpp"

#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>

#include <cstddef>
#include <utility>

namespace stormdrain {

class paced_socket {
public:
    using next_layer_type = stream_socket;
    using lowest_layer_type = next_layer_type::lowest_layer_type;
    using executor_type = next_layer_type::executor_type;

    // Both outlive it.
    paced_socket(next_layer_type& socket, turnstile& turns) : socket_(&socket), turns_(&turns) {}

    executor_type get_executor() { return socket_->get_executor(); }
    lowest_layer_type& lowest_layer() { return socket_->lowest_layer(); }

    // From now on reads wait for nobody: the handshake is over.
    void go_freely() { is_paced_ = false; }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (!is_paced_) {
            socket_->async_read_some(buffers, std::forward<Handler>(handler));
            return;
        }
        boost::asio::async_compose<Handler, void(boost::system::error_code, std::size_t)>(
            paced_read<Buffers>{socket_, turns_, buffers}, handler, *socket_);
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        socket_->async_write_some(buffers, std::forward<Handler>(handler));
    }
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
        return socket_->read_some(buffers, error);
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, boost::system::error_code& error) {
        return socket_->write_some(buffers, error);
    }

private:
    template <class Buffers>
    struct paced_read {
        enum class next_step { await_bytes, await_turn, read, complete };

        next_layer_type* socket;
        turnstile* turns;
        Buffers buffers;
        next_step next = next_step::await_bytes;

        template <class Self>
        void operator()(Self& self, boost::system::error_code error = {}, std::size_t bytes = 0) {
            switch (std::exchange(next, following(next))) {
                case next_step::await_bytes:
                    socket->async_wait(next_layer_type::wait_read, std::move(self));
                    return;
                case next_step::await_turn:
                    if (error) {
                        self.complete(error, 0);
                    } else {
                        turns->async_turn(std::move(self));
                    }
                    return;
                case next_step::read:
                    if (self.cancelled() != boost::asio::cancellation_type::none) {
                        self.complete(boost::asio::error::operation_aborted, 0);
                    } else {
                        socket->async_read_some(buffers, std::move(self));
                    }
                    return;
                case next_step::complete:
                    self.complete(error, bytes);
            }
        }

        static next_step following(next_step now) {
            return now == next_step::await_bytes  ? next_step::await_turn
                   : now == next_step::await_turn ? next_step::read
                                                  : next_step::complete;
        }
    };

    next_layer_type* socket_;
    turnstile* turns_;
    bool is_paced_ = true;
};

}  // namespace stormdrain
