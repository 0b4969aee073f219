#include "harness/checks/request_checks.hpp"

#include "harness/checks/evidence.hpp"
#include "harness/checks/request_fate.hpp"
#include "harness/checks/rules/keep_alive_race.hpp"
#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/traits.hpp"
#include "harness/load/syn_retries.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace stormdrain {
namespace {

using rules::sent_at;

std::string describe(const request_row& row, const request_fate& fate) {
    return "request " + std::to_string(row.id) + " (" + row.route + ", connection " +
           std::to_string(row.connection) + ", number " + std::to_string(row.number_on_connection) +
           " on it) " + fate.why + "; sent " + instant(sent_at(row)) + ", ended " +
           instant(row.ended) + (row.error.empty() ? "" : " (" + row.error + ")");
}

bool saw_handshakes(const request_tally& requests) {
    const auto& rows = requests.unusual;
    return requests.handshake_time.count() > 0 ||
           std::ranges::count(rows, request_end::handshake_failed, &request_row::end) > 0;
}

struct fate_summary {
    std::vector<std::string> failures;  // bounded
    std::uint64_t failures_count = 0;
    std::map<std::string, std::uint64_t> kinds;  // of them: "headers reset"
    std::vector<std::string> races;              // bounded
    std::uint64_t races_count = 0;
    std::uint64_t unsent_count = 0;  // by the harness's failure
    std::uint64_t origins_doing_count = 0;
};

fate_summary summarize(std::string_view finding_id, const request_tally& requests,
                       const request_surroundings& around) {
    fate_summary summary;
    for (const request_row& row : requests.unusual) {
        const request_fate fate = fate_of(row, around);
        if (fate.outcome == request_fate::kind::failed && fate.finding_id == finding_id) {
            ++summary.failures_count;
            ++summary.kinds[std::string(to_text(row.phase)) + " " + std::string(to_text(row.end))];
            add_bounded(summary.failures, describe(row, fate));
        }
        if (fate.is_running_race) {
            ++summary.races_count;
            add_bounded(summary.races, describe(row, fate));
        }
        summary.origins_doing_count += fate.is_origins_doing ? 1 : 0;
        summary.unsent_count += row.end == request_end::harness_failed ? 1 : 0;
    }
    return summary;
}

// Most of them fail the same way; what the others meet is chance.
std::string usual_kind(const fate_summary& summary) {
    const auto most = std::ranges::max_element(summary.kinds, {},
                                               [](const auto& counted) { return counted.second; });
    return most == summary.kinds.end() ? "" : most->first;
}

judgement broken_requests(const fate_summary& summary, const cycle_record& record) {
    std::vector<std::string> evidence = summary.failures;
    std::ranges::move(describe_failures(record.requests), std::back_inserter(evidence));
    if (record.stop.triggered) {
        evidence.push_back("stop " + record.stop.mode + " triggered " +
                           instant(record.stop.triggered));
    }
    // A request that fails shows nothing of the server's inside: what was done to it has to do.
    std::vector<std::string> traits = traits_of(record);
    traits.push_back("requests: " + usual_kind(summary));
    return identified_by(
        broken(answered_share(record.requests) + "; " + grouped(summary.failures_count) +
                   " like this: " + summary.failures.front() +
                   and_syn_retries(record.requests.connect_time),
               std::move(evidence)),
        std::move(traits));
}

}  // namespace

bool speaks_http2(const request_tally& requests) {
    return requests.http2_count > 0;
}

judgement judge_requests(std::string_view finding_id, const cycle_record& record,
                         const promises& promised) {
    const request_tally& requests = record.requests;
    if (!record.has_load) {
        return not_applicable("the scenario has no load");
    }
    if (requests.started == 0) {
        return not_judged("not one request was started (reached " +
                          std::string(to_text(record.reached)) + ")");
    }
    if (finding_id == "handshake_failed" && !saw_handshakes(requests)) {
        return not_applicable("the load speaks no TLS");
    }
    const fate_summary summary = summarize(finding_id, requests, surroundings_of(record, promised));
    if (summary.failures_count > 0) {
        return broken_requests(summary, record);
    }
    if (finding_id == "unannounced_close" &&
        summary.races_count > rules::running_races_max(requests.started)) {
        return broken(std::to_string(summary.races_count) + " of " +
                          counted(requests.started, "request") +
                          " met a connection that was closed without announcement; races with "
                          "an idle timeout excuse 1 %",
                      summary.races);
    }
    const std::uint64_t strikes = strikes_count(record);
    if (finding_id == "request_failed" && summary.origins_doing_count > strikes) {
        return broken(counted(summary.origins_doing_count, "request") +
                          " failed while the origins struck " + counted(strikes, "request"),
                      {});
    }
    if (summary.unsent_count > 0) {
        return not_judged("the harness could not send " + counted(summary.unsent_count, "request"));
    }
    if (requests.unusual_count > requests.unusual.size()) {
        return not_judged(counted(requests.unusual_count - requests.unusual.size(), "request") +
                          " went wrong beyond those that were written down");
    }
    return kept();
}

}  // namespace stormdrain
