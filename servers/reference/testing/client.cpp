#include "servers/reference/testing/client.hpp"

#include "servers/reference/testing/launched_server.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace reference::testing {

bool reply::announces_close() const {
    return head.find("\r\nConnection: close\r\n") != std::string::npos;
}

client::client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit = {.tv_sec = patience.count(), .tv_usec = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int error = errno;
        ::close(descriptor_);
        throw std::system_error(error, std::generic_category(), "connect");
    }
}

client::~client() {
    SSL_free(tls_);
    SSL_CTX_free(tls_context_);
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

bool client::start_tls(std::string_view protocol) {
    tls_context_ = SSL_CTX_new(TLS_client_method());
    tls_ = SSL_new(tls_context_);
    if (!protocol.empty()) {
        const std::string list = static_cast<char>(protocol.size()) + std::string(protocol);
        SSL_set_alpn_protos(tls_, reinterpret_cast<const unsigned char*>(list.data()),
                            static_cast<unsigned int>(list.size()));
    }
    return SSL_set_fd(tls_, descriptor_) == 1 && SSL_connect(tls_) == 1;
}

std::string client::protocol() const {
    const unsigned char* name = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(tls_, &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

std::string client::receive_some() {
    if (input_.empty()) {
        read_more();
    }
    return std::exchange(input_, {});
}

bool client::send(std::string_view bytes) {
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

client::arrival client::read_more() {
    std::array<char, 16 * 1024> buffer{};
    errno = 0;
    const ssize_t count = tls_ != nullptr
                              ? SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()))
                              : ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count > 0) {
        input_.append(buffer.data(), static_cast<std::size_t>(count));
        return arrival::bytes;
    }
    if (count == 0) {
        return arrival::end_of_stream;
    }
    saw_reset_ = errno == ECONNRESET;
    return saw_reset_ ? arrival::reset : arrival::nothing;
}

reply client::receive(std::string_view method) {
    reply got;
    auto end = input_.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (read_more() != arrival::bytes) {
            return got;
        }
        end = input_.find("\r\n\r\n");
    }
    got.head = input_.substr(0, end + 4);
    input_.erase(0, end + 4);
    const int status = std::atoi(got.head.c_str() + sizeof "HTTP/1.1");
    std::size_t body_bytes = 0;
    constexpr std::string_view field = "\r\nContent-Length: ";
    if (const auto at = got.head.find(field); at != std::string::npos && method != "HEAD") {
        body_bytes = std::strtoull(got.head.c_str() + at + field.size(), nullptr, 10);
    }
    while (input_.size() < body_bytes) {
        if (read_more() != arrival::bytes) {
            return got;
        }
    }
    got.body = input_.substr(0, body_bytes);
    input_.erase(0, body_bytes);
    got.status = status;
    return got;
}

reply client::get(const std::string& path) {
    send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
    return receive();
}

std::string client::receive_exactly(std::size_t bytes) {
    while (input_.size() < bytes && read_more() == arrival::bytes) {
    }
    std::string got = input_.substr(0, bytes);
    input_.erase(0, bytes);
    return got;
}

std::string client::receive_rest() {
    while (read_more() == arrival::bytes) {
    }
    return std::exchange(input_, {});
}

bool client::saw_close_notify() const {
    return tls_ != nullptr && (SSL_get_shutdown(tls_) & SSL_RECEIVED_SHUTDOWN) != 0;
}

void client::half_close() {
    ::shutdown(descriptor_, SHUT_WR);
}

void client::reset() {
    const linger at_once = {.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(descriptor_);
    descriptor_ = -1;
}

void client::shrink_receive_buffer() {
    const int bytes = 4096;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

temporary_folder::temporary_folder() {
    path_ = std::filesystem::temp_directory_path() / "server_reference_XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), "mkdtemp");
    }
}

temporary_folder::~temporary_folder() {
    std::error_code ignored;  // what cannot be removed is a few small files in /tmp
    std::filesystem::remove_all(path_, ignored);
}

certificate_folder::certificate_folder() {
    EVP_PKEY* pair = EVP_EC_gen("P-256");
    X509* signed_one = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(signed_one), 1);
    X509_gmtime_adj(X509_getm_notBefore(signed_one), -60);
    X509_gmtime_adj(X509_getm_notAfter(signed_one), 3600);
    X509_set_pubkey(signed_one, pair);
    X509_NAME* subject = X509_get_subject_name(signed_one);
    const std::string host = "localhost";
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
    X509_set_issuer_name(signed_one, subject);
    X509_sign(signed_one, pair, EVP_sha256());
    std::FILE* file = std::fopen(certificate().c_str(), "w");
    PEM_write_X509(file, signed_one);
    std::fclose(file);
    file = std::fopen(key().c_str(), "w");
    PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(signed_one);
    EVP_PKEY_free(pair);
}

}  // namespace reference::testing
