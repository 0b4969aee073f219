#include "harness/net/tls13/certificate_check.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/net/tls13/openssl_server.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace stormdrain::tls13 {
namespace {

byte_string der_of(X509* certificate) {
    unsigned char* bytes = nullptr;
    const int count = ::i2d_X509(certificate, &bytes);
    byte_string der(bytes, bytes + count);
    ::OPENSSL_free(bytes);
    return der;
}

class CertificateCheck : public testing::Test {
protected:
    server_check_options trusting(const std::string& name) {
        server_check_options options;
        options.trusted_certificate_path = folder_.path() + "/trusted.pem";
        options.server_name = name;
        write_pem(certificate_.get(), options.trusted_certificate_path);
        return options;
    }

    static failure why(certificate_check& check, const byte_string& der) {
        const auto accepted = check.accept(der, {der});
        return accepted ? failure::none : accepted.error();
    }

    temporary_folder folder_;
    key_pointer key_ = make_key(key_sort::ecdsa_p256);
    certificate_pointer certificate_ = make_self_signed(key_.get());
    byte_string der_ = der_of(certificate_.get());
};

TEST_F(CertificateCheck, TrustsOneCertificateOfOneHost) {
    certificate_check here(trusting("localhost"));
    EXPECT_EQ(why(here, der_), failure::none);
    const key_pointer another = make_key(key_sort::ecdsa_p256);
    EXPECT_EQ(why(here, der_of(make_self_signed(another.get()).get())),
              failure::certificate_not_trusted);
    certificate_check anywhere(trusting(""));
    EXPECT_EQ(why(anywhere, der_), failure::none);
    certificate_check elsewhere(trusting("another.test"));
    EXPECT_EQ(why(elsewhere, der_), failure::certificate_not_trusted);
    certificate_check at_address(trusting("127.0.0.1"));
    EXPECT_EQ(why(at_address, der_), failure::certificate_not_trusted);
}

TEST_F(CertificateCheck, RemembersTheKeyAndForgetsARefusal) {
    certificate_check check(trusting("localhost"));
    const auto first = check.accept(der_, {der_});
    const auto second = check.accept(der_, {der_});
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*first, *second);
    const key_pointer another = make_key(key_sort::ecdsa_p256);
    const byte_string stranger = der_of(make_self_signed(another.get()).get());
    for (int times = 0; times < 2; ++times) {
        EXPECT_EQ(why(check, stranger), failure::certificate_not_trusted);
    }
}

TEST_F(CertificateCheck, AKeyInUseOutlivesItsPlaceAmongTheKnown) {
    certificate_check check({server_proof::signature, "", ""});
    const auto kept = check.accept(der_, {der_});
    ASSERT_TRUE(kept);
    for (int number = 0; number < 100; ++number) {
        byte_string body = der_;
        body.push_back(static_cast<std::uint8_t>(number));  // as another message would be
        ASSERT_TRUE(check.accept(body, {der_}));
    }
    algorithms all;
    EXPECT_EQ((*kept)->verify(all, {0x0403, der_, {}}), failure::signature_wrong);
}

TEST_F(CertificateCheck, ReadsWhatItDoesNotTrustAndNothingWhenItNeedsNoProof) {
    certificate_check check({server_proof::signature, "", ""});
    EXPECT_EQ(why(check, der_), failure::none);
    byte_string longer = der_;
    longer.push_back(0);
    EXPECT_EQ(why(check, longer), failure::certificate_unreadable);
    EXPECT_EQ(why(check, byte_string(20, 0x30)), failure::certificate_unreadable);
    certificate_check careless({server_proof::none, "", ""});
    const auto nobody = careless.accept({}, {byte_view()});
    ASSERT_TRUE(nobody);
    EXPECT_EQ(*nobody, nullptr);
}

TEST_F(CertificateCheck, SaysWhichFileItCannotRead) {
    EXPECT_THROW(certificate_check({server_proof::trusted, "/nonexistent.pem", ""}),
                 environment_error);
}

}  // namespace
}  // namespace stormdrain::tls13
