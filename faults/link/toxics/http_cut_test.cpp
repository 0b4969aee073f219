#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind http_cut;

namespace {

// before_headers is 0, mid_body 1; by FIN 0, by RST 1.
std::string pass(const std::string& stream, attribute_values values, std::size_t step) {
    toxic_trial trial(http_cut, std::move(values));
    for (std::size_t at = 0; at < stream.size(); at += step) {
        trial.take(0, stream.substr(at, step));
    }
    std::string text;
    for (const seen_release& one : trial.released()) {
        text += one.what.what == piece::kind::bytes   ? one.what.bytes
                : one.what.what == piece::kind::close ? "|FIN"
                                                      : "|RST";
    }
    EXPECT_EQ(trial.strikes_count(), text.find('|') == std::string::npos ? 0U : 1U);
    return text;
}

constexpr std::size_t all_at_once = 1'000'000;

TEST(HttpCut, BeforeHeadersLetsNoByteThrough) {
    EXPECT_EQ(pass("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", {0, 1, 1}, 4), "|RST");
}

TEST(HttpCut, MidBodyCutsBehindSoManyBytesHoweverTheyAreRead) {
    const std::string head = "HTTP/1.1 200 OK\r\ncontent-length:10\r\n\r\n";
    for (const std::size_t step : {std::size_t{1}, std::size_t{5}, all_at_once}) {
        EXPECT_EQ(pass(head + "0123456789", {1, 4, 0}, step), head + "0123|FIN");
        EXPECT_EQ(pass(head + "0123456789", {1, 0, 0}, step), head + "|FIN");
    }
}

TEST(HttpCut, MidBodyNeverLetsTheWholeBodyThrough) {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
    EXPECT_EQ(pass(head + "abc", {1, 1'000, 0}, all_at_once), head + "ab|FIN");
}

TEST(HttpCut, MidBodyPassesMessagesThatHaveNone) {
    const std::string none =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n";
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(pass(none + head + "5\r\nhello\r\n", {1, 1, 0}, 3), none + head + "5|FIN");
    const std::string gets = "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n";
    EXPECT_EQ(pass(gets, {1, 1, 0}, 9), gets);
    const std::string post = "POST /c HTTP/1.1\r\nContent-Length: 5\r\n\r\n";
    EXPECT_EQ(pass(gets + post + "hello", {1, 2, 1}, 9), gets + post + "he|RST");
}

TEST(HttpCut, MidBodyOfAResponseWithoutALengthIsWhatComesNext) {
    const std::string head = "HTTP/1.0 200 OK\r\n\r\n";
    EXPECT_EQ(pass(head + "until close", {1, 5, 0}, all_at_once), head + "until|FIN");
}

TEST(HttpCut, LeavesAStreamAloneThatIsNotHttp) {
    const std::string stream = "*1\r\n$4\r\nPING\r\n\r\n\r\n\r\nmore";
    EXPECT_EQ(pass(stream, {1, 1, 0}, 4), stream);
}

}  // namespace
}  // namespace stormdrain::toxics
