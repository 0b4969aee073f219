#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind tls_record_cut;

namespace {

// A record of that type (23: application data, RFC 8446 section 5.1).
std::string record(std::size_t length, char type = 23) {
    std::string text{type, 3, 3, static_cast<char>(length / 256), static_cast<char>(length % 256)};
    return text + std::string(length, 'r');
}

// What gets through of the stream, in reads of `step` bytes.
std::vector<seen_release> pass(toxic_trial& trial, const std::string& stream, std::size_t step) {
    for (std::size_t at = 0; at < stream.size(); at += step) {
        trial.take(0, stream.substr(at, step));
    }
    return trial.released();
}

std::string text_of(const std::vector<seen_release>& seen) {
    std::string text;
    for (const seen_release& one : seen) {
        text += one.what.what == piece::kind::bytes   ? one.what.bytes
                : one.what.what == piece::kind::close ? "|FIN"
                                                      : "|RST";
    }
    return text;
}

TEST(TlsRecordCut, CutsTheChosenRecordBehindSoManyBytesHoweverTheyAreRead) {
    const std::string stream = record(10) + record(300) + record(20);
    for (const std::size_t step : {1U, 3U, 7U, 1'000U}) {
        for (const std::int64_t bytes : {0, 1, 4, 5, 6, 304}) {
            toxic_trial trial(tls_record_cut, {2, bytes, 0});
            EXPECT_EQ(text_of(pass(trial, stream, step)),
                      stream.substr(0, 15 + static_cast<std::size_t>(bytes)) + "|FIN")
                << bytes << " bytes, read by " << step;
            EXPECT_EQ(trial.strikes_count(), 1U);
        }
    }
}

TEST(TlsRecordCut, NeverLetsTheWholeRecordThrough) {
    toxic_trial trial(tls_record_cut, {1, 60'000, 1});
    EXPECT_EQ(text_of(pass(trial, record(8), 100)), record(8).substr(0, 12) + "|RST");
}

TEST(TlsRecordCut, LeavesAStreamAloneThatIsNotTls) {
    toxic_trial trial(tls_record_cut, {1, 6, 0});
    const std::string stream = "GET / HTTP/1.1\r\n\r\n";
    EXPECT_EQ(text_of(pass(trial, stream, 3)), stream);
    EXPECT_EQ(trial.strikes_count(), 0U);
}

TEST(TlsRecordCut, LeavesAStreamAloneThatHasFewerRecords) {
    toxic_trial trial(tls_record_cut, {3, 6, 0});
    EXPECT_EQ(text_of(pass(trial, record(5, 22) + record(5), 4)), record(5, 22) + record(5));
    EXPECT_EQ(trial.strikes_count(), 0U);
}

}  // namespace
}  // namespace stormdrain::toxics
