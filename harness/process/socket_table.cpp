// linux/inet_diag.h and friends clash with the C library's network headers that Asio brings, so
// nothing of Asio may be included here.

#include "harness/process/socket_table.hpp"

#include "harness/base/environment_error.hpp"

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

// A dump that sockets come and go under is flagged by the kernel and asked for again, this often.
constexpr int dump_attempts_max = 8;
// The kernel answers within milliseconds; longer means that it never will.
constexpr timeval answer_within{2, 0};

constexpr std::uint8_t families[] = {AF_INET, AF_INET6};

struct query {
    std::uint8_t family = AF_INET;
    std::uint32_t states = all_states;
    std::uint16_t local_port = 0;  // 0: any
};

struct diag_row {
    tcp_socket_facts facts;
    std::uint64_t drops_count = 0;
};

// The request of sock_diag(7) for a dump. The port filter is a program of inet_diag_bc_op: two
// comparisons, each with the port in the slot after it; jumping past the end means "reject".
struct dump_request {
    nlmsghdr header{};
    inet_diag_req_v2 request{};
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
    message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.header.nlmsg_seq = sequence;
    message.request.sdiag_family = asked.family;
    message.request.sdiag_protocol = IPPROTO_TCP;
    message.request.idiag_ext = 1U << (INET_DIAG_SKMEMINFO - 1U);
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

std::string to_address(std::uint8_t family, const __be32* bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    in6_addr address{};
    std::memcpy(&address, bytes, sizeof(address));
    // A dual-stack listener's IPv4 connections are IPv4 on the wire and in the client's eyes.
    const bool is_mapped = family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address);
    if (family == AF_INET || is_mapped) {
        ::inet_ntop(AF_INET, is_mapped ? bytes + 3 : bytes, text.data(), text.size());
    } else {
        ::inet_ntop(AF_INET6, bytes, text.data(), text.size());
    }
    return text.data();
}

// Reads SK_MEMINFO_DROPS of the attributes after the message.
std::uint64_t drops_of(std::span<const std::byte> attributes) {
    while (attributes.size() >= sizeof(rtattr)) {
        rtattr attribute;
        std::memcpy(&attribute, attributes.data(), sizeof(attribute));
        if (attribute.rta_len < sizeof(attribute) || attribute.rta_len > attributes.size()) {
            break;
        }
        constexpr std::size_t offset = sizeof(rtattr) + SK_MEMINFO_DROPS * sizeof(std::uint32_t);
        if (attribute.rta_type == INET_DIAG_SKMEMINFO &&
            attribute.rta_len >= offset + sizeof(std::uint32_t)) {
            std::uint32_t drops = 0;
            std::memcpy(&drops, attributes.data() + offset, sizeof(drops));
            return drops;
        }
        attributes = attributes.subspan(
            std::min<std::size_t>(RTA_ALIGN(attribute.rta_len), attributes.size()));
    }
    return 0;
}

std::optional<diag_row> to_row(std::span<const std::byte> payload) {
    inet_diag_msg message;
    if (payload.size() < sizeof(message)) {
        return std::nullopt;
    }
    std::memcpy(&message, payload.data(), sizeof(message));
    diag_row row;
    const inet_diag_sockid& id = message.id;
    row.facts.local = {to_address(message.idiag_family, id.idiag_src), ntohs(id.idiag_sport)};
    row.facts.remote = {to_address(message.idiag_family, id.idiag_dst), ntohs(id.idiag_dport)};
    row.facts.state = static_cast<tcp_state>(message.idiag_state);
    row.facts.receive_queue_bytes = message.idiag_rqueue;
    row.facts.send_queue_bytes = message.idiag_wqueue;
    row.facts.inode = message.idiag_inode;
    row.drops_count = drops_of(payload.subspan(sizeof(message)));
    return row;
}

[[noreturn]] void throw_environment_error(const char* what, int error) {
    throw environment_error(std::string(what) + ": " + std::strerror(error));
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
    void take_datagram(std::span<const std::byte> datagram);

    int descriptor_;
    std::uint32_t sequence_;
    std::vector<diag_row> rows_;
    bool interrupted_ = false;  // sockets came and went under it: rows may be missing
    bool done_ = false;
};

void diag_dump::run(const query& asked) {
    const dump_request request = make_request(asked, sequence_);
    if (::send(descriptor_, &request, request.header.nlmsg_len, 0) < 0) {
        throw_environment_error("sock_diag: send", errno);
    }
    // The kernel fills at most 32 KiB of a dump's datagram (netlink_dump of af_netlink.c).
    std::array<std::byte, 64 * 1024> buffer;
    while (!done_) {
        const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_TRUNC);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw_environment_error("sock_diag: recv", errno);  // EAGAIN: SO_RCVTIMEO
        }
        if (static_cast<std::size_t>(count) > buffer.size()) {
            throw_environment_error("sock_diag: recv", EMSGSIZE);
        }
        take_datagram(std::span(buffer).first(static_cast<std::size_t>(count)));
    }
}

void diag_dump::take_datagram(std::span<const std::byte> datagram) {
    while (!done_ && datagram.size() >= sizeof(nlmsghdr)) {
        nlmsghdr header;
        std::memcpy(&header, datagram.data(), sizeof(header));
        if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > datagram.size()) {
            throw_environment_error("sock_diag: malformed answer", EPROTO);
        }
        const auto payload = datagram.subspan(NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN);
        datagram =
            datagram.subspan(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), datagram.size()));
        if (header.nlmsg_seq != sequence_) {
            continue;  // the rest of an earlier dump that failed half-way
        }
        interrupted_ = interrupted_ || (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
        if (header.nlmsg_type == NLMSG_ERROR) {
            nlmsgerr answer{};
            std::memcpy(&answer, payload.data(), std::min(payload.size(), sizeof(answer)));
            throw_environment_error("sock_diag", -answer.error);
        }
        if (header.nlmsg_type == NLMSG_DONE) {
            done_ = true;
        } else if (const auto row = to_row(payload)) {
            rows_.push_back(*row);
        }
    }
}

// Both families, in this order.
std::vector<diag_row> dump(int descriptor, std::uint32_t& sequence, query asked) {
    std::vector<diag_row> rows;
    for (const std::uint8_t family : families) {
        asked.family = family;
        bool whole = false;
        for (int attempt = 0; !whole && attempt < dump_attempts_max; ++attempt) {
            diag_dump answer(descriptor, ++sequence);
            answer.run(asked);
            whole = !answer.interrupted();
            if (whole) {
                rows.insert(rows.end(), answer.rows().begin(), answer.rows().end());
            }
        }
        if (!whole) {
            throw_environment_error("sock_diag: sockets change faster than it reads", EAGAIN);
        }
    }
    return rows;
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

std::vector<tcp_socket_facts> socket_table::listeners(std::uint16_t port) {
    return facts_of(dump(descriptor_, sequence_, {AF_INET, listening_states, port}));
}

std::vector<tcp_socket_facts> socket_table::with_local_port(std::uint16_t port) {
    return facts_of(dump(descriptor_, sequence_, {AF_INET, all_states, port}));
}

std::vector<tcp_socket_facts> socket_table::all() {
    return facts_of(dump(descriptor_, sequence_, {AF_INET, all_states, 0}));
}

std::uint64_t socket_table::listener_drops(std::uint16_t port) {
    std::uint64_t drops_count = 0;
    for (const diag_row& row : dump(descriptor_, sequence_, {AF_INET, listening_states, port})) {
        drops_count += row.drops_count;
    }
    return drops_count;
}

}  // namespace stormdrain
