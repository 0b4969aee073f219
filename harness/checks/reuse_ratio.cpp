#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"

#include <cmath>

namespace stormdrain::checks {
namespace {

// Of fewer, the first on each connection weigh too much.
constexpr std::uint64_t requests_min = 20;

std::string percent(double share) {
    return std::to_string(std::lround(share * 100)) + " %";
}

struct reuse_totals {
    std::uint64_t requests = 0;
    std::uint64_t reused = 0;
    std::uint64_t connections = 0;
    std::string hosts;
};

reuse_totals totals_of(const cycle_record& record) {
    reuse_totals totals;
    for (const origin_record& origin : record.origins) {
        totals.requests += origin.requests_count;
        totals.reused += origin.reused_count;
        totals.connections += origin.accepted_count;
        for (const std::string& host : origin.hosts) {
            totals.hosts += (totals.hosts.empty() ? "" : ", ") + host;
        }
    }
    return totals;
}

std::vector<std::string> gather_evidence(const cycle_record& record) {
    std::vector<std::string> lines;
    for (const origin_record& origin : record.origins) {
        lines.push_back("origin " + origin.name + " at " + to_text(origin.where) + ": " +
                        counted(origin.requests_count, "request") + ", " +
                        std::to_string(origin.reused_count) + " on connections used before, " +
                        counted(origin.accepted_count, "new connection") + ", " +
                        std::to_string(origin.open_before_count) + " open before the load");
        for (const origin_connection_row& row : origin.connections) {
            add_bounded(lines, "connection " + std::to_string(row.number) +
                                   (row.sni.empty() ? "" : " for " + row.sni) + ": " +
                                   counted(row.requests_count, "request") + ", opened " +
                                   instant(row.opened) + ", " + std::string(to_text(row.end)) +
                                   (row.ended ? " " + instant(row.ended) : ""));
        }
    }
    return lines;
}

judgement examine(const cycle_record& record, const promises& promised) {
    const std::optional<double>& wanted = promised.expected.origin_reuse_min;
    if (!wanted) {
        return not_applicable("no reuse of origin connections is expected");
    }
    if (record.origins.empty()) {
        return not_applicable("the target has no origins");
    }
    const reuse_totals totals = totals_of(record);
    if (totals.requests < requests_min) {
        return not_judged("only " + counted(totals.requests, "request") + " of at least " +
                          std::to_string(requests_min) + " reached the origins");
    }
    const double share = static_cast<double>(totals.reused) / static_cast<double>(totals.requests);
    if (share >= *wanted) {
        return kept();
    }
    return broken("expected at least " + percent(*wanted) +
                      " of the requests to origins on connections used before: " + percent(share) +
                      ", " + counted(totals.requests, "request") + " on " +
                      counted(totals.connections, "new connection") + " (hosts " + totals.hosts +
                      ")",
                  gather_evidence(record));
}

}  // namespace

extern const check reuse_ratio;
const check reuse_ratio{
    .name = "reuse_ratio",
    .summary = "A proxy asks its origins on connections that it has used before.",
    .examine = examine,
};

}  // namespace stormdrain::checks
