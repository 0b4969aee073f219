#include "harness/init/spoken_protocol.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

const std::string settings = "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"s;

port_answers plain(std::string bytes, answer_end end = answer_end::whole) {
    port_answers heard;
    heard.to_http = {std::move(bytes), end};
    heard.to_https.failure = "wrong version number";
    return heard;
}

port_answers over_tls(std::string answer, std::string to_h2 = "") {
    port_answers heard = plain("\x15\x03\x01\x00\x02\x02\x46"s);
    heard.to_https.failure.clear();
    heard.to_https.answer = {std::move(answer), answer_end::whole};
    heard.to_h2.failure.clear();
    heard.to_h2.answer = {std::move(to_h2), answer_end::whole};
    return heard;
}

TEST(SpokenProtocol, FirstBytesAreToldApart) {
    EXPECT_EQ(kind_of(""), first_bytes::none);
    EXPECT_EQ(kind_of("HTTP/1.0 404 Not Found\r\n"), first_bytes::http);
    EXPECT_EQ(kind_of("\x15\x03\x03\x00\x02\x02\x28"s), first_bytes::tls_alert);
    EXPECT_EQ(kind_of(settings), first_bytes::http2);
    EXPECT_EQ(kind_of("-ERR unknown command 'GET'\r\n"), first_bytes::other);
    EXPECT_EQ(kind_of("HTTP/1.1 abc"), first_bytes::other);
    EXPECT_EQ(kind_of("HTTP/1.1 20"), first_bytes::other);
    EXPECT_EQ(kind_of("\x00\x00\x06\x07\x00\x00\x00\x00\x00"s), first_bytes::other);
}

TEST(SpokenProtocol, AStatusLineIsHttp) {
    const port_answers heard = plain("HTTP/1.1 200 OK\r\n");
    EXPECT_EQ(judge(heard), spoken_protocol::http);
    EXPECT_EQ(evidence_of(heard), "HTTP/1.1: GET / was answered with 200");
}

TEST(SpokenProtocol, ABadRequestAloneMayMeanThatTlsIsExpected) {
    EXPECT_FALSE(is_conclusive({"HTTP/1.1 400 Bad Request\r\n", answer_end::whole}));
    EXPECT_TRUE(is_conclusive({"HTTP/1.1 404 Not Found\r\n", answer_end::whole}));
    EXPECT_EQ(judge(plain("HTTP/1.1 400 Bad Request\r\n")), spoken_protocol::http);

    port_answers nginx = over_tls("HTTP/1.1 200 OK\r\n");
    nginx.to_http.bytes = "HTTP/1.1 400 Bad Request\r\n";
    EXPECT_EQ(judge(nginx), spoken_protocol::https);
}

TEST(SpokenProtocol, HttpOverTlsMayBeBesideHttp2) {
    const port_answers heard = over_tls("HTTP/1.1 404 Not Found\r\n", settings);
    EXPECT_EQ(judge(heard), spoken_protocol::https);
    EXPECT_EQ(evidence_of(heard),
              "HTTP/1.1: GET / was answered with 404 over TLS; speaks HTTP/2 as well (ALPN h2)");
}

TEST(SpokenProtocol, TlsWithoutHttp1IsToldFromHttps) {
    EXPECT_EQ(judge(over_tls("", settings)), spoken_protocol::http2_over_tls);
    EXPECT_EQ(judge(over_tls("-ERR", "-ERR")), spoken_protocol::other_over_tls);
    EXPECT_THAT(evidence_of(over_tls("-ERR")), HasSubstr("TLS, and no HTTP"));
}

TEST(SpokenProtocol, AServerOfHttp2AloneMayRefuseAnybodyElse) {
    port_answers heard = over_tls("", settings);
    heard.to_https.failure = "no application protocol";
    EXPECT_EQ(judge(heard), spoken_protocol::http2_over_tls);
}

TEST(SpokenProtocol, SettingsAreHttp2WithPriorKnowledge) {
    port_answers heard = plain("", answer_end::closed);
    heard.to_preface = {settings, answer_end::whole};
    EXPECT_EQ(judge(heard), spoken_protocol::http2);
    EXPECT_THAT(evidence_of(heard), HasSubstr("prior knowledge"));
    EXPECT_EQ(judge(plain(settings)), spoken_protocol::http2);
}

TEST(SpokenProtocol, WhatNobodyKnowsIsRaw) {
    EXPECT_EQ(judge(plain("220 mail ready\r\n")), spoken_protocol::other);
    EXPECT_THAT(evidence_of(plain("220 mail ready\r\n")), HasSubstr("\"220 mail ready "));
    EXPECT_EQ(judge(plain("", answer_end::silent)), spoken_protocol::silent);
    EXPECT_THAT(evidence_of(plain("", answer_end::reset)),
                HasSubstr("GET / in the clear made it reset the connection"));
}

TEST(SpokenProtocol, APortThatTakesNobodyIsNone) {
    const port_answers heard = plain("", answer_end::not_connected);
    EXPECT_EQ(judge(heard), spoken_protocol::not_connectable);
    EXPECT_THAT(evidence_of(heard), HasSubstr("takes no connection"));
}

}  // namespace
}  // namespace stormdrain
