#include "harness/net/response_parser.hpp"

#include <gmock/gmock.h>

#include <ostream>
#include <tuple>
#include <vector>

namespace stormdrain {
namespace {

using testing::HasSubstr;
using request_kind = response_parser::request_kind;

struct parsed {
    parse_state state;
    response_head head;
    std::uint64_t body_bytes;
    std::size_t taken;
    std::string error;
    bool operator==(const parsed&) const = default;
};

std::ostream& operator<<(std::ostream& out, const parsed& what) {
    return out << "state " << static_cast<int>(what.state) << ", status " << what.head.status
               << ", body " << what.body_bytes << ", taken " << what.taken << ", error '"
               << what.error << "'";
}

// Feeds pieces of `piece_bytes`, offering again what the parser did not take.
parsed feed_pieces(std::string_view text, std::size_t piece_bytes, request_kind kind) {
    response_parser parser(kind);
    std::size_t taken = 0;
    while (taken < text.size()) {
        const std::size_t step = parser.feed(text.substr(taken, piece_bytes));
        taken += step;
        if (step == 0) {
            break;
        }
    }
    return {parser.state(), parser.head(), parser.body_bytes(), taken, parser.error()};
}

parsed parse(std::string_view text, request_kind kind = request_kind::has_body) {
    return feed_pieces(text, text.size(), kind);
}

std::string with_fields(std::string_view fields) {
    return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n";
}

const std::string chunked = with_fields("Transfer-Encoding: chunked\r\n");

// Goal: a parser that knows the head already says what one that reads it says.
TEST(ResponseParser, KnowsAHeadAgainWithoutADifference) {
    const std::vector<std::string> heads{
        with_fields("Content-Length: 5\r\n"),
        with_fields("Content-Length: 5\r\nConnection: close\r\n"),
        with_fields("Content-Length: 50\r\n"),
        with_fields("Content-Length: 5\r\nContent-Length: 5\r\n"),
        with_fields(""),
        chunked,
        "HTTP/1.1 100 Continue\r\n\r\n" + with_fields("Content-Length: 5\r\n"),
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
    };
    known_head known;
    response_parser knowing;
    knowing.share(known);
    for (const std::string& first : heads) {
        for (const std::string& second : heads) {
            for (const request_kind kind : {request_kind::has_body, request_kind::head_request}) {
                knowing.restart(request_kind::has_body);
                knowing.feed(first + "hello");
                const std::string text = second + "hello";
                for (int time = 0; time < 2; ++time) {
                    knowing.restart(kind);
                    const std::size_t taken = knowing.feed(text);
                    const parsed outcome{knowing.state(), knowing.head(), knowing.body_bytes(),
                                         taken, knowing.error()};
                    EXPECT_EQ(outcome, parse(text, kind)) << first << second;
                }
            }
        }
    }
}

TEST(ResponseParser, ReadsAHeadThatComesInPiecesThoughItKnowsOne) {
    known_head known;
    response_parser knowing;
    knowing.share(known);
    const std::string text = with_fields("Content-Length: 5\r\n") + "hello";
    knowing.feed(text);
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        knowing.restart(request_kind::has_body);
        knowing.feed(std::string_view(text).substr(0, cut));
        knowing.feed(std::string_view(text).substr(cut));
        EXPECT_EQ(knowing.state(), parse_state::complete) << cut;
        EXPECT_EQ(knowing.body_bytes(), 5U);
    }
}

TEST(ResponseParser, TakesABodyOfAnnouncedLengthAndLeavesTheNextResponse) {
    const std::string next = "HTTP/1.1 204 No Content\r\n\r\n";
    const std::string first = with_fields("Content-Length: 5\r\n") + "hello";
    const parsed outcome = parse(first + next);
    EXPECT_EQ(outcome.state, parse_state::complete);
    EXPECT_EQ(outcome.head.status, 200);
    EXPECT_EQ(outcome.head.content_length, 5U);
    EXPECT_FALSE(outcome.head.close_announced);
    EXPECT_EQ(outcome.body_bytes, 5U);
    EXPECT_EQ(outcome.taken, first.size());
}

TEST(ResponseParser, IsNotCompleteBeforeTheLastByte) {
    const std::vector<std::string> responses{
        with_fields("Content-Length: 5\r\n") + "hello",
        chunked + "5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    };
    for (const std::string& response : responses) {
        for (std::size_t length = 0; length < response.size(); ++length) {
            response_parser parser;
            EXPECT_EQ(parser.feed(std::string_view(response).substr(0, length)), length);
            parser.end_of_stream();
            EXPECT_TRUE(parser.state() == parse_state::head || parser.state() == parse_state::body)
                << response << " cut at " << length;
        }
        EXPECT_EQ(parse(response).state, parse_state::complete) << response;
    }
}

TEST(ResponseParser, TakesChunksWithExtensionsAndTrailers) {
    const std::string text = chunked +
                             "5;name=value ; other=\"a \\\" ; b\"; lone\r\nhello\r\n"
                             "00A\r\n0123456789\r\n"
                             "0;last\r\nChecksum: abc\r\nOther:\r\n\r\n";
    const parsed outcome = parse(text + "rest");
    EXPECT_EQ(outcome.state, parse_state::complete) << outcome.error;
    EXPECT_TRUE(outcome.head.chunked);
    EXPECT_EQ(outcome.body_bytes, 15U);
    EXPECT_EQ(outcome.taken, text.size());
}

TEST(ResponseParser, FramingFieldsInTrailersChangeNothing) {
    const std::string text = chunked + "0\r\nContent-Length: 9\r\nConnection: close\r\n\r\n";
    const parsed outcome = parse(text);
    EXPECT_EQ(outcome.state, parse_state::complete);
    EXPECT_FALSE(outcome.head.close_announced);
    EXPECT_EQ(outcome.head.content_length, std::nullopt);
}

TEST(ResponseParser, SkipsInterimResponsesAndForgetsTheirFields) {
    const std::string text =
        "HTTP/1.1 100 Continue\r\nConnection: close\r\nContent-Length: 7\r\n\r\n"
        "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n" +
        with_fields("Content-Length: 2\r\n") + "ok";
    const parsed outcome = parse(text);
    EXPECT_EQ(outcome.state, parse_state::complete);
    EXPECT_EQ(outcome.head.status, 200);
    EXPECT_EQ(outcome.body_bytes, 2U);
    EXPECT_FALSE(outcome.head.close_announced);
}

TEST(ResponseParser, SwitchingProtocolsIsFinal) {
    const std::string head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    const parsed outcome = parse(head + "\x81\x05hello");
    EXPECT_EQ(outcome.state, parse_state::complete);
    EXPECT_EQ(outcome.taken, head.size());
}

TEST(ResponseParser, KnowsResponsesWithoutABody) {
    const std::string next = "HTTP/1.1 200 OK\r\n";
    for (const char* status : {"204 No Content", "304 Not Modified"}) {
        const std::string head =
            "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 10\r\n\r\n";
        const parsed outcome = parse(head + next);
        EXPECT_EQ(outcome.state, parse_state::complete) << status;
        EXPECT_EQ(outcome.taken, head.size()) << status;
    }
    for (const std::string& head :
         {with_fields("Content-Length: 10\r\n"), chunked, with_fields("")}) {
        const parsed outcome = parse(head + next, request_kind::head_request);
        EXPECT_EQ(outcome.state, parse_state::complete) << head;
        EXPECT_EQ(outcome.taken, head.size()) << head;
        EXPECT_FALSE(outcome.head.close_announced) << head;
    }
}

TEST(ResponseParser, ABodyWithoutLengthEndsWithTheConnection) {
    for (const char* fields : {"", "Transfer-Encoding: gzip\r\n"}) {
        response_parser parser;
        const std::string text = with_fields(fields) + "some bytes";
        EXPECT_EQ(parser.feed(text), text.size());
        EXPECT_EQ(parser.state(), parse_state::until_close);
        EXPECT_TRUE(parser.head().close_announced);
        EXPECT_EQ(parser.feed("more"), 4U);
        EXPECT_EQ(parser.body_bytes(), 14U);
        parser.end_of_stream();
        EXPECT_EQ(parser.state(), parse_state::complete);
    }
}

TEST(ResponseParser, TellsWhetherTheServerWillClose) {
    struct row {
        const char* head;
        bool close_announced;
    };
    const std::vector<row> rows{
        {"HTTP/1.1 200 OK\r\n", false},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\n", true},
        {"HTTP/1.1 200 OK\r\nconnection:  x, CLOSE ,y \r\n", true},
        {"HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: close\r\n", true},
        {"HTTP/1.1 200 OK\r\nConnection: closed\r\n", false},
        {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n", false},
        {"HTTP/1.0 200 OK\r\n", true},
        {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", false},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n", true},
    };
    for (const row& expected : rows) {
        const parsed outcome = parse(std::string(expected.head) + "Content-Length: 0\r\n\r\n");
        EXPECT_EQ(outcome.state, parse_state::complete) << expected.head;
        EXPECT_EQ(outcome.head.close_announced, expected.close_announced) << expected.head;
    }
}

TEST(ResponseParser, AcceptsWhatTheGrammarAllows) {
    const std::vector<std::string> heads{
        "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404 N\xc3\xb6\t!\r\nContent-Length:0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX:\r\nContent-Length: \t 0 \t\r\n\r\n",
        "HTTP/1.1 599 Odd\r\n!#$%&'*+-.^_`|~09az: \"\xff\"\r\nContent-Length: 000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: , "
        "Chunked\r\n\r\n0\r\n\r\n",
    };
    for (const std::string& head : heads) {
        const parsed outcome = parse(head);
        EXPECT_EQ(outcome.state, parse_state::complete) << head << outcome.error;
    }
}

const std::vector<std::pair<std::string, std::string>>& malformed_responses() {
    static const std::vector<std::pair<std::string, std::string>> rows{
        {"\r\nHTTP/1.1 200 OK\r\n", "status line"},
        {"HTTP/2.0 200 OK\r\n", "status line"},
        {"HTTP/1.2 200 OK\r\n", "status line"},
        {"http/1.1 200 OK\r\n", "status line"},
        {"HTTP/1.1 200\r\n", "status line"},
        {"HTTP/1.1  200 OK\r\n", "status line"},
        {"HTTP/1.1 2000 OK\r\n", "status line"},
        {"HTTP/1.1 200 O\x01K\r\n", "status line"},
        {"HTTP/1.1 099 OK\r\n", "status code"},
        {"HTTP/1.1 600 OK\r\n", "status code"},
        {"HTTP/1.1 2x0 OK\r\n", "status code"},
        {"HTTP/1.1 200 OK\n", "bare LF"},
        {"\n", "bare LF"},
        {with_fields("X: y\n"), "bare LF"},
        {with_fields("X: a\rb\r\n"), "header field"},
        {with_fields(std::string("X: a\0b\r\n", 8)), "header field"},
        {with_fields("X: y\r\n folded\r\n"), "obs-fold"},
        {with_fields(" X: y\r\n"), "obs-fold"},
        {with_fields("Content-Length : 5\r\n"), "header field"},
        {with_fields("no colon\r\n"), "header field"},
        {with_fields(": nameless\r\n"), "header field"},
        {with_fields("na(me: x\r\n"), "header field"},
        {with_fields("Content-Length: 5\r\nContent-Length: 5\r\n"), "twice"},
        {with_fields("Content-Length: 5\r\ncontent-length: 6\r\n"), "twice"},
        {with_fields("Content-Length: 5, 5\r\n"), "no number"},
        {with_fields("Content-Length: \r\n"), "no number"},
        {with_fields("Content-Length: +5\r\n"), "no number"},
        {with_fields("Content-Length: -1\r\n"), "no number"},
        {with_fields("Content-Length: 0x5\r\n"), "no number"},
        {with_fields("Content-Length: 18446744073709551616\r\n"), "no number"},
        {with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), "both"},
        {with_fields("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"), "both"},
        {with_fields("Transfer-Encoding: chunked, gzip\r\n"), "follows chunked"},
        {with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
         "follows chunked"},
        {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0"},
        {chunked + "\r\n", "chunk size"},
        {chunked + "g\r\n", "chunk size"},
        {chunked + "-5\r\n", "chunk size"},
        {chunked + "0x5\r\n", "chunk size"},
        {chunked + " 5\r\n", "chunk size"},
        {chunked + "5 \r\nhello", "chunk size"},
        {chunked + "5;\r\nhello", "chunk size"},
        {chunked + "5;a=\r\nhello", "chunk size"},
        {chunked + "5;a=\"open\r\nhello", "chunk size"},
        {chunked + "5;a=\"open\\\r\nhello", "chunk size"},
        {chunked + "5;a b\r\nhello", "chunk size"},
        {chunked + "10000000000000000\r\n", "chunk size"},
        {chunked + "5\nhello", "bare LF"},
        {chunked + "5\r\nhello!\r\n", "longer than its size"},
        {chunked + "5\r\nhello\n", "bare LF"},
        {chunked + "0\r\nno colon\r\n\r\n", "trailer field"},
        {chunked + "0\r\n\n", "bare LF"},
    };
    return rows;
}

TEST(ResponseParser, RejectsWhatIsNotHttpAndSaysWhy) {
    for (const auto& [text, why] : malformed_responses()) {
        const parsed outcome = parse(text);
        EXPECT_EQ(outcome.state, parse_state::malformed) << text;
        EXPECT_THAT(outcome.error, HasSubstr(why)) << text;
    }
}

TEST(ResponseParser, StaysMalformedAndTakesNothingMore) {
    response_parser parser;
    EXPECT_EQ(parser.feed("garbage\r\nHTTP/1.1 200 OK\r\n\r\n"), 9U);
    EXPECT_EQ(parser.feed("HTTP/1.1 204 No Content\r\n\r\n"), 0U);
    parser.end_of_stream();
    EXPECT_EQ(parser.state(), parse_state::malformed);
}

TEST(ResponseParser, BoundsWhatAServerCanMakeItRemember) {
    const std::string filler(std::size_t{70} * 1024, 'a');
    std::string interim;
    for (int count = 0; count < 3000; ++count) {
        interim += "HTTP/1.1 102 Processing\r\n\r\n";
    }
    const std::vector<std::pair<std::string, std::string>> endless{
        {filler, "64 KiB"},
        {with_fields("X: " + filler), "64 KiB"},
        {interim, "64 KiB"},
        {chunked + "5;" + filler, "4 KiB"},
        {chunked + "0\r\nX: " + filler, "64 KiB"},
    };
    for (const auto& [text, why] : endless) {
        const parsed whole = parse(text);
        EXPECT_EQ(whole.state, parse_state::malformed);
        EXPECT_THAT(whole.error, HasSubstr(why));
        EXPECT_EQ(whole, feed_pieces(text, 1000, request_kind::has_body));
    }
}

TEST(ResponseParser, TakesAHeadOfExactlyTheBound) {
    const std::string empty = with_fields("Content-Length: 0\r\nX: \r\n");
    const std::size_t room = std::size_t{64} * 1024 - empty.size();
    const auto head_with = [&](std::size_t value_bytes) {
        return with_fields("Content-Length: 0\r\nX: " + std::string(value_bytes, 'a') + "\r\n");
    };
    EXPECT_EQ(parse(head_with(room)).state, parse_state::complete);
    EXPECT_EQ(parse(head_with(room + 1)).state, parse_state::malformed);
}

// How the network cuts a response into pieces must never matter.
TEST(ResponseParser, SeesTheSameHoweverTheBytesAreCut) {
    std::vector<std::string> corpus{
        with_fields("Content-Length: 5\r\n") + "helloHTTP/1.1 200 OK\r\n",
        with_fields("") + "until the end",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204 No Content\r\nConnection: "
        "keep-alive\r\n\r\nrest",
        "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nTransfer-Encoding: chunked\r\n\r\nrest",
        chunked +
            "5;a=\"\\\"\"\r\nhello\r\n1F\r\n0123456789012345678901234567890\r\n"
            "0\r\nA: b\r\nC: d\r\n\r\nHTTP/1.1",
    };
    for (const auto& [text, why] : malformed_responses()) {
        corpus.push_back(text + "rest");
    }
    for (const request_kind kind : {request_kind::has_body, request_kind::head_request}) {
        for (const std::string& text : corpus) {
            const parsed whole = parse(text, kind);
            for (std::size_t piece = 1; piece < text.size(); ++piece) {
                EXPECT_EQ(feed_pieces(text, piece, kind), whole) << text << " by " << piece;
            }
        }
    }
}

}  // namespace
}  // namespace stormdrain
