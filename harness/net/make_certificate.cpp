#include "harness/base/environment_error.hpp"
#include "harness/net/openssl_pointers.hpp"
#include "harness/net/tls_client.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace stormdrain {
namespace {

using extension_pointer = std::unique_ptr<X509_EXTENSION, released_by<X509_EXTENSION_free>>;
using number_pointer = std::unique_ptr<BIGNUM, released_by<BN_free>>;
using file_pointer = std::unique_ptr<std::FILE, released_by<std::fclose>>;

void set_serial(X509* certificate) {
    // Random, so that a client which remembers last run's certificate cannot mistake this one.
    constexpr int serial_bits = 127;  // RFC 5280 section 4.1.2.2: positive, at most 20 octets
    const number_pointer serial(::BN_new());
    require_openssl(
        serial && ::BN_rand(serial.get(), serial_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
            ::BN_to_ASN1_INTEGER(serial.get(), ::X509_get_serialNumber(certificate)) != nullptr,
        "make a serial number");
}

void set_validity(X509* certificate) {
    // The past hour forgives a container whose clock lags behind.
    constexpr long hour = 60 * 60;
    constexpr long days = 10;
    require_openssl(
        ::X509_gmtime_adj(::X509_getm_notBefore(certificate), -hour) != nullptr &&
            ::X509_gmtime_adj(::X509_getm_notAfter(certificate), days * 24 * hour) != nullptr,
        "set the validity of a certificate");
}

// Who is meant is said by the alternative names alone (RFC 9525 section 2.3): this one would be too
// short for some hosts.
void set_name(X509* certificate) {
    X509_NAME* const name = ::X509_get_subject_name(certificate);
    const auto* common_name = reinterpret_cast<const unsigned char*>("stormdrain");
    require_openssl(
        ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
            ::X509_set_issuer_name(certificate, name) == 1,
        "name a certificate");
}

void add_extension(X509* certificate, int kind, const char* value) {
    X509V3_CTX context{};
    ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const extension_pointer extension(::X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    require_openssl(extension && ::X509_add_ext(certificate, extension.get(), -1) == 1,
                    "add an extension to a certificate");
}

// Of plain host names: a comma would begin the next name.
std::string alternative_names(const std::vector<std::string>& hosts) {
    std::string names;
    for (const std::string& host : hosts) {
        names += "DNS:" + host + ",";
    }
    return names + "IP:127.0.0.1,IP:::1";
}

certificate_pointer self_signed(EVP_PKEY* key, const std::vector<std::string>& hosts) {
    certificate_pointer certificate(::X509_new());
    require_openssl(certificate && ::X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                        ::X509_set_pubkey(certificate.get(), key) == 1,
                    "make a certificate");
    set_serial(certificate.get());
    set_validity(certificate.get());
    set_name(certificate.get());
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
    add_extension(certificate.get(), NID_subject_key_identifier, "hash");
    add_extension(certificate.get(), NID_subject_alt_name, alternative_names(hosts).c_str());
    require_openssl(::X509_sign(certificate.get(), key, ::EVP_sha256()) != 0, "sign a certificate");
    return certificate;
}

file_pointer create(const std::string& path, mode_t mode) {
    ::unlink(path.c_str());  // a file that stays makes open() fail, and that is reported
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    std::FILE* const file = descriptor < 0 ? nullptr : ::fdopen(descriptor, "w");
    if (file == nullptr) {
        const std::string reason = std::generic_category().message(errno);
        throw environment_error("cannot write " + path + ": " + reason);
    }
    return file_pointer(file);
}

void require_written(bool written, file_pointer file, const std::string& path) {
    // fclose() is the moment at which a full disk shows.
    if (std::fclose(file.release()) != 0 || !written) {
        throw environment_error("cannot write " + path);
    }
}

}  // namespace

certificate_files make_certificate(const std::string& folder,
                                   const std::vector<std::string>& hosts) {
    const certificate_files files{folder + "/certificate.pem", folder + "/certificate.pem.key"};
    const key_pointer key(::EVP_EC_gen("P-256"));
    require_openssl(key != nullptr, "make a P-256 key");
    const certificate_pointer certificate = self_signed(key.get(), hosts);

    file_pointer certificate_file = create(files.certificate_path, 0644);
    const bool certificate_written =
        ::PEM_write_X509(certificate_file.get(), certificate.get()) == 1;
    require_written(certificate_written, std::move(certificate_file), files.certificate_path);

    file_pointer key_file = create(files.key_path, 0600);
    const bool key_written = ::PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0,
                                                    nullptr, nullptr) == 1;
    require_written(key_written, std::move(key_file), files.key_path);
    return files;
}

}  // namespace stormdrain
