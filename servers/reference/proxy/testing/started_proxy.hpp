#pragma once
// server_proxy in front of an origin that the test plays.

#include "servers/reference/proxy/testing/scripted_origin.hpp"
#include "servers/reference/testing/client.hpp"
#include "servers/reference/testing/launched_server.hpp"

#include <memory>
#include <string>
#include <vector>

namespace reference::testing {

inline const std::string get_a = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
inline const std::string get_b = "GET / HTTP/1.1\r\nHost: b.test\r\n\r\n";

inline launched_server started_proxy(const scripted_origin& origin,
                                     std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--http", "127.0.0.1:0", "--origin", "http://" + origin.address()});
    return launched_server(std::move(more));
}

// An https origin and its proxy.
struct tls_origin {
    explicit tls_origin(const std::string& match)
        : authority(folder.path() + "/authority.pem"), proxy(start(match)) {}

    std::vector<std::string> start(const std::string& match) {
        certificate.write_to(authority);
        return {"--http",
                "127.0.0.1:0",
                "--origin",
                "https://" + origin.address(),
                "--origin-authority",
                authority,
                "--match",
                match};
    }
    std::unique_ptr<origin_peer> accept() {
        std::unique_ptr<origin_peer> peer = origin.accept();
        peer->start_tls(certificate.context());
        return peer;
    }

    temporary_folder folder;
    std::string authority;
    origin_certificate certificate;
    scripted_origin origin;
    launched_server proxy;
};

}  // namespace reference::testing
