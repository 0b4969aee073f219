#include "harness/probe/running_manners.hpp"

#include "harness/probe/probe_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_probes;
using testing::HasSubstr;
using testing::Optional;

measured_running measure(const std::string& condition, std::vector<cycle_record> records) {
    evidence_by_condition running;
    running[condition] = cycles(std::move(records));
    return measure_running(running, {}, patience);
}

injection idle_until(std::optional<since_start> closed) {
    injection one = delivered();
    one.idle_since = 500ms;
    one.server_closed = closed;
    return one;
}

TEST(KeepAliveTimeout, IsHowLongAnIdleConnectionWasKept) {
    const cycle_record record =
        with_fault(stopped_after(1ms), "idle_keep_alive", idle_until(1500ms));
    const auto seen = measure("keep_alive_timeout", {record}).keep_alive_timeout;
    EXPECT_THAT(seen.value, Optional(duration(1s)));
    EXPECT_EQ(seen.evidence, "1 connection, 1 s");
}

TEST(KeepAliveTimeout, IsNotMeasuredByTheStop) {
    const cycle_record record =
        with_fault(stopped_after(5ms), "idle_keep_alive", idle_until(stop_at + 2ms));
    const auto seen = measure("keep_alive_timeout", {record}).keep_alive_timeout;
    EXPECT_EQ(seen.value, std::nullopt);
    EXPECT_EQ(seen.evidence, "none within 15 s, 1 connection");
}

// Struck at 100 ms, ended by the server so long after; empty: not before the stop.
injection waiting(std::optional<duration> ended_after) {
    injection one = delivered();
    one.struck = 100ms;
    one.server_closed = ended_after ? one.struck + *ended_after : stop_at + 1ms;
    return one;
}

cycle_record with_waits(const std::vector<std::pair<std::string, injection>>& waits) {
    cycle_record record = stopped_after(5ms);
    for (const auto& [kind, one] : waits) {
        record = with_fault(std::move(record), kind, one);
    }
    return record;
}

TEST(HeaderTimeout, IsThatOfTheClientThatWasKeptLongest) {
    const cycle_record record =
        with_waits({{"one_byte", waiting(1s)}, {"partial_request", waiting(1500ms)}});
    const auto seen = measure("request_timeout", {record}).header_timeout;
    EXPECT_EQ(seen.value, exit_promise{1500ms});
    EXPECT_EQ(seen.evidence, "2 connections, 1 s to 1.5 s");
}

TEST(HeaderTimeout, IsUnboundedWhenOneClientIsKept) {
    const auto seen_of = [](const cycle_record& record) {
        return measure("request_timeout", {record}).header_timeout;
    };
    const auto some = seen_of(with_waits({{"one_byte", waiting(1s)}, {"one_byte", waiting({})}}));
    EXPECT_EQ(some.value, exit_promise{});
    EXPECT_EQ(some.evidence, "only 1 of 2 connections were ended, after 1 s");
    const auto none = seen_of(with_waits({{"one_byte", waiting({})}}));
    EXPECT_EQ(none.value, exit_promise{});
    EXPECT_EQ(none.evidence, "none within 15 s, 1 connection");
}

TEST(HeaderTimeout, CountsAnAnswerAsTheEnd) {
    injection answered = waiting({});
    answered.server_closed.reset();
    answered.response_status = 408;
    answered.ended = answered.struck + 1s;
    EXPECT_EQ(measure("request_timeout", {with_waits({{"partial_request", answered}})})
                  .header_timeout.value,
              exit_promise{1s});
}

TEST(HeaderTimeout, IsNotMeasuredUntried) {
    const measured_running seen = measure_running({}, {}, patience);
    EXPECT_EQ(seen.header_timeout.value, std::nullopt);
    EXPECT_EQ(seen.header_timeout.evidence, "it was not tried");
}

TEST(DripTimeout, IsNotThatOfAClientThatStandsStill) {
    evidence_by_condition running;
    running["request_timeout"] =
        cycles({with_waits({{"one_byte", waiting(1s)}, {"slow_sender", waiting(1200ms)}})});
    running["body_timeout"] =
        cycles({with_waits({{"partial_request", waiting(1s)}, {"slow_sender", waiting({})}})});
    const measured_running seen = measure_running(running, {}, patience);
    EXPECT_EQ(seen.header_timeout.value, exit_promise{1s});
    EXPECT_EQ(seen.body_timeout.value, exit_promise{1s});
    EXPECT_EQ(seen.drip_timeout.value, exit_promise{});
    EXPECT_EQ(seen.drip_timeout.evidence, "only 1 of 2 connections were ended, after 1.2 s");
}

TEST(HandshakeTimeout, IsMeasuredByHandshakes) {
    const cycle_record record = with_waits({{"stalled_handshake", waiting(1s)}});
    EXPECT_EQ(measure("handshake_timeout", {record}).handshake_timeout.value, exit_promise{1s});
}

TEST(HalfClose, IsRespondedToOnlyWhenEveryClientIsAnswered) {
    injection answered = delivered();
    answered.response_complete = true;
    const cycle_record good = with_fault(stopped_after(1ms), "half_close", answered);
    const cycle_record bad = with_fault(stopped_after(1ms), "half_close", delivered());
    EXPECT_EQ(measure("half_close", {good}).half_close.value, half_close_promise::respond);
    const auto seen = measure("half_close", {good, bad}).half_close;
    EXPECT_EQ(seen.value, half_close_promise::close);
    EXPECT_THAT(seen.evidence, HasSubstr("1 of 2 clients"));
}

cycle_record after_shortage(double share, bool served) {
    injection one = delivered();
    one.after = recovery{served, 1ms, ""};
    one.cpu_share = share;
    return with_fault(stopped_after(1ms), "descriptor_limit", one);
}

TEST(DescriptorLimit, TellsWaitingFromSpinning) {
    EXPECT_EQ(measure("no_descriptor", {after_shortage(0.01, true)}).at_descriptor_limit.value,
              descriptor_limit_promise::pause);
    EXPECT_EQ(measure("no_descriptor", {after_shortage(0.8, true)}).at_descriptor_limit.value,
              descriptor_limit_promise::spin);
}

TEST(DescriptorLimit, PromisesNothingForAServerThatIsDeafAfterwards) {
    const auto seen = measure("no_descriptor", {after_shortage(0.01, false)}).at_descriptor_limit;
    EXPECT_EQ(seen.value, std::nullopt);
    EXPECT_THAT(seen.evidence, HasSubstr("served again in 0 of 1 cycle"));
}

TEST(DescriptorLimit, SeesAServerThatEnds) {
    cycle_record record = after_shortage(0.01, false);
    record.exited = stop_at - 500ms;
    EXPECT_EQ(measure("no_descriptor", {record}).at_descriptor_limit.value,
              descriptor_limit_promise::exit);
}

TEST(DeferAccept, IsSeenByAConnectionThatTheServerDoesNotHave) {
    injection hidden = delivered();
    hidden.delivered = false;
    evidence_by_condition stops;
    stops["silent"] = cycles({with_fault(stopped_after(1ms), "silent_connection", hidden)});
    EXPECT_THAT(measure_running({}, stops, patience).defer_accept.value, Optional(true));
    stops["silent"] = cycles({with_fault(stopped_after(1ms), "silent_connection", delivered())});
    EXPECT_THAT(measure_running({}, stops, patience).defer_accept.value, Optional(false));
}

}  // namespace
}  // namespace stormdrain
