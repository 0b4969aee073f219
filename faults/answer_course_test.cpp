#include "faults/answer_course.hpp"

#include "harness/testing/script_steps.hpp"

#include <boost/asio/error.hpp>
#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using kind = script_step::kind;
using testing::HasSubstr;

constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour";
const boost::system::error_code none;

class AnswerCourse : public testing::Test {
protected:
    rendered_request request_ = render(route(), "test", connection_use::keep_alive);
};

TEST_F(AnswerCourse, IsWholeWithItsLastByte) {
    answer_course course(request_);
    for (const char byte : answer.substr(0, answer.size() - 1)) {
        course.take({&byte, 1});
        EXPECT_FALSE(course.is_over());
    }
    course.take(answer.substr(answer.size() - 1));
    EXPECT_EQ(course.report().end, exchange_end::whole);
    EXPECT_EQ(course.response_bytes(), answer.size());
    EXPECT_EQ(course.response()->head().status, 200);
}

TEST_F(AnswerCourse, HasNoResponseBeforeItsFirstByte) {
    answer_course course(request_);
    EXPECT_EQ(course.response(), nullptr);
    course.take("");
    EXPECT_EQ(course.response(), nullptr);
    course.take("H");
    EXPECT_NE(course.response(), nullptr);
}

TEST_F(AnswerCourse, TakesNoByteBehindTheAnswer) {
    answer_course course(request_);
    course.take(std::string(answer) + "more");
    EXPECT_EQ(course.report().end, exchange_end::malformed);
    EXPECT_EQ(course.report().error, "4 bytes after the response's end");
}

TEST_F(AnswerCourse, SaysWhatIsNoAnswer) {
    answer_course course(request_);
    course.take("nonsense\r\n\r\n");
    EXPECT_EQ(course.report().end, exchange_end::malformed);
    EXPECT_FALSE(course.report().error.empty());
}

TEST_F(AnswerCourse, IsWholeWithTheEndOfTheConnectionWhereThatIsItsEnd) {
    answer_course course(request_);
    course.take("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfour");
    EXPECT_FALSE(course.is_over());
    course.fail(boost::asio::error::eof, none);
    EXPECT_EQ(course.report().end, exchange_end::whole);
}

TEST_F(AnswerCourse, IsCutShortByTheEndOfTheConnectionElsewhere) {
    answer_course course(request_);
    course.take(answer.substr(0, answer.size() - 1));
    course.fail(boost::asio::error::eof, none);
    EXPECT_EQ(course.report().end, exchange_end::end_of_stream);
}

// Goal: reading behind a write that failed only shows that no answer is left.
TEST_F(AnswerCourse, BlamesWhatFailedFirst) {
    answer_course course(request_);
    course.fail(boost::asio::error::eof, boost::asio::error::broken_pipe);
    EXPECT_EQ(course.report().end, exchange_end::reset);
    EXPECT_THAT(course.report().error, HasSubstr("Broken pipe"));
}

TEST_F(AnswerCourse, KeepsItsFirstEnd) {
    answer_course course(request_);
    course.end(exchange_end::timed_out);
    course.fail(boost::asio::error::eof, none);
    course.take(answer);
    EXPECT_EQ(course.report().end, exchange_end::timed_out);
}

class AnswerCourseOfScript : public testing::Test {
protected:
    AnswerCourseOfScript() {
        route what;
        what.talk = script{{step_of(kind::send, "HELO\n"), step_of(kind::expect, "hi\n")},
                           {step_of(kind::send, "PING\n"), step_of(kind::expect, "PONG\n")}};
        request_ = render(what, "", connection_use::keep_alive);
    }
    rendered_request request_;
};

TEST_F(AnswerCourseOfScript, WaitsForItsClientBetweenTwoTurns) {
    answer_course course(request_);
    ASSERT_EQ(course.turns().size(), 2U);
    EXPECT_FALSE(course.is_last_turn());
    course.take("hi\nPONG\n");  // the second one is early
    ASSERT_TRUE(course.turn_is_whole());
    EXPECT_FALSE(course.is_over());
    course.begin_next_turn();
    EXPECT_EQ(course.turn(), 1U);
    EXPECT_TRUE(course.is_last_turn());
    EXPECT_FALSE(course.is_over());
    course.go_on();
    EXPECT_EQ(course.report().end, exchange_end::whole);
    EXPECT_EQ(course.response_bytes(), 5U) << "of the last turn";
}

TEST_F(AnswerCourseOfScript, SaysWhichAnswerWasNotExpected) {
    answer_course course(request_);
    course.take("go away\n");
    EXPECT_EQ(course.report().end, exchange_end::malformed);
    EXPECT_THAT(course.report().error, HasSubstr("go away"));
}

}  // namespace
}  // namespace stormdrain
