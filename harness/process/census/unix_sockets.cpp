// linux/unix_diag.h and friends clash with the C library's network headers that Asio brings, so
// nothing of Asio may be included here.

#include "harness/process/census/unix_sockets.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/net/unix_endpoint.hpp"
#include "harness/process/census/diag_message.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

// The kernel answers within milliseconds; longer means that it never will.
constexpr timeval answer_within{2, 0};
// The states of TCP serve UNIX sockets, too (net/unix/af_unix.c).
constexpr std::uint32_t established_bit = 1U << static_cast<unsigned>(tcp_state::established);
constexpr std::uint32_t listen_bit = 1U << static_cast<unsigned>(tcp_state::listen);
// sk_shutdown of the kernel (RCV_SHUTDOWN and SEND_SHUTDOWN of include/net/sock.h).
constexpr std::uint8_t hears_no_more = 1;
constexpr std::uint8_t says_no_more = 2;
constexpr std::uint8_t both_shut = 3;

struct diag_request {
    nlmsghdr header{};
    unix_diag_req request{};
};

diag_request make_request(std::uint32_t sequence, std::uint16_t more_flags) {
    diag_request message;
    message.header.nlmsg_len = sizeof(message);
    message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    message.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | more_flags);
    message.header.nlmsg_seq = sequence;
    message.request.sdiag_family = AF_UNIX;
    message.request.udiag_states = established_bit | listen_bit;
    message.request.udiag_show =
        UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN;
    message.request.udiag_cookie[0] = ~0U;
    message.request.udiag_cookie[1] = ~0U;
    return message;
}

[[noreturn]] void throw_environment_error(const char* what, int error) {
    throw environment_error("sock_diag of UNIX sockets: " + std::string(what) + ": " +
                            std::strerror(error));
}

template <class Value>
Value read_as(std::span<const std::byte> bytes) {
    Value value{};
    std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof(value)));
    return value;
}

std::string_view name_of_file(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

std::optional<std::uint64_t> inode_in(const endpoint& nameless) {
    constexpr std::string_view before = "socket:[";
    std::uint64_t inode = 0;
    if (!nameless.address.starts_with(before)) {
        return std::nullopt;
    }
    const char* const first = nameless.address.data() + before.size();
    const auto read =
        std::from_chars(first, nameless.address.data() + nameless.address.size(), inode);
    return read.ec == std::errc{} ? std::optional(inode) : std::nullopt;
}

struct unix_row {
    tcp_socket_facts facts;
    std::string name;  // as it was bound; of an accepted one its listener's
    std::uint32_t file_inode = 0;
    std::optional<std::uint64_t> peer_inode;  // 0: not accepted yet, or gone
    std::uint8_t shut = 0;
};

void take_attribute(unsigned type, std::span<const std::byte> value, unix_row& row) {
    if (type == UNIX_DIAG_NAME) {
        row.name.assign(reinterpret_cast<const char*>(value.data()), value.size());
        row.name.resize(::strnlen(row.name.data(), row.name.size()));
    } else if (type == UNIX_DIAG_VFS) {
        row.file_inode = read_as<unix_diag_vfs>(value).udiag_vfs_ino;
    } else if (type == UNIX_DIAG_PEER) {
        row.peer_inode = read_as<std::uint32_t>(value);
    } else if (type == UNIX_DIAG_RQLEN) {
        const auto lengths = read_as<unix_diag_rqlen>(value);
        row.facts.receive_queue_bytes = lengths.udiag_rqueue;
        row.facts.send_queue_bytes = lengths.udiag_wqueue;
    } else if (type == UNIX_DIAG_SHUTDOWN) {
        row.shut = read_as<std::uint8_t>(value);
    }
}

unix_row read_row(std::span<const std::byte> payload) {
    unix_row row;
    const auto fixed = read_as<unix_diag_msg>(payload);
    row.facts.state = static_cast<tcp_state>(fixed.udiag_state);
    row.facts.inode = fixed.udiag_ino;
    std::span<const std::byte> rest =
        payload.subspan(std::min(payload.size(), sizeof(unix_diag_msg)));
    // Attributes as in rtnetlink(3).
    while (rest.size() >= sizeof(rtattr)) {
        const auto header = read_as<rtattr>(rest);
        if (header.rta_len < sizeof(rtattr) || header.rta_len > rest.size()) {
            break;
        }
        take_attribute(header.rta_type,
                       rest.subspan(sizeof(rtattr), header.rta_len - sizeof(rtattr)), row);
        rest = rest.subspan(std::min<std::size_t>(RTA_ALIGN(header.rta_len), rest.size()));
    }
    return row;
}

// False: more is to come.
bool take_message(const netlink_message& message, std::vector<unix_row>& rows) {
    if (message.type == NLMSG_ERROR) {
        const int error = -read_as<nlmsgerr>(message.payload).error;
        if (error != ENOENT) {
            throw_environment_error("answer", error);
        }
        return true;
    }
    if (message.type == NLMSG_DONE) {
        return true;
    }
    rows.push_back(read_row(message.payload));
    return (message.flags & NLM_F_MULTI) == 0;
}

std::vector<unix_row> ask(int descriptor, const diag_request& request) {
    if (::send(descriptor, &request, sizeof(request), 0) < 0) {
        throw_environment_error("send", errno);
    }
    std::vector<unix_row> rows;
    // The kernel fills at most 32 KiB of a dump's datagram (netlink_dump of af_netlink.c).
    std::array<std::byte, 64 * 1024> buffer;
    bool is_whole = false;
    while (!is_whole) {
        const ssize_t count = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        if (count < 0 && errno != EINTR) {
            throw_environment_error("recv", errno);  // EAGAIN: SO_RCVTIMEO
        }
        const std::size_t bytes_count = count < 0 ? 0 : static_cast<std::size_t>(count);
        for (const netlink_message& message : messages_of(std::span(buffer).first(bytes_count))) {
            // What is not ours is the rest of an answer that failed half-way.
            is_whole = is_whole || (message.sequence == request.header.nlmsg_seq &&
                                    take_message(message, rows));
        }
    }
    return rows;
}

std::optional<unix_row> ask_for(int descriptor, std::uint32_t sequence, std::uint64_t inode) {
    diag_request request = make_request(sequence, 0);
    request.request.udiag_ino = static_cast<std::uint32_t>(inode);
    std::vector<unix_row> rows = ask(descriptor, request);
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

// The server's at a path.
std::vector<unix_row> ask_at(int descriptor, std::uint32_t sequence, const std::string& path) {
    struct stat facts {};
    // A server may have bound the same file by another name, such as one that is relative.
    const std::uint32_t file_inode =
        ::stat(path.c_str(), &facts) == 0 ? static_cast<std::uint32_t>(facts.st_ino) : 0;
    std::vector<unix_row> rows = ask(descriptor, make_request(sequence, NLM_F_DUMP));
    std::erase_if(rows, [&](const unix_row& one) {
        const bool is_same_file = file_inode != 0 && one.file_inode == file_inode &&
                                  name_of_file(one.name) == name_of_file(path);
        return one.name != path && !is_same_file;
    });
    for (unix_row& one : rows) {
        one.facts.local = {path, 0};
        if (one.peer_inode.value_or(0) != 0) {
            one.facts.remote = nameless_unix_end(*one.peer_inode);
        }
    }
    return rows;
}

std::vector<tcp_socket_facts> facts_of(std::vector<unix_row> rows) {
    std::vector<tcp_socket_facts> facts;
    for (unix_row& one : rows) {
        facts.push_back(std::move(one.facts));
    }
    return facts;
}

}  // namespace

unix_sockets::unix_sockets()
    : socket_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {
    if (!socket_.is_open() || ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &answer_within,
                                           sizeof(answer_within)) != 0) {
        throw_environment_error("socket", errno);
    }
}

std::optional<tcp_socket_facts> unix_sockets::find(const endpoint& local, const endpoint& remote) {
    const std::optional<std::uint64_t> ours = inode_in(local);
    const std::optional<std::uint64_t> theirs = inode_in(remote);
    if (!ours && !theirs) {
        return std::nullopt;
    }
    std::optional<unix_row> client = ask_for(socket_.get(), ++sequence_, ours ? *ours : *theirs);
    // A server that is gone has left its client nothing to say and nothing to hear.
    if (!client || !client->peer_inode || (*client->peer_inode == 0 && client->shut == both_shut)) {
        return std::nullopt;
    }
    tcp_socket_facts found;
    if (ours) {
        // What it has sent is with the server's socket: nothing waits in its own.
        found.inode = *ours;
        found.receive_queue_bytes = client->facts.receive_queue_bytes;
        found.state = tcp_state::established;
    } else if (*client->peer_inode == 0) {
        // Not accepted yet. What the client has ended cannot be seen there, but at its own end.
        found.state =
            (client->shut & says_no_more) != 0 ? tcp_state::close_wait : tcp_state::established;
    } else {
        std::optional<unix_row> server = ask_for(socket_.get(), ++sequence_, *client->peer_inode);
        if (!server) {
            return std::nullopt;
        }
        found = server->facts;
        found.state =
            (server->shut & hears_no_more) != 0 ? tcp_state::close_wait : tcp_state::established;
    }
    found.local = local;
    found.remote = remote;
    return found;
}

std::vector<tcp_socket_facts> unix_sockets::listeners(const std::string& path) {
    std::vector<unix_row> rows = ask_at(socket_.get(), ++sequence_, path);
    std::erase_if(rows, [](const unix_row& one) { return one.facts.state != tcp_state::listen; });
    return facts_of(std::move(rows));
}

std::vector<tcp_socket_facts> unix_sockets::at(const std::string& path) {
    return facts_of(ask_at(socket_.get(), ++sequence_, path));
}

}  // namespace stormdrain
