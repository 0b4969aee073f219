#include "harness/load/engine/client_course.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

constexpr client_outlook fresh{};
constexpr client_outlook connected{.has_connection = true};
constexpr client_outlook stopping{.is_stopping = true, .has_connection = true};
constexpr client_outlook refused{.is_stopping = true};
constexpr client_outlook released{.is_stopping = true, .must_end = true, .has_connection = true};

TEST(ClientCourse, MakesItsPlannedRequestsAndLeaves) {
    client_course course(2, 0s, after_stop::keep_sending);
    EXPECT_EQ(course.next(fresh), client_act::ask);
    course.request_ended(false);
    EXPECT_EQ(course.next(connected), client_act::ask);
    course.request_ended(false);
    EXPECT_TRUE(course.is_planned());
    EXPECT_EQ(course.next(connected), client_act::leave);
    EXPECT_FALSE(course.is_planned());
    EXPECT_EQ(course.next(connected), client_act::leave);
}

TEST(ClientCourse, ThinksBetweenTwoRequestsOnly) {
    client_course course(2, 5ms, after_stop::close);
    EXPECT_EQ(course.next(fresh), client_act::ask);
    course.request_ended(false);
    EXPECT_EQ(course.next(connected), client_act::think);
    EXPECT_EQ(course.next(connected), client_act::ask);
    course.request_ended(false);
    EXPECT_EQ(course.next(connected), client_act::leave);
}

TEST(ClientCourse, HoldsItsConnectionUntilItIsReleasedOrLost) {
    for (const client_outlook& end : {released, refused}) {
        client_course course(1, 0s, after_stop::stay_idle);
        EXPECT_EQ(course.next(fresh), client_act::ask);
        course.request_ended(false);
        EXPECT_EQ(course.next(connected), client_act::hold);
        EXPECT_FALSE(course.is_planned());
        EXPECT_EQ(course.next(stopping), client_act::hold);
        EXPECT_EQ(course.next(end), client_act::leave);
        EXPECT_EQ(course.next(connected), client_act::leave);
    }
}

TEST(ClientCourse, EndsItsPlanWithTheRequestThatMetTheStop) {
    client_course course(100, 0s, after_stop::close);
    EXPECT_EQ(course.next(fresh), client_act::ask);
    course.request_ended(true);
    EXPECT_FALSE(course.is_planned());
    EXPECT_EQ(course.next(stopping), client_act::leave);
}

// Goal: until the server hangs up, then once more on a fresh connection.
TEST(ClientCourse, GoesOnBehindTheStopUntilItsConnectionIsGoneAndTriesOnceMore) {
    client_course course(100, 0s, after_stop::keep_sending);
    EXPECT_EQ(course.next(fresh), client_act::ask);
    course.request_ended(true);
    EXPECT_EQ(course.next(stopping), client_act::ask);
    course.request_ended(true);
    EXPECT_EQ(course.next(stopping), client_act::ask);
    course.request_ended(true);
    EXPECT_EQ(course.next(refused), client_act::ask_at_once);
    course.request_ended(true);
    EXPECT_EQ(course.next(refused), client_act::leave);
}

TEST(ClientCourse, KeepsItsPaceBehindTheStop) {
    client_course course(100, 5ms, after_stop::keep_sending);
    EXPECT_EQ(course.next(fresh), client_act::ask);
    course.request_ended(false);
    EXPECT_EQ(course.next(connected), client_act::think);
    // The stop came meanwhile.
    EXPECT_EQ(course.next(stopping), client_act::think);
    EXPECT_EQ(course.next(stopping), client_act::ask);
}

TEST(ClientCourse, AsksNothingMoreOnceItIsReleased) {
    client_course planned(100, 0s, after_stop::keep_sending);
    client_outlook time_is_up = connected;
    time_is_up.must_end = true;
    EXPECT_EQ(planned.next(fresh), client_act::ask);
    planned.request_ended(false);
    EXPECT_EQ(planned.next(time_is_up), client_act::leave);

    client_course going_on(100, 0s, after_stop::keep_sending);
    EXPECT_EQ(going_on.next(fresh), client_act::ask);
    going_on.request_ended(true);
    EXPECT_EQ(going_on.next(released), client_act::leave);

    client_course cut_off(100, 0s, after_stop::keep_sending);
    client_outlook lost = released;
    lost.has_connection = false;
    EXPECT_EQ(cut_off.next(fresh), client_act::ask);
    cut_off.request_ended(true);
    EXPECT_EQ(cut_off.next(lost), client_act::leave);
}

TEST(ClientCourse, TriesOnceWhenTheStopComesBeforeItsFirstRequest) {
    client_course course(100, 5ms, after_stop::keep_sending);
    EXPECT_EQ(course.next(refused), client_act::ask_at_once);
    EXPECT_EQ(course.next(refused), client_act::leave);
}

TEST(ClientCourse, EndsWithAPlanThatOthersHaveUsedUp) {
    client_course course(UINT64_MAX, 0s, after_stop::stay_idle);
    EXPECT_EQ(course.next(fresh), client_act::ask);
    course.request_ended(false);
    course.end_planned();
    EXPECT_EQ(course.next(connected), client_act::hold);
}

TEST(ClientCourse, IsBoundedBehindTheStop) {
    client_course course(1, 0s, after_stop::keep_sending);
    EXPECT_EQ(course.next(fresh), client_act::ask);
    course.request_ended(true);
    std::uint32_t asked_count = 0;
    while (course.next(stopping) == client_act::ask) {
        ++asked_count;
    }
    EXPECT_EQ(asked_count, client_course::requests_after_stop_max);
}

}  // namespace
}  // namespace stormdrain
