// Whole cycles with scripts on raw TCP: the reference server, of whose protocol nothing is known.

#include "harness/cycle/running_fixture.hpp"
#include "harness/testing/script_steps.hpp"

#include <signal.h>

namespace stormdrain {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Ne;
using testing::Not;

script_step head_of_answer() {
    script_step step;
    step.does = script_step::kind::expect;
    step.expected.how = expectation::kind::pattern;
    step.expected.pattern = byte_pattern("HTTP/1\\.1 200 ([^\r]+\r\n)+\r\n");
    step.expected.bytes_count = 4096;
    return step;
}

class ScriptCycle : public running_fixture {
protected:
    static route asking(const std::string& path, std::string answer) {
        script_step body;
        body.does = script_step::kind::expect;
        body.expected.text = std::move(answer);
        route what;
        what.talk = script{
            {},
            {step_of(script_step::kind::send, "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"),
             head_of_answer(), body}};
        what.expected_status = 0;
        return what;
    }

    static target raw_server() {
        target made = reference_server();
        for (std::string& word : made.argv) {
            word = word == "127.0.0.1:${port.http}" ? "127.0.0.1:${port.plain}" : word;
            word = word == "127.0.0.1:${port.https}" ? "127.0.0.1:${port.sealed}" : word;
        }
        made.ports = {{"plain", {port_protocol::tcp}}, {"sealed", {port_protocol::tls}}};
        made.ready_port = "plain";
        made.routes = {{"small", asking("/", "hello world\n")},
                       {"delayed", asking("/delay/200", "waited\n")}};
        return made;
    }

    // Requests are in their handlers when the stop comes.
    static scenario stop_in_flight() {
        scenario what = load_until(stop_moment::awaiting_first_byte, "delayed");
        what.load->after = after_stop::close;
        return what;
    }
};

TEST_F(ScriptCycle, AnswersEveryRunOfItsScript) {
    const cycle_record record = cycle_of(planned(raw_server(), load_until(stop_moment::at_rest)));
    EXPECT_THAT(record.health.failure, IsEmpty());
    EXPECT_THAT(record.start.failure, IsEmpty());
    EXPECT_TRUE(record.start.served);
    EXPECT_TRUE(record.is_scripted);
    constexpr std::uint64_t of_the_warm_up = 4 * 3;
    EXPECT_EQ(record.requests.ordinary, clients * requests + of_the_warm_up);
    EXPECT_EQ(record.requests.unusual_count, 0U);
    EXPECT_EQ(record.rest.connections_count, clients);
    EXPECT_EQ(to_text(record.exit.value()), "exit 0");
}

TEST_F(ScriptCycle, GoesThroughTlsWhereItsPortSpeaksThat) {
    scenario what = load_until(stop_moment::at_rest);
    what.load->port = "https";
    const cycle_record record = cycle_of(planned(raw_server(), what));
    EXPECT_EQ(record.requests.unusual_count, 0U);
    EXPECT_GE(record.requests.handshake_time.count(), clients);
}

TEST_F(ScriptCycle, IsNotReadyBeforeItsScriptIsAnswered) {
    target server = raw_server();
    server.routes["small"] = asking("/", "another answer\n");
    server.promises.start_within = std::chrono::milliseconds(1);
    const cycle_record record = cycle_of(planned(server, load_until(stop_moment::at_rest)));
    EXPECT_FALSE(record.start.served);
    EXPECT_THAT(record.start.failure, HasSubstr("listens but does not serve: its script: expected "
                                                "\"another answer"));
}

TEST_F(ScriptCycle, SeesThatAGracefulStopCompletesWhatIsInFlight) {
    const cycle_record record = cycle_of(planned(raw_server(), stop_in_flight()));
    EXPECT_TRUE(record.stop.moment_reached);
    EXPECT_EQ(record.requests.unusual_count, 0U);
}

// The same requests, met by a stop that cuts.
TEST_F(ScriptCycle, SeesWhatASeveringStopTakesAway) {
    target server = raw_server();
    server.stop["graceful"].trigger.signal = SIGQUIT;
    const cycle_record record = cycle_of(planned(server, stop_in_flight()));
    ASSERT_THAT(record.requests.unusual, Not(IsEmpty()));
    EXPECT_THAT(record.requests.unusual,
                Each(AllOf(Field(&request_row::response_bytes, 0U),
                           Field(&request_row::end, Ne(request_end::answered)))));
    EXPECT_THAT(record.requests.unusual,
                Contains(Field(&request_row::end, request_end::end_of_stream)));
}

}  // namespace
}  // namespace stormdrain
