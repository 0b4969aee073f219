#pragma once
// OpenSSL's client without I/O: all versions and every server that it knows, for whoever drives
// thousands of sockets by himself. It sees what was fed through a BIO over that very memory, and
// all that it says is gathered: one recv and one send a turn, where OpenSSL on a socket makes two
// of each.

#include "harness/net/tls_client.hpp"
#include "harness/net/tls_codec.hpp"
#include "harness/net/tls_session.hpp"

#include <boost/system/error_code.hpp>
#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// What the sessions of one thread share. Outlives them; the client outlives it.
class openssl_client {
public:
    // Throws environment_error.
    explicit openssl_client(const tls_client& client);
    ~openssl_client();
    openssl_client(const openssl_client&) = delete;
    openssl_client& operator=(const openssl_client&) = delete;

private:
    friend class openssl_session;
    struct deleter {
        void operator()(BIO_METHOD* method) const;
    };

    const tls_client& client_;
    std::unique_ptr<BIO_METHOD, deleter> over_memory_;
    std::vector<char> text_;  // what the session that was fed last made of it
};

class openssl_session final : public tls_codec {
public:
    // Throws environment_error when OpenSSL cannot begin.
    explicit openssl_session(openssl_client& shared, tls_handshake_wish wish = {});
    ~openssl_session() override;

    void feed(std::string_view received) override;
    std::string_view plaintext() const override { return {shared_.text_.data(), text_bytes_}; }
    void seal(std::string_view text) override;
    void close() override;
    std::string_view output() const override;
    void sent(std::size_t bytes) override;
    tls_codec_state state() const override { return state_; }
    bool is_resumed() const override;
    std::string_view application_protocol() const override;
    std::string failure_text() const override { return failure_; }
    // Of Asio's category for OpenSSL, in whose words a coroutine's stream would have failed.
    boost::system::error_code failure_code() const override { return failure_code_; }

private:
    friend class openssl_client;
    static int read_memory(BIO* bio, char* into, int bytes);
    static int write_memory(BIO* bio, const char* from, int bytes);
    static long control(BIO* bio, int command, long number, void* pointer);
    void connect_memory();
    void shake_hands();
    void read_text();
    void fail(const char* otherwise);

    struct deleter {
        void operator()(SSL* tls) const;
    };

    openssl_client& shared_;
    tls_handshake_wish wish_;
    std::unique_ptr<SSL, deleter> tls_;
    std::string_view received_;  // what OpenSSL did not read yet; only while it is being fed
    std::size_t text_bytes_ = 0;
    std::string output_;
    std::size_t sent_bytes_ = 0;  // of the output
    tls_codec_state state_ = tls_codec_state::handshaking;
    std::string failure_;
    boost::system::error_code failure_code_;
};

}  // namespace stormdrain
