#pragma once
// A blocking HTTP client that can misbehave, for black-box tests. Everything ends within
// `patience`.

#include <openssl/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace reference::testing {

struct reply {
    int status = 0;  // 0: the connection ended first
    std::string head;
    std::string body;

    bool announces_close() const;
};

class client {
public:
    explicit client(std::uint16_t port);
    client(const client&) = delete;
    client& operator=(const client&) = delete;
    ~client();

    // Over TLS from now on; no certificate is checked. False when the handshake fails. `protocol`
    // is offered alone (ALPN); empty: none is.
    bool start_tls(std::string_view protocol = {});
    // What was agreed on.
    std::string protocol() const;
    // False when the peer does not take it.
    bool send(std::string_view bytes);
    // One response with Content-Length. `method` HEAD: without body.
    reply receive(std::string_view method = "GET");
    // "GET <path>" and its response.
    reply get(const std::string& path);
    // So many bytes, or those that came before the connection ended.
    std::string receive_exactly(std::size_t bytes);
    // What comes next; empty: the connection has ended, or nothing came.
    std::string receive_some();
    // Whatever comes until the connection ends.
    std::string receive_rest();
    // True when the server ends its side in order, without another byte.
    bool ends() { return read_more() == arrival::end_of_stream && input_.empty(); }
    // The connection was reset.
    bool saw_reset() const { return saw_reset_; }
    // TLS: the end was announced by close_notify.
    bool saw_close_notify() const;
    void half_close();
    void reset();
    void shrink_receive_buffer();

private:
    enum class arrival { bytes, end_of_stream, reset, nothing };
    arrival read_more();

    int descriptor_ = -1;
    SSL_CTX* tls_context_ = nullptr;
    SSL* tls_ = nullptr;
    std::string input_;
    bool saw_reset_ = false;
};

// A folder that goes with the object.
class temporary_folder {
public:
    temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder();
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

// A self-signed certificate and its key.
class certificate_folder {
public:
    certificate_folder();
    std::string certificate() const { return folder_.path() + "/certificate.pem"; }
    std::string key() const { return folder_.path() + "/key.pem"; }

private:
    temporary_folder folder_;
};

}  // namespace reference::testing
