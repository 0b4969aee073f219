#include "harness/load/engine/cycle_conduct.hpp"

#include "harness/testing/io_fixture.hpp"

#include <boost/asio/error.hpp>
#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

struct idle_client final : engine_client {
    void go_on(time_point) override {}
    void speak(time_point) override {}
    void expired(time_point) override {}
    void abandon(time_point) override {}
};

class CycleConduct : public io_fixture {
protected:
    CycleConduct() {
        profile_.clients_count = 1;
        profile_.requests_per_client = 2;
        port_.name = "http";
        port_.where = {"127.0.0.1", 9};
        plan_.remote = address_of(port_.where).value();
    }

    cycle_conduct& conduct(time_point deadline = time_point::max()) {
        connections_.emplace(executor(), port_, log_);
        load_.emplace(executor(), *connections_, clock_, std::vector<route>{{}}, profile_);
        plan_.routes = load_->routes;
        const engine_state::surroundings cycle{clock_, load_->book, deadline};
        engine_.emplace(plan_, cycle, now_);
        cycle_conduct::place here;
        here.deadline = deadline;
        return conduct_.emplace(*load_, *engine_, wakes_, std::move(here));
    }
    // A request that is answered.
    void ask_and_answer(cycle_conduct& one) {
        const std::optional<due_request> due = one.take(now_);
        ASSERT_TRUE(due.has_value());
        request_under_way done;
        done.started = now_;
        one.ordinary({}, done, {});
    }
    void stop() {
        load_->stopped_at = now_;
        load_->stopping.open();
    }

    const cycle_clock clock_;
    const time_point now_ = clock::now();
    connection_log log_{clock_};
    port_address port_;
    load_profile profile_;
    engine_plan plan_;
    std::optional<connector> connections_;
    std::optional<load_state> load_;
    std::optional<engine_state> engine_;
    wake_list wakes_;
    std::optional<cycle_conduct> conduct_;
    idle_client client_;
};

TEST_F(CycleConduct, LingersOverTheLastPlannedAnswerAndFinishesBehindIt) {
    cycle_conduct& one = conduct();
    ask_and_answer(one);
    EXPECT_FALSE(one.lingers(client_));
    ask_and_answer(one);
    EXPECT_TRUE(load_->moments.last_response.is_open());
    EXPECT_TRUE(wakes_.has_moment);
    EXPECT_FALSE(load_->moments.finished.is_open());
    EXPECT_TRUE(one.lingers(client_));
    EXPECT_EQ(wakes_.lingering, &client_);
    EXPECT_FALSE(one.lingers(client_));
    EXPECT_FALSE(one.take(now_).has_value());
    EXPECT_EQ(one.rest(client_, now_), client_rest::leaves);
    EXPECT_TRUE(load_->moments.finished.is_open());
}

TEST_F(CycleConduct, OpensNoLastResponseBehindTheStopOrForAFailure) {
    cycle_conduct& one = conduct();
    ask_and_answer(one);
    EXPECT_TRUE(one.take(now_).has_value());
    request_row row;
    row.end = request_end::reset;
    one.unusual(std::move(row));
    EXPECT_FALSE(load_->moments.last_response.is_open());
    EXPECT_EQ(load_->book.tally().unusual_count, 1U);

    cycle_conduct& other = conduct();
    ask_and_answer(other);
    EXPECT_TRUE(other.take(now_).has_value());
    stop();
    request_under_way done;
    done.started = now_ - 1ms;
    EXPECT_TRUE(other.keeps_row_of(done));
    other.ordinary({}, done, {});
    EXPECT_FALSE(load_->moments.last_response.is_open());
    EXPECT_TRUE(load_->moments.finished.is_open());
    done.started = now_;
    EXPECT_FALSE(other.keeps_row_of(done));  // it was begun behind the stop
}

// What the cycle cuts off is nobody's failure.
TEST_F(CycleConduct, AbandonsWhatRunsOutOfTheCyclesTime) {
    cycle_conduct& one = conduct(now_);
    for (const request_end end :
         {request_end::timed_out, request_end::connect_failed, request_end::reset}) {
        request_row row;
        row.end = end;
        one.unusual(std::move(row));
    }
    const std::vector<request_row>& rows = load_->book.tally().unusual;
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].end, request_end::abandoned);
    EXPECT_EQ(rows[1].end, request_end::abandoned);
    EXPECT_EQ(rows[2].end, request_end::reset);
}

TEST_F(CycleConduct, SaysWhenItsFirstConnectIsDecidedOnceOnly) {
    cycle_conduct& one = conduct();
    one.connect_begins();
    one.connect_failed(connect_stage::tcp_connect);
    EXPECT_TRUE(load_->moments.connected.is_open());
    EXPECT_EQ(load_->clients_to_connect, 0U);
    one.connect_begins();
    one.connected();
    EXPECT_EQ(load_->clients_to_connect, 0U);
    one.closed();
    EXPECT_EQ(log_.at(1).end, connection_end::not_established);
    EXPECT_EQ(log_.at(2).end, connection_end::closed_by_client);
    EXPECT_EQ(log_.open_count(), 0U);
}

TEST_F(CycleConduct, KeepsTheFirstThingThatItHeardOfTheServersEnd) {
    cycle_conduct& one = conduct();
    one.connect_begins();
    one.connected();
    one.heard_end(boost::asio::error::timed_out);  // nothing of the server's
    EXPECT_FALSE(log_.at(1).server_closed.has_value());
    one.heard_end(boost::asio::error::eof);
    one.heard_end(boost::asio::error::broken_pipe);
    one.closed();
    EXPECT_TRUE(log_.at(1).server_closed.has_value());
    EXPECT_EQ(log_.at(1).end, connection_end::closed_by_server);
}

TEST_F(CycleConduct, ThinksUntilTheStopUnlessItKeepsItsPace) {
    for (const after_stop after : {after_stop::keep_sending, after_stop::close}) {
        profile_.think_time = 1h;
        profile_.after = after;
        wakes_ = {};
        cycle_conduct& one = conduct();
        ask_and_answer(one);
        stop();
        EXPECT_FALSE(one.take(now_).has_value());
        EXPECT_EQ(one.rest(client_, now_), client_rest::waits);
        ASSERT_EQ(wakes_.alarms.size(), 1U);
        EXPECT_EQ(wakes_.alarms.begin()->first, after == after_stop::close ? now_ : now_ + 1h);
    }
}

TEST_F(CycleConduct, HoldsItsConnectionUntilItIsReleased) {
    profile_.requests_per_client = 1;
    profile_.after = after_stop::stay_idle;
    cycle_conduct& one = conduct();
    EXPECT_TRUE(one.take(now_).has_value());
    one.connect_begins();
    one.connected();
    request_under_way done;
    one.ordinary({}, done, {});
    EXPECT_FALSE(one.take(now_).has_value());
    EXPECT_EQ(one.rest(client_, now_), client_rest::holds);
    EXPECT_EQ(wakes_.held.size(), 1U);
    load_->released.open();
    EXPECT_EQ(one.rest(client_, now_), client_rest::leaves);
}

}  // namespace
}  // namespace stormdrain
