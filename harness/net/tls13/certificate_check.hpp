#pragma once
// Who the server is. A certificate is read, and its chain verified, once: to read one costs OpenSSL
// 3.0 more than to verify a signature with it, and a server shows the same one every time.

#include "harness/net/tls13/algorithms.hpp"
#include "harness/net/tls13/failure.hpp"
#include "harness/net/tls13/signature.hpp"
#include "harness/net/tls13/wire.hpp"

#include <boost/system/result.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace stormdrain::tls13 {

enum class server_proof {
    trusted,    // its certificate is trusted, of the host that is meant, and it signed with its key
    signature,  // whoever it is, it signed with its certificate's key
    none,       // only that it made the same secret: what a storm against one's own server needs
};

struct server_check_options {
    server_proof proof = server_proof::trusted;
    std::string trusted_certificate_path;  // PEM; for server_proof::trusted
    std::string server_name;               // a host or an address; empty: any
};

class certificate_check {
public:
    // Throws environment_error when the trusted certificate cannot be read.
    explicit certificate_check(server_check_options options);
    ~certificate_check();
    certificate_check(const certificate_check&) = delete;
    certificate_check& operator=(const certificate_check&) = delete;

    server_proof proof() const { return options_.proof; }

    // Of a Certificate message: `chain` are the certificates in `body`, the server's own first. The
    // verifier is null for server_proof::none.
    boost::system::result<std::shared_ptr<signature_verifier>, failure> accept(
        byte_view body, const std::vector<byte_view>& chain);

private:
    struct store;
    boost::system::result<key_pointer, failure> read(const std::vector<byte_view>& chain) const;

    // More than a server has certificates; beyond that all answers are forgotten.
    static constexpr std::size_t known_count_max = 64;

    server_check_options options_;
    std::unique_ptr<store> trusted_;
    // By the message's body.
    std::map<std::string, std::shared_ptr<signature_verifier>, std::less<>> known_;
};

}  // namespace stormdrain::tls13
