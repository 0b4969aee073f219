#include "harness/commands/attack/attack_page.hpp"

#include "harness/load/failure_classes.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AttackPage : public testing::Test {
protected:
    AttackPage() {
        plan_.remote = address_of({"127.0.0.1", 80}).value();
        plan_.routes = {ask("url", {}, "h")};
        plan_.clients_count = 100;
        tally_.lasted = 10s;
        request_tally& requests = tally_.requests;
        requests.started = requests.ordinary = 1000;
        requests.connections_opened = 100;
        for (int count = 0; count < 1000; ++count) {
            requests.latency.record(2ms);
        }
        requests.connect_time.record(50us);
    }

    void fail(request_end end, failure_phase phase, const std::string& error) {
        request_row row;
        row.end = end;
        row.phase = phase;
        row.error = error;
        request_tally& requests = tally_.requests;
        ++requests.started;
        ++requests.unusual_count;
        if (end != request_end::abandoned && end != request_end::harness_failed) {
            ++requests.failed_on_fresh;
            add_failures(requests.failures, failure_class_of(row));
        }
        requests.unusual.push_back(row);
    }

    std::string page() const { return attack_page("http://h/", plan_, tally_); }

    engine_plan plan_;
    engine_tally tally_;
};

TEST_F(AttackPage, SaysHowManyRequestsWereAnsweredAndHowFast) {
    EXPECT_THAT(page(), AllOf(HasSubstr("http://h/ at 127.0.0.1:80\n"),
                              HasSubstr("load          100 clients, keep-alive, closed loop"),
                              HasSubstr("1000 begun, 1000 answered with 200, 0 not, in 10 s"),
                              HasSubstr("100/s"), HasSubstr("p50 2 ms"), HasSubstr("max 2 ms"),
                              HasSubstr("100 connections opened"), HasSubstr("max 50 us")));
    EXPECT_THAT(page(), AllOf(Not(HasSubstr("failures")), Not(HasSubstr("intended")),
                              Not(HasSubstr("SYN"))));
    EXPECT_EQ(judge(tally_), attack_verdict::all_answered);
}

TEST_F(AttackPage, TellsFailuresApart) {
    fail(request_end::reset, failure_phase::head, "Connection reset by peer");
    fail(request_end::reset, failure_phase::head, "Connection reset by peer");
    fail(request_end::timed_out, failure_phase::body, "Connection timed out");
    EXPECT_THAT(page(),
                AllOf(HasSubstr("1003 begun, 1000 answered with 200, 3 not"),
                      HasSubstr("failures      2 reset in phase head, on a fresh one: Connection"),
                      HasSubstr("1 timed_out in phase body")));
    EXPECT_EQ(judge(tally_), attack_verdict::some_failed);
}

TEST_F(AttackPage, DoesNotBlameTheServerForTheMachine) {
    fail(request_end::harness_failed, failure_phase::connect, "Too many open files");
    fail(request_end::abandoned, failure_phase::head, "");
    EXPECT_THAT(page(), AllOf(HasSubstr("not judged    2 left or not tried; 1 abandoned; 1 "
                                        "harness_failed (Too many open files)"),
                              Not(HasSubstr("failures"))));
    EXPECT_EQ(judge(tally_), attack_verdict::not_judged);
}

TEST_F(AttackPage, TellsBothLatenciesOfAnOpenLoop) {
    plan_.open_loop.per_second = 100;
    tally_.requests.latency_from_intended.record(430ms);
    tally_.requests.send_lag.record(423ms);
    tally_.unsent_count = 7;
    EXPECT_THAT(page(), AllOf(HasSubstr("open loop at"), HasSubstr("(from the send)"),
                              HasSubstr("from intended p50 430 ms"), HasSubstr("send lag"),
                              HasSubstr("7 were due and no client was free")));
    EXPECT_EQ(judge(tally_), attack_verdict::not_judged);
}

TEST_F(AttackPage, TellsConnectsThatTookARepeatedSyn) {
    tally_.requests.connect_time.record(1020ms);
    EXPECT_THAT(page(), HasSubstr("SYN retries   of 2 connects 1 took about 1 s"));
}

TEST_F(AttackPage, CountsFullAndResumedHandshakesApart) {
    tally_.requests.handshake_time.record(1ms);
    tally_.requests.handshake_time.record(3ms);
    tally_.requests.handshakes_resumed = 1;
    EXPECT_THAT(page(), HasSubstr("handshake     1 full, 1 resumed: p50 1 ms"));
}

TEST_F(AttackPage, SaysWhatOurOwnTlsCannotDoWhereItsHandshakesFail) {
    fail(request_end::handshake_failed, failure_phase::tls, "the server sent an alert: 70");
    EXPECT_THAT(page(), Not(HasSubstr("our own TLS")));
    plan_.tls_stack = tls_stack::own;
    EXPECT_THAT(page(), AllOf(HasSubstr("closed loop, our own TLS 1.3, 1 thread"),
                              HasSubstr("our own TLS   speaks TLS 1.3 over X25519"),
                              HasSubstr("does it go with --tls-client")));
    tally_.requests.failures.clear();
    fail(request_end::malformed, failure_phase::head, "the server sent an alert: 116");
    EXPECT_THAT(page(), HasSubstr("has no client certificate"));
    tally_.requests.failures.clear();
    plan_.tls_stack = tls_stack::own_unproven;
    EXPECT_THAT(page(), AllOf(HasSubstr("with the server unproven"),
                              Not(HasSubstr("speaks TLS 1.3 over X25519"))));
}

TEST_F(AttackPage, SaysThatItHeldRequestsBack) {
    EXPECT_THAT(page(), Not(HasSubstr("held back")));
    tally_.held_back = 9s;
    EXPECT_THAT(page(), HasSubstr("held back     for 9 s in all: while every request fails"));
}

TEST_F(AttackPage, TellsStreamsThatTheServerDidNotProcessFromFailures) {
    plan_.protocol = engine_protocol::http_2;
    plan_.pipeline_depth = 32;
    fail(request_end::unprocessed, failure_phase::head, "the server has not processed it");
    tally_.requests.failures.clear();
    tally_.requests.failed_on_fresh = 0;
    tally_.unprocessed_count = 1;
    tally_.goaways_count = 1;
    EXPECT_THAT(page(), AllOf(HasSubstr("100 clients, HTTP/2, keep-alive, 32 streams on each"),
                              HasSubstr("unprocessed   1 refused by GOAWAY"),
                              HasSubstr("on 1 the server said GOAWAY"),
                              Not(HasSubstr("not judged")), Not(HasSubstr("failures"))));
    EXPECT_EQ(judge(tally_), attack_verdict::all_answered);
}

TEST_F(AttackPage, NamesConnectionsThatTheServerEndedByItself) {
    tally_.closed_while_idle = 3;
    tally_.unasked_answers = 2;
    EXPECT_THAT(page(), AllOf(HasSubstr("3 closed by the server with no request under way"),
                              HasSubstr("on 2 came")));
    EXPECT_EQ(judge(tally_), attack_verdict::some_failed);
}

TEST_F(AttackPage, FitsInto100Columns) {
    for (int count = 0; count < 20; ++count) {
        fail(request_end::malformed, failure_phase::head,
             std::to_string(count) + std::string(60, 'x') + " " + std::string(60, 'y'));
    }
    std::istringstream lines(page());
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 100U) << line;
    }
}

TEST(AttackLine, SaysHowFarItIs) {
    const load_progress before{.answered = 1000, .unusual = 1, .connections = 10};
    const load_progress now{.answered = 3000, .unusual = 2, .connections = 10};
    EXPECT_EQ(attack_line(now, before, 2s, 200ms),
              "2 s: 3000 answered, 10000/s; 2 not; 10 connections");
}

}  // namespace
}  // namespace stormdrain
