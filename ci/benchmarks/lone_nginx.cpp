#include "ci/benchmarks/lone_nginx.hpp"

#include "ci/benchmarks/find_program.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <vector>

namespace stormdrain::benchmarks {
namespace {

constexpr auto ready_limit = std::chrono::seconds(10);
constexpr int look_interval_ms = 10;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

class tcp_socket {
public:
    tcp_socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    tcp_socket(const tcp_socket&) = delete;
    tcp_socket& operator=(const tcp_socket&) = delete;
    ~tcp_socket() { ::close(descriptor_); }

    bool connects(std::uint16_t port) const {
        const sockaddr_in address = loopback(port);
        return ::connect(descriptor_, generic(&address), sizeof(address)) == 0;
    }
    std::uint16_t free_port() const {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof(address);
        if (::bind(descriptor_, generic(&address), size) != 0 ||
            ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            throw std::runtime_error("no free port");
        }
        return ntohs(address.sin_port);
    }

private:
    static const sockaddr* generic(const sockaddr_in* address) {
        return reinterpret_cast<const sockaddr*>(address);
    }
    int descriptor_;
};

// A single process: nobody else is left when it is killed.
std::string configuration(std::uint16_t port, const nginx_site& site) {
    return R"(master_process off;
daemon off;
pid nginx.pid;
error_log stderr warn;
worker_rlimit_nofile )" +
           std::to_string(site.connections_count + 100) +
           R"(;
events { worker_connections )" +
           std::to_string(site.connections_count) +
           R"(; multi_accept on; }
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    )" + site.settings +
           "\n    server {\n        listen 127.0.0.1:" + std::to_string(port) + " backlog=4096 " +
           site.listen_words + ";\n        " + site.answers + "\n    }\n}\n";
}

}  // namespace

lone_nginx::lone_nginx(const acceptance::scratch_folder& folder, const nginx_site& site)
    : port_(tcp_socket().free_port()) {
    const std::string nginx = find_program("nginx");
    if (nginx.empty()) {
        throw std::runtime_error("nginx: not installed");
    }
    acceptance::write_file(folder.file("nginx.conf"), configuration(port_, site));
    running_.emplace(std::vector<std::string>{find_program("taskset"), "-c", "0", nginx, "-p",
                                              folder.file("."), "-c", "nginx.conf", "-e", "stderr"},
                     folder.file("nginx.log"));
    const auto deadline = acceptance::clock::now() + ready_limit;
    while (!tcp_socket().connects(port_)) {
        if (acceptance::clock::now() > deadline) {
            throw std::runtime_error("nginx: " + acceptance::read_file(folder.file("nginx.log")));
        }
        ::poll(nullptr, 0, look_interval_ms);  // nothing tells when another process listens
    }
}

}  // namespace stormdrain::benchmarks
