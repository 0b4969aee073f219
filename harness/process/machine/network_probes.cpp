#include "harness/process/census/socket_events.hpp"
#include "harness/process/census/socket_table.hpp"
#include "harness/process/machine/capability_probes.hpp"
#include "harness/process/machine/probing_child.hpp"
#include "harness/process/owned_descriptor.hpp"
#include "harness/process/port_reserver.hpp"

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace stormdrain::probes {
namespace {

std::uint16_t port_of(const owned_descriptor& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

owned_descriptor connect_to(std::uint16_t port) {
    owned_descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
        throw environment_error(failed("connect", errno));
    }
    return client;
}

// Reset on close: no TIME_WAIT stays behind.
void reset_on_close(const owned_descriptor& socket) {
    const linger at_once{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

outcome try_namespaces() {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
        return stopped_at("unshare(CLONE_NEWUSER | CLONE_NEWNET)");
    }
    const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq loopback{};
    std::strncpy(loopback.ifr_name, "lo", sizeof(loopback.ifr_name) - 1);
    loopback.ifr_flags = IFF_UP;
    return any < 0 || ::ioctl(any, SIOCSIFFLAGS, &loopback) != 0 ? stopped_at("lo up") : outcome{};
}

}  // namespace

std::string sock_diag() {
    return reason_of([]() -> std::string {
        const owned_descriptor listener = make_listener({"127.0.0.1", 0});
        return socket_table().listeners(port_of(listener)).empty() ? "a listener was not found"
                                                                   : "";
    });
}

std::string socket_events() {
    return reason_of([]() -> std::string {
        const owned_descriptor listener = make_listener({"127.0.0.1", 0});
        const std::array ports{port_of(listener)};
        stormdrain::socket_events events(ports);
        {
            const owned_descriptor client = connect_to(ports.front());
            reset_on_close(client);
            const owned_descriptor accepted(::accept4(listener.get(), nullptr, nullptr, 0));
        }
        return becomes_readable(events.descriptor()) && !events.read_available().empty()
                   ? ""
                   : "no event came within 1 s";
    });
}

std::string md5_signature() {
    return reason_of([]() -> std::string {
        const owned_descriptor listener = make_listener({"127.0.0.1", 0});
        const owned_descriptor client = connect_to(port_of(listener));
        reset_on_close(client);
        tcp_md5sig signature{};
        sockaddr_in peer{};
        peer.sin_family = AF_INET;
        peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        std::memcpy(&signature.tcpm_addr, &peer, sizeof(peer));
        signature.tcpm_keylen = 1;
        return ::setsockopt(client.get(), IPPROTO_TCP, TCP_MD5SIG, &signature, sizeof(signature)) ==
                       0
                   ? ""
                   : failed("setsockopt(TCP_MD5SIG)", errno);
    });
}

std::string namespaces() {
    return in_child(try_namespaces);
}

std::string packet_socket() {
    // Protocol 0 receives nothing.
    const owned_descriptor opened(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    return opened.is_open() ? "" : failed("socket(AF_PACKET)", errno);
}

std::string netem() {
    std::error_code unreadable;
    if (std::filesystem::exists("/sys/module/sch_netem", unreadable)) {
        return "module sch_netem is in the kernel; trying it would change an interface";
    }
    utsname machine{};
    ::uname(&machine);
    std::ifstream known(std::string("/lib/modules/") + machine.release + "/modules.dep");
    if (!known) {
        return "no list of modules for this kernel; trying it might load one";
    }
    for (std::string line; std::getline(known, line);) {
        if (line.find("/sch_netem.ko") != std::string::npos) {
            return "module sch_netem can be loaded; trying it would do so";
        }
    }
    return "there is no module sch_netem";
}

}  // namespace stormdrain::probes
