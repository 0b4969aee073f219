#include "servers/reference/proxy/testing/scripted_origin.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace reference::testing {
namespace {

constexpr int accept_backlog = 16;  // more than a test has open

void add_extension(X509& certificate, int what, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value);
    X509_add_ext(&certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

}  // namespace

bool origin_peer::start_tls(SSL_CTX& context) {
    tls_ = SSL_new(&context);
    return SSL_set_fd(tls_, descriptor_) == 1 && SSL_accept(tls_) == 1;
}

std::string origin_peer::sni() const {
    const char* name = SSL_get_servername(tls_, TLSEXT_NAMETYPE_host_name);
    return name != nullptr ? name : "";
}

bool origin_peer::read_more() {
    std::array<char, 16 * 1024> buffer{};
    const ssize_t count = tls_ != nullptr
                              ? SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()))
                              : ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count > 0) {
        input_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return count > 0;
}

std::string origin_peer::receive_head() {
    while (input_.find("\r\n\r\n") == std::string::npos && read_more()) {
    }
    const auto end = input_.find("\r\n\r\n");
    const std::size_t bytes = end == std::string::npos ? input_.size() : end + 4;
    std::string head = input_.substr(0, bytes);
    input_.erase(0, bytes);
    return head;
}

std::string origin_peer::receive(std::size_t bytes) {
    while (input_.size() < bytes && read_more()) {
    }
    std::string got = input_.substr(0, bytes);
    input_.erase(0, got.size());
    return got;
}

bool origin_peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = tls_ != nullptr
                                  ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                  : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::size_t origin_peer::send_until_stalled(std::size_t bytes) {
    // So long without room: a slow machine only makes us stop earlier.
    constexpr int pause_ms = 300;
    const std::string piece(64 * 1024, 'x');
    std::size_t sent_bytes = 0;
    pollfd wanted = {.fd = descriptor_, .events = POLLOUT, .revents = 0};
    while (sent_bytes < bytes && ::poll(&wanted, 1, pause_ms) == 1) {
        const ssize_t count =
            ::send(descriptor_, piece.data(), std::min(piece.size(), bytes - sent_bytes),
                   MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count <= 0) {
            break;
        }
        sent_bytes += static_cast<std::size_t>(count);
    }
    return sent_bytes;
}

bool origin_peer::answer(std::string_view body) {
    std::string text = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size());
    text += "\r\n\r\n";
    text += body;
    return send(text);
}

bool origin_peer::ends() {
    // A timeout of SO_RCVTIMEO is no end.
    pollfd wanted = {.fd = descriptor_, .events = POLLIN, .revents = 0};
    const int patience_ms = static_cast<int>(std::chrono::milliseconds(patience).count());
    return ::poll(&wanted, 1, patience_ms) == 1 && !read_more() && input_.empty();
}

void origin_peer::half_close() {
    ::shutdown(descriptor_, SHUT_WR);
}

void origin_peer::reset() {
    const linger at_once = {.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(descriptor_);
    descriptor_ = -1;
}

void origin_peer::close() {
    if (tls_ != nullptr) {
        if (descriptor_ >= 0) {
            SSL_shutdown(tls_);
        }
        SSL_free(tls_);
        tls_ = nullptr;
    }
    if (descriptor_ >= 0) {
        ::close(descriptor_);
        descriptor_ = -1;
    }
}

scripted_origin::scripted_origin() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t address_bytes = sizeof address;
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(descriptor_, accept_backlog), 0);
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &address_bytes);
    port_ = ntohs(address.sin_port);
}

scripted_origin::~scripted_origin() {
    close();
}

void scripted_origin::close() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
        descriptor_ = -1;
    }
}

std::unique_ptr<origin_peer> scripted_origin::accept() {
    pollfd wanted = {.fd = descriptor_, .events = POLLIN, .revents = 0};
    const int patience_ms = static_cast<int>(std::chrono::milliseconds(patience).count());
    EXPECT_EQ(::poll(&wanted, 1, patience_ms), 1) << "the proxy does not connect";
    const int peer = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    const timeval limit = {.tv_sec = patience.count(), .tv_usec = 0};
    ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return std::make_unique<origin_peer>(peer);
}

origin_certificate::origin_certificate()
    : context_(SSL_CTX_new(TLS_server_method())),
      pair_(EVP_EC_gen("P-256")),
      certificate_(X509_new()) {
    X509_set_version(certificate_, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), 3600);
    X509_set_pubkey(certificate_, pair_);
    X509_NAME* subject = X509_get_subject_name(certificate_);
    const std::string name = "origin";
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate_, subject);
    add_extension(*certificate_, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(*certificate_, NID_subject_alt_name, "DNS:a.test,DNS:b.test");
    X509_sign(certificate_, pair_, EVP_sha256());
    SSL_CTX_use_certificate(context_, certificate_);
    SSL_CTX_use_PrivateKey(context_, pair_);
}

origin_certificate::~origin_certificate() {
    X509_free(certificate_);
    EVP_PKEY_free(pair_);
    SSL_CTX_free(context_);
}

void origin_certificate::write_to(const std::string& path) const {
    std::FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, certificate_);
    std::fclose(file);
}

}  // namespace reference::testing
