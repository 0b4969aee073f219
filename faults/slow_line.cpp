#include "faults/slow_line.hpp"

#include <boost/asio/error.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

bool is_reset(const error_code& error) {
    // A send meets EPIPE where a receive meets ECONNRESET (tcp(7)).
    return error == asio::error::connection_reset || error == asio::error::broken_pipe;
}

transfer transferred(ssize_t bytes) {
    return bytes < 0 ? transfer{0, {errno, boost::system::system_category()}}
                     : transfer{static_cast<std::size_t>(bytes), {}};
}

transfer send(int descriptor, std::string_view bytes) {
    return transferred(::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

transfer receive(int descriptor, std::span<char> into) {
    const ssize_t bytes = ::recv(descriptor, into.data(), into.size(), 0);
    return bytes == 0 ? transfer{0, asio::error::eof} : transferred(bytes);
}

}  // namespace

slow_line::slow_line(slow_connection opened, const cycle_clock& cycle_time)
    : row_(*opened.row),
      clock_(cycle_time),
      tls_(std::move(opened.tls)),
      descriptor_(opened.descriptor) {}

slow_line::~slow_line() {
    release();
}

error_code slow_line::say(std::string_view text) {
    if (tls_) {
        tls_->seal(text);
    } else {
        unsent_ = text;
    }
    return flush();
}

error_code slow_line::flush() {
    for (;;) {
        const std::string_view bytes = tls_ ? tls_->output() : unsent_;
        if (bytes.empty() || !can_send_) {
            return {};
        }
        const transfer sent = send(descriptor_, bytes);
        if (sent.error) {
            can_send_ = sent.error == asio::error::would_block;
            note(sent.error);
            return sent.error;
        }
        if (tls_) {
            tls_->sent(sent.bytes);
        } else {
            unsent_.remove_prefix(sent.bytes);
        }
    }
}

slow_line::heard slow_line::hear(std::span<char> buffer) {
    const transfer received = receive(descriptor_, buffer);
    if (received.error) {
        note(received.error);
        return {{}, received.error};
    }
    const std::string_view bytes(buffer.data(), received.bytes);
    if (!tls_) {
        return {bytes, {}};
    }
    tls_->feed(bytes);
    heard what{tls_->plaintext(), {}};
    if (tls_->state() == tls_codec_state::failed) {
        what.error = tls_->failure_code();
    } else if (tls_->state() == tls_codec_state::ended) {
        what.error = asio::error::eof;
        note(what.error);
    }
    return what;
}

void slow_line::close(std::span<char> buffer) {
    if (tls_ && can_send_) {
        // Half a record stays half a record. What has arrived is taken, session tickets above all
        // that nobody asked for: unread, they would turn our FIN into RST (RFC 2525 section 2.17).
        // It is best effort, so errors do not matter: the connection goes away in any case.
        if (tls_->output().empty()) {
            tls_->close();
            send(descriptor_, tls_->output());
        }
        receive(descriptor_, buffer);
    }
    release();
}

void slow_line::note(const error_code& error) {
    const bool by_reset = is_reset(error);
    if (!by_reset && error != asio::error::eof) {
        return;
    }
    if (!row_.server_closed) {
        row_.server_closed = clock_.now();
    }
    if (row_.end == connection_end::open) {
        row_.end = by_reset ? connection_end::reset_by_server : connection_end::closed_by_server;
    }
}

void slow_line::release() {
    if (descriptor_ < 0) {
        return;
    }
    ::close(descriptor_);  // Linux releases it whatever close(2) says
    descriptor_ = -1;
    row_.closed = clock_.now();
    if (row_.end == connection_end::open) {
        row_.end = connection_end::closed_by_client;
    }
}

}  // namespace stormdrain
