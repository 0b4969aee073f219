#include "harness/net/tls13/certificate_check.hpp"

#include "harness/base/environment_error.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <utility>

namespace stormdrain::tls13 {
namespace {

using store_pointer = std::unique_ptr<X509_STORE, released_by<X509_STORE_free>>;
using verification = std::unique_ptr<X509_STORE_CTX, released_by<X509_STORE_CTX_free>>;

struct free_chain {
    void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, ::X509_free); }
};
using chain_pointer = std::unique_ptr<STACK_OF(X509), free_chain>;

// Null: no certificate, or more than one.
certificate_pointer parse(byte_view der) {
    const unsigned char* at = der.data();
    certificate_pointer parsed(::d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    return at == der.data() + der.size() ? std::move(parsed) : nullptr;
}

bool set_name(X509_STORE_CTX* context, const std::string& name) {
    if (name.empty()) {
        return true;
    }
    X509_VERIFY_PARAM* const parameters = ::X509_STORE_CTX_get0_param(context);
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(name, not_an_address);
    return not_an_address ? ::X509_VERIFY_PARAM_set1_host(parameters, name.data(), name.size()) == 1
                          : ::X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1;
}

}  // namespace

struct certificate_check::store {
    store_pointer trusted;

    explicit store(const std::string& path) : trusted(::X509_STORE_new()) {
        require_openssl(trusted != nullptr, "keep certificates");
        if (::X509_STORE_load_file(trusted.get(), path.c_str()) != 1) {
            throw environment_error("cannot read the certificate " + path);
        }
    }

    bool trusts(X509* certificate, STACK_OF(X509) * others, const std::string& name) const {
        const verification context(::X509_STORE_CTX_new());
        require_openssl(
            context &&
                ::X509_STORE_CTX_init(context.get(), trusted.get(), certificate, others) == 1 &&
                ::X509_STORE_CTX_set_default(context.get(), "ssl_server") == 1 &&
                set_name(context.get(), name),
            "verify certificates");
        return ::X509_verify_cert(context.get()) == 1;
    }
};

certificate_check::certificate_check(server_check_options options) : options_(std::move(options)) {
    if (options_.proof == server_proof::trusted) {
        trusted_ = std::make_unique<store>(options_.trusted_certificate_path);
    }
}

certificate_check::~certificate_check() = default;

boost::system::result<key_pointer, failure> certificate_check::read(
    const std::vector<byte_view>& chain) const {
    const certificate_pointer own = parse(chain.front());
    key_pointer key(own ? ::X509_get_pubkey(own.get()) : nullptr);
    if (!key) {
        return failure::certificate_unreadable;
    }
    if (trusted_) {
        const chain_pointer others(sk_X509_new_null());
        for (std::size_t index = 1; index < chain.size(); ++index) {
            certificate_pointer other = parse(chain[index]);
            if (!other) {
                return failure::certificate_unreadable;
            }
            require_openssl(sk_X509_push(others.get(), other.get()) > 0, "verify certificates");
            other.release();  // the chain's now
        }
        if (!trusted_->trusts(own.get(), others.get(), options_.server_name)) {
            return failure::certificate_not_trusted;
        }
    }
    return key;
}

boost::system::result<std::shared_ptr<signature_verifier>, failure> certificate_check::accept(
    byte_view body, const std::vector<byte_view>& chain) {
    if (options_.proof == server_proof::none) {
        return std::shared_ptr<signature_verifier>();
    }
    const auto known = known_.find(as_text(body));
    if (known != known_.end()) {
        return known->second;
    }
    boost::system::result<key_pointer, failure> key = read(chain);
    if (!key) {
        return key.error();
    }
    if (known_.size() == known_count_max) {
        known_.clear();
    }
    auto verifier = std::make_shared<signature_verifier>(std::move(*key));
    known_.emplace(as_text(body), verifier);
    return verifier;
}

}  // namespace stormdrain::tls13
