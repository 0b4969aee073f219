#include "harness/report/finding_history.hpp"

#include "harness/report/text.hpp"

#include <algorithm>
#include <set>

namespace stormdrain {
namespace {

constexpr std::size_t message_bytes_max = 200;
constexpr std::size_t date_length = 10;  // "2026-11-20"

using identity = std::pair<std::string, std::string>;  // target and fingerprint

std::string place_of(const scenario_result& scenario) {
    return scenario.suite + "/" + scenario.scenario;
}

void add_place(night_finding& to, const std::string& place) {
    const bool is_there = std::ranges::find(to.scenarios, place) != to.scenarios.end();
    if (!is_there && to.scenarios.size() < night_finding::scenarios_max) {
        to.scenarios.push_back(place);
    }
}

// Where each of them was ever seen, in the order of the nights.
std::map<identity, night_finding> known_findings(const finding_history& earlier) {
    std::map<identity, night_finding> known;
    for (const night& before : earlier.nights) {
        for (const night_finding& one : before.findings) {
            night_finding& entry = known[{one.target, one.fingerprint}];
            entry.check = one.check;
            for (const std::string& place : one.scenarios) {
                add_place(entry, place);
            }
        }
    }
    return known;
}

std::string message_of(const check_result& result, const std::string& fingerprint) {
    const auto sample = std::ranges::find(result.samples, fingerprint, &finding::fingerprint);
    return sample == result.samples.end() ? "" : one_line(sample->message, message_bytes_max);
}

bool was_seen_in(const night_finding& known, const std::string& check, const std::string& place) {
    return known.check == check &&
           std::ranges::find(known.scenarios, place) != known.scenarios.end();
}

using findings_tonight = std::map<identity, night_finding>;

night_finding& entry_of(findings_tonight& tonight, const scenario_result& scenario,
                        const check_result& result, const std::string& fingerprint) {
    night_finding& entry = tonight[{scenario.target, fingerprint}];
    entry.target = scenario.target;
    entry.check = result.check;
    entry.fingerprint = fingerprint;
    add_place(entry, place_of(scenario));
    entry.broken.trials += result.judged_count;
    return entry;
}

void add_seen(findings_tonight& tonight, const scenario_result& scenario,
              const check_result& result) {
    for (const seen_identity& one : result.identities) {
        night_finding& entry = entry_of(tonight, scenario, result, one.fingerprint);
        entry.broken.hits += one.broken_count;
        if (entry.message.empty()) {
            entry.message = message_of(result, one.fingerprint);
        }
    }
}

// That it was looked for and not seen is what makes a rate.
void add_missed(findings_tonight& tonight, const std::map<identity, night_finding>& known,
                const scenario_result& scenario, const check_result& result) {
    const auto first = known.lower_bound({scenario.target, ""});
    for (auto one = first; one != known.end() && one->first.first == scenario.target; ++one) {
        const std::string& fingerprint = one->first.second;
        const bool is_seen =
            std::ranges::find(result.identities, fingerprint, &seen_identity::fingerprint) !=
            result.identities.end();
        if (!is_seen && was_seen_in(one->second, result.check, place_of(scenario))) {
            entry_of(tonight, scenario, result, fingerprint);
        }
    }
}

}  // namespace

night night_of(const finding_history& earlier, const std::vector<scenario_result>& scenarios,
               std::chrono::system_clock::time_point began) {
    night tonight;
    for (const night& before : earlier.nights) {
        tonight.number = std::max(tonight.number, before.number + 1);
    }
    tonight.began = utc_text(began);
    const std::map<identity, night_finding> known = known_findings(earlier);
    findings_tonight found;
    for (const scenario_result& scenario : scenarios) {
        for (const check_result& result : scenario.checks) {
            if (result.judged_count > 0) {
                add_seen(found, scenario, result);
                add_missed(found, known, scenario, result);
            }
        }
    }
    for (auto& [name, one] : found) {
        tonight.findings.push_back(std::move(one));
    }
    // What was seen comes before what was not, should there be too many.
    std::ranges::stable_sort(tonight.findings, {},
                             [](const night_finding& one) { return one.broken.hits == 0; });
    tonight.findings.resize(std::min(tonight.findings.size(), night::findings_max));
    return tonight;
}

finding_stories stories_of(const past_nights& past, const night& tonight) {
    const finding_history& earlier = past.history;
    finding_stories stories;
    for (const night_finding& one : tonight.findings) {
        if (one.broken.hits > 0) {
            stories[{one.target, one.fingerprint}].nights_before =
                static_cast<std::uint32_t>(earlier.nights.size());
        }
    }
    const auto take = [&stories](const night& from, bool is_tonight) {
        for (const night_finding& one : from.findings) {
            const auto found = stories.find({one.target, one.fingerprint});
            const bool is_seen = one.broken.hits > 0;
            if (found == stories.end() || (found->second.nights_seen_count == 0 && !is_seen)) {
                continue;
            }
            finding_story& story = found->second;
            if (is_seen && !is_tonight) {
                const std::string date = from.began.substr(0, date_length);
                story.first_night = story.first_seen.empty() ? from.number : story.first_night;
                story.first_seen = story.first_seen.empty() ? date : story.first_seen;
                story.last_seen = date;
            }
            ++story.nights_count;
            story.nights_seen_count += is_seen ? 1U : 0U;
            story.broken.hits += one.broken.hits;
            story.broken.trials += one.broken.trials;
        }
    };
    for (const night& before : earlier.nights) {
        take(before, false);
    }
    if (past.told_to == run_kind::night) {
        take(tonight, true);
    }
    return stories;
}

finding_story story_of(const finding_stories& stories, const std::string& target,
                       const std::string& fingerprint) {
    const auto found = stories.find({target, fingerprint});
    return found == stories.end() ? finding_story{} : found->second;
}

std::string to_text(const finding_story& story) {
    const auto nights = [](std::uint32_t count) {
        return std::to_string(count) + (count == 1 ? " night" : " nights");
    };
    if (story.first_seen.empty()) {
        return story.nights_before == 0
                   ? "new: the history begins here"
                   : "new: not seen in " + nights(story.nights_before) + " before";
    }
    const double rate = story.broken.trials == 0 ? 0
                                                 : static_cast<double>(story.broken.hits) /
                                                       static_cast<double>(story.broken.trials);
    return "first seen " + story.first_seen + " (night " + std::to_string(story.first_night) +
           "), last seen " + story.last_seen + ", in " + std::to_string(story.nights_seen_count) +
           " of " + nights(story.nights_count) + ", " + percent(rate) + " of their cycles";
}

}  // namespace stormdrain
