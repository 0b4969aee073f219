#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"

namespace stormdrain::checks {
namespace {

constexpr double judged_fraction = 0.99;
// Of fewer, the 99th percentile is the slowest of all and says nothing of the others.
constexpr std::uint64_t requests_min = 20;

// Of an open loop from the instant at which its schedule meant the request: a server that stands
// still keeps those back that are due meanwhile, and each of them alone would be fast.
const latency_histogram& judged_times(const request_tally& requests) {
    return requests.latency_from_intended.count() > 0 ? requests.latency_from_intended
                                                      : requests.whole_time;
}

std::string describe(const request_tally& requests) {
    const latency_histogram& times = judged_times(requests);
    std::string text = "p50 " + to_text(times.quantile(0.5)) + ", p99 " +
                       to_text(times.quantile(judged_fraction)) + ", slowest " +
                       to_text(times.max()) + " of " + counted(times.count(), "answered request");
    if (requests.unusual_count > 0) {
        text +=
            "; " + std::to_string(requests.unusual_count) + " that went wrong are not among them";
    }
    return text;
}

std::vector<std::string> gather_evidence(const request_tally& requests) {
    std::vector<std::string> evidence{"connect: p50 " +
                                      to_text(requests.connect_time.quantile(0.5)) + ", p99 " +
                                      to_text(requests.connect_time.quantile(judged_fraction))};
    const latency_histogram& handshakes = requests.handshake_time;
    if (handshakes.count() > 0) {
        evidence.push_back("TLS handshake: p50 " + to_text(handshakes.quantile(0.5)) + ", p99 " +
                           to_text(handshakes.quantile(judged_fraction)) + "; " +
                           std::to_string(requests.handshakes_resumed) + " of " +
                           std::to_string(handshakes.count()) + " resumed a session");
    }
    if (requests.send_lag.count() > 0) {
        evidence.push_back("sent later than it was due: p50 " +
                           to_text(requests.send_lag.quantile(0.5)) + ", p99 " +
                           to_text(requests.send_lag.quantile(judged_fraction)));
    }
    evidence.push_back("from the request's first byte: p50 " +
                       to_text(requests.latency.quantile(0.5)) + ", p99 " +
                       to_text(requests.latency.quantile(judged_fraction)));
    return evidence;
}

judgement examine(const cycle_record& record, const promises& promised) {
    const std::optional<duration>& expected = promised.expected.p99;
    if (!expected) {
        return not_applicable("the scenario does not say how fast answers have to be");
    }
    const request_tally& requests = record.requests;
    if (requests.whole_time.count() < requests_min) {
        return not_applicable("only " + counted(requests.whole_time.count(), "request") +
                              " answered, fewer than " + std::to_string(requests_min));
    }
    const duration on_the_way = round_trips_of_request * (record.path.to_target.round_trip() +
                                                          record.path.to_origins.round_trip());
    if (judged_times(requests).quantile(judged_fraction) <= *expected + on_the_way) {
        return kept();
    }
    return broken("99 % of the requests were to be answered within " +
                      to_text(*expected + on_the_way) +
                      ", connect and handshake included: " + describe(requests),
                  gather_evidence(requests));
}

}  // namespace

extern const check slow_answers;
const check slow_answers{
    .name = "slow_answers",
    .summary =
        "99 % of the requests are answered within what the scenario expects, connect and "
        "handshake included.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
