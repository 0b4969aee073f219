#pragma once
// An origin that the test plays itself, step by step and blocking, for black-box tests of the
// proxy. Everything ends within `patience`.

#include "servers/reference/testing/launched_server.hpp"

#include <openssl/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace reference::testing {

// A connection that the proxy has made.
class origin_peer {
public:
    explicit origin_peer(int descriptor) : descriptor_(descriptor) {}
    origin_peer(const origin_peer&) = delete;
    origin_peer& operator=(const origin_peer&) = delete;
    ~origin_peer() { close(); }

    // False when the proxy gives up.
    bool start_tls(SSL_CTX& context);
    // The name that the proxy has asked for; empty: none.
    std::string sni() const;
    // A whole head, or what came until the end; what follows it is kept.
    std::string receive_head();
    // So many bytes, or fewer when the end comes first.
    std::string receive(std::size_t bytes);
    // False when the proxy does not take it.
    bool send(std::string_view bytes);
    // As many of so many bytes as the proxy takes without a pause, over plain TCP.
    std::size_t send_until_stalled(std::size_t bytes);
    // 200 with `body` and Content-Length.
    bool answer(std::string_view body);
    // True when the proxy closes or resets it, without another byte.
    bool ends();
    void half_close();
    void reset();
    void close();

private:
    bool read_more();

    int descriptor_;
    SSL* tls_ = nullptr;
    std::string input_;
};

class scripted_origin {
public:
    scripted_origin();
    scripted_origin(const scripted_origin&) = delete;
    scripted_origin& operator=(const scripted_origin&) = delete;
    ~scripted_origin();

    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    // The next connection. Fails the test when none comes.
    std::unique_ptr<origin_peer> accept();
    // From now on nobody listens.
    void close();

private:
    int descriptor_;
    std::uint16_t port_ = 0;
};

// A certificate for a.test and b.test, signed with its own key, and what an origin does TLS with.
class origin_certificate {
public:
    origin_certificate();
    origin_certificate(const origin_certificate&) = delete;
    origin_certificate& operator=(const origin_certificate&) = delete;
    ~origin_certificate();

    SSL_CTX& context() const { return *context_; }
    void write_to(const std::string& path) const;

private:
    SSL_CTX* context_;
    EVP_PKEY* pair_;
    X509* certificate_;
};

}  // namespace reference::testing
