#include "ci/benchmarks/lone_nginx.hpp"

#include "ci/benchmarks/find_program.hpp"
#include "ci/benchmarks/loopback.hpp"

#include <poll.h>

#include <chrono>
#include <stdexcept>
#include <vector>

namespace stormdrain::benchmarks {
namespace {

constexpr auto ready_limit = std::chrono::seconds(10);
constexpr int look_interval_ms = 10;

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
    : port_(free_port()) {
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
