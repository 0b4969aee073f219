// linux/inet_diag.h and friends clash with the C library's network headers that Asio brings, so
// nothing of Asio may be included here.

#include "harness/process/census/socket_table.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/net/unix_endpoint.hpp"
#include "harness/process/census/unix_sockets.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>

namespace stormdrain {
namespace {

constexpr std::uint32_t state_bit(tcp_state state) {
    return 1U << static_cast<unsigned>(state);
}

constexpr std::uint32_t listening_states = state_bit(tcp_state::listen);
// TIME_WAIT belongs to no process, and there may be tens of thousands of them.
constexpr std::uint32_t all_states = ((1U << 12U) - 1U) & ~state_bit(tcp_state::time_wait);

constexpr std::uint8_t wanted_extensions =
    1U << (INET_DIAG_SKMEMINFO - 1U) | 1U << (INET_DIAG_INFO - 1U);

// A dump that sockets come and go under is flagged by the kernel and asked for again, this often.
constexpr int dump_attempts_max = 8;
// The kernel answers within milliseconds; longer means that it never will.
constexpr timeval answer_within{2, 0};

struct query {
    std::uint32_t states = all_states;
    std::uint16_t local_port = 0;  // 0: any
};

// The request of sock_diag(7) for a dump of IPv4 and IPv6 at once: the older of the two requests
// leaves the family open (inet_diag_dump_compat of inet_diag.c), and a walk through the kernel's
// table of connections, which is what a dump costs, is one instead of two. The port filter is a
// program of inet_diag_bc_op: two comparisons, each with the port in the slot after it; jumping
// past the end means "reject".
struct dump_request {
    nlmsghdr header{};
    inet_diag_req request{};
    rtattr attribute{};
    std::array<inet_diag_bc_op, 4> filter{};
};

inet_diag_bc_op comparison(unsigned char code, std::size_t bytes_after) {
    inet_diag_bc_op step{};
    step.code = code;
    step.yes = 2 * sizeof(inet_diag_bc_op);
    step.no = static_cast<std::uint16_t>(bytes_after + sizeof(std::uint32_t));
    return step;
}

dump_request make_request(const query& asked, std::uint32_t sequence) {
    dump_request message;
    message.header.nlmsg_type = TCPDIAG_GETSOCK;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.header.nlmsg_seq = sequence;
    message.request.idiag_family = AF_UNSPEC;
    message.request.idiag_ext = wanted_extensions;
    message.request.idiag_states = asked.states;
    message.header.nlmsg_len = offsetof(dump_request, attribute);
    if (asked.local_port != 0) {
        const std::size_t whole = sizeof(message.filter);
        inet_diag_bc_op port{};
        port.no = asked.local_port;
        message.filter = {comparison(INET_DIAG_BC_S_GE, whole), port,
                          comparison(INET_DIAG_BC_S_LE, whole / 2), port};
        message.attribute.rta_type = INET_DIAG_REQ_BYTECODE;
        message.attribute.rta_len = sizeof(message.attribute) + sizeof(message.filter);
        message.header.nlmsg_len = sizeof(message);
    }
    return message;
}

[[noreturn]] void throw_environment_error(const char* what, int error) {
    throw environment_error(std::string(what) + ": " + std::strerror(error));
}

void send_request(int descriptor, const void* request, std::size_t bytes_count) {
    if (::send(descriptor, request, bytes_count, 0) < 0) {
        throw_environment_error("sock_diag: send", errno);
    }
}

// One datagram of an answer, in its messages.
class diag_answer {
public:
    std::vector<netlink_message> receive(int descriptor) {
        ssize_t count = -1;
        do {
            count = ::recv(descriptor, buffer_.data(), buffer_.size(), MSG_TRUNC);
        } while (count < 0 && errno == EINTR);
        if (count < 0) {
            throw_environment_error("sock_diag: recv", errno);  // EAGAIN: SO_RCVTIMEO
        }
        if (static_cast<std::size_t>(count) > buffer_.size()) {
            throw_environment_error("sock_diag: recv", EMSGSIZE);
        }
        return messages_of(std::span(buffer_).first(static_cast<std::size_t>(count)));
    }

private:
    // The kernel fills at most 32 KiB of a dump's datagram (netlink_dump of af_netlink.c).
    std::array<std::byte, 64 * 1024> buffer_;
};

// The errno of a message of the type NLMSG_ERROR.
int error_in(const netlink_message& message) {
    nlmsgerr answer{};
    std::memcpy(&answer, message.payload.data(), std::min(message.payload.size(), sizeof(answer)));
    return -answer.error;
}

// One dump: asks, and collects rows until the kernel says that it is done.
class diag_dump {
public:
    diag_dump(int descriptor, std::uint32_t sequence)
        : descriptor_(descriptor), sequence_(sequence) {}

    void run(const query& asked);
    bool interrupted() const { return interrupted_; }
    const std::vector<diag_row>& rows() const { return rows_; }

private:
    void take(const netlink_message& message);

    int descriptor_;
    std::uint32_t sequence_;
    std::vector<diag_row> rows_;
    bool interrupted_ = false;  // sockets came and went under it: rows may be missing
    bool done_ = false;
};

void diag_dump::run(const query& asked) {
    const dump_request request = make_request(asked, sequence_);
    send_request(descriptor_, &request, request.header.nlmsg_len);
    diag_answer answer;
    while (!done_) {
        for (const netlink_message& message : answer.receive(descriptor_)) {
            take(message);
        }
    }
}

void diag_dump::take(const netlink_message& message) {
    // What is not ours is the rest of an earlier dump that failed half-way.
    if (done_ || message.sequence != sequence_) {
        return;
    }
    interrupted_ = interrupted_ || (message.flags & NLM_F_DUMP_INTR) != 0;
    if (message.type == NLMSG_ERROR) {
        throw_environment_error("sock_diag", error_in(message));
    }
    if (message.type == NLMSG_DONE) {
        done_ = true;
    } else if (const auto row = read_diag_row(message.payload)) {
        rows_.push_back(*row);
    }
}

// The request for the one socket between two addresses.
struct exact_request {
    nlmsghdr header{};
    inet_diag_req_v2 request{};
};

// AF_UNSPEC when it is no address.
std::uint8_t write_address(const std::string& address, __be32* into) {
    if (::inet_pton(AF_INET, address.c_str(), into) == 1) {
        return AF_INET;
    }
    return ::inet_pton(AF_INET6, address.c_str(), into) == 1 ? AF_INET6 : AF_UNSPEC;
}

exact_request make_exact_request(const endpoint& local, const endpoint& remote,
                                 std::uint32_t sequence) {
    exact_request message;
    message.header.nlmsg_len = sizeof(message);
    message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    message.header.nlmsg_flags = NLM_F_REQUEST;
    message.header.nlmsg_seq = sequence;
    message.request.sdiag_protocol = IPPROTO_TCP;
    message.request.idiag_ext = wanted_extensions;
    message.request.idiag_states = all_states;
    inet_diag_sockid& id = message.request.id;
    // IPv4 finds the sockets of a dual-stack listener, too: the kernel keeps them by their IPv4
    // address (inet_diag_find_one_icsk of inet_diag.c).
    message.request.sdiag_family = write_address(local.address, id.idiag_src);
    if (write_address(remote.address, id.idiag_dst) != message.request.sdiag_family) {
        message.request.sdiag_family = AF_UNSPEC;
    }
    id.idiag_sport = htons(local.port);
    id.idiag_dport = htons(remote.port);
    id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return message;
}

std::vector<diag_row> dump(int descriptor, std::uint32_t& sequence, const query& asked) {
    for (int attempt = 0; attempt < dump_attempts_max; ++attempt) {
        diag_dump answer(descriptor, ++sequence);
        answer.run(asked);
        if (!answer.interrupted()) {
            return answer.rows();
        }
    }
    throw_environment_error("sock_diag: sockets change faster than it reads", EAGAIN);
}

std::vector<tcp_socket_facts> facts_of(const std::vector<diag_row>& rows) {
    std::vector<tcp_socket_facts> facts;
    facts.reserve(rows.size());
    for (const diag_row& row : rows) {
        facts.push_back(row.facts);
    }
    return facts;
}

}  // namespace

socket_table::socket_table()
    : descriptor_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {
    if (descriptor_ < 0) {
        throw_environment_error("socket(NETLINK_SOCK_DIAG)", errno);
    }
    if (::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &answer_within, sizeof(answer_within)) !=
        0) {
        const int error = errno;
        ::close(descriptor_);
        throw_environment_error("setsockopt(SO_RCVTIMEO)", error);
    }
}

socket_table::~socket_table() {
    ::close(descriptor_);
}

std::optional<tcp_socket_facts> socket_table::find(const endpoint& local, const endpoint& remote) {
    if (is_unix(local)) {
        return unix_sockets().find(local, remote);
    }
    const exact_request request = make_exact_request(local, remote, ++sequence_);
    if (request.request.sdiag_family == AF_UNSPEC) {
        return std::nullopt;
    }
    send_request(descriptor_, &request, sizeof(request));
    diag_answer answer;
    for (;;) {
        for (const netlink_message& message : answer.receive(descriptor_)) {
            if (message.sequence != sequence_) {
                continue;  // the rest of a dump that failed half-way
            }
            if (message.type == NLMSG_ERROR) {
                const int error = error_in(message);
                if (error != ENOENT) {
                    throw_environment_error("sock_diag", error);
                }
                return std::nullopt;
            }
            const std::optional<diag_row> row = read_diag_row(message.payload);
            // Where there is no connection the kernel offers the listener that would take one.
            const bool is_it = row && row->facts.remote.port == remote.port &&
                               row->facts.state != tcp_state::listen &&
                               row->facts.state != tcp_state::time_wait;
            return is_it ? std::optional(row->facts) : std::nullopt;
        }
    }
}

std::vector<tcp_socket_facts> socket_table::listeners(std::uint16_t port) {
    return facts_of(listener_rows(port));
}

std::vector<diag_row> socket_table::listener_rows(std::uint16_t port) {
    return dump(descriptor_, sequence_, {listening_states, port});
}

std::vector<tcp_socket_facts> socket_table::with_local_port(std::uint16_t port) {
    return facts_of(dump(descriptor_, sequence_, {all_states, port}));
}

std::vector<tcp_socket_facts> socket_table::listeners_at(const endpoint& local) {
    return is_unix(local) ? unix_sockets().listeners(local.address) : listeners(local.port);
}

std::vector<tcp_socket_facts> socket_table::sockets_at(const endpoint& local) {
    return is_unix(local) ? unix_sockets().at(local.address) : with_local_port(local.port);
}

std::vector<tcp_socket_facts> socket_table::all() {
    return facts_of(dump(descriptor_, sequence_, {all_states, 0}));
}

std::uint64_t socket_table::listener_drops(std::uint16_t port) {
    std::uint64_t drops_count = 0;
    for (const diag_row& row : listener_rows(port)) {
        drops_count += row.drops_count;
    }
    return drops_count;
}

}  // namespace stormdrain
