#include "servers/reference/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace reference {
namespace {

struct ssl_deleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

class tls_stream final : public stream {
public:
    tls_stream(std::unique_ptr<SSL, ssl_deleter> ssl, record_reading reads)
        : ssl_(std::move(ssl)), reads_(reads) {
        if (reads_ == record_reading::first_alone) {
            SSL_set_read_ahead(ssl_.get(), 1);
        }
    }

    step handshake() override {
        ERR_clear_error();
        return outcome_of(SSL_do_handshake(ssl_.get()), 0);
    }

    step read(std::span<char> space) override {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_read_ex(ssl_.get(), space.data(), space.size(), &count);
        has_read_ = count > 0;
        return outcome_of(result, count);
    }

    step write(std::string_view bytes) override {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
        return outcome_of(result, count);
    }

    step end() override {
        // OpenSSL must not be asked to go on after a fatal error (SSL_shutdown(3)), nor before
        // there is a session to end.
        if (failed_ || SSL_is_init_finished(ssl_.get()) == 0) {
            return {};
        }
        ERR_clear_error();
        const int result = SSL_shutdown(ssl_.get());
        // 0: our close_notify is out. The peer's answer is not waited for here.
        return result >= 0 ? step{} : outcome_of(result, 0);
    }

    // Decrypted bytes may wait inside OpenSSL without the socket becoming readable.
    bool may_have_input() const override { return reads_ == record_reading::all || !has_read_; }

    std::string_view protocol() const override {
        const unsigned char* name = nullptr;
        unsigned int length = 0;
        SSL_get0_alpn_selected(ssl_.get(), &name, &length);
        return {reinterpret_cast<const char*>(name), length};
    }

private:
    step outcome_of(int result, std::size_t bytes) {
        const int error = errno;
        switch (SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_NONE:
                return {step_state::done, bytes};
            case SSL_ERROR_WANT_READ:
                return {step_state::wants_input};
            case SSL_ERROR_WANT_WRITE:
                return {step_state::wants_output};
            case SSL_ERROR_ZERO_RETURN:
                return {step_state::end_of_stream};
            case SSL_ERROR_SYSCALL:
                failed_ = true;
                return error == 0 ? step{step_state::end_of_stream} : step{step_state::reset};
            default:
                failed_ = true;
                return {step_state::failed};
        }
    }

    std::unique_ptr<SSL, ssl_deleter> ssl_;
    record_reading reads_;
    bool has_read_ = false;
    bool failed_ = false;
};

}  // namespace

std::unique_ptr<stream> make_tls_stream(SSL_CTX& context, int descriptor, record_reading reads) {
    std::unique_ptr<SSL, ssl_deleter> ssl(SSL_new(&context));
    if (!ssl || SSL_set_fd(ssl.get(), descriptor) != 1) {
        return nullptr;
    }
    SSL_set_accept_state(ssl.get());
    return std::make_unique<tls_stream>(std::move(ssl), reads);
}

std::unique_ptr<stream> make_tls_client_stream(SSL_CTX& context, int descriptor,
                                               const tls_peer& peer) {
    std::unique_ptr<SSL, ssl_deleter> ssl(SSL_new(&context));
    if (!ssl || SSL_set_fd(ssl.get(), descriptor) != 1) {
        return nullptr;
    }
    // 0 for whatever is no address: then it is a name.
    const bool named =
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), peer.host.c_str()) == 1 ||
        SSL_set1_host(ssl.get(), peer.host.c_str()) == 1;
    // SSL_set_tlsext_host_name() without the old cast in its macro.
    const bool asked = peer.sni.empty() ||
                       SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                                const_cast<char*>(peer.sni.c_str())) == 1;
    if (!named || !asked) {
        return nullptr;
    }
    SSL_set_connect_state(ssl.get());
    return std::make_unique<tls_stream>(std::move(ssl), record_reading::all);
}

}  // namespace reference
