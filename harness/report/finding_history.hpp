#pragma once
// What earlier nights found, by the fingerprints of their findings: since when it is known, how
// often it comes, and what is new. Pure: a night's date is given.

#include "harness/checks/verdict.hpp"
#include "harness/statistics/binomial.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

// What one run says of one finding; also of one that it looked for and did not see.
struct night_finding {
    std::string target;
    std::string check;
    std::string fingerprint;
    hit_count broken;                    // of the cycles of the scenarios that ever showed it
    std::vector<std::string> scenarios;  // "suite/scenario", at most scenarios_max
    std::string message;                 // of a sample, for people who read the file
    bool operator==(const night_finding&) const = default;
    static constexpr std::size_t scenarios_max = 8;
};

// One run. Called a night because that is when most of them are.
struct night {
    std::uint32_t number = 1;  // from the beginning of the history, whatever is forgotten of it
    std::string began;         // UTC, "2026-11-20T02:17:00"
    std::vector<night_finding> findings;
    bool operator==(const night&) const = default;
    // A run with more has one cause, and its report names them all.
    static constexpr std::size_t findings_max = 1'000;
};

struct finding_history {
    std::vector<night> nights;  // in the order of their time
    // What was not seen in so many is forgotten, and new when it comes back.
    static constexpr std::size_t nights_max = 1'000;
};

// What the run says, for those that come after it.
night night_of(const finding_history& earlier, const std::vector<scenario_result>& scenarios,
               std::chrono::system_clock::time_point began);

struct finding_story {
    std::string first_seen;  // a date; empty: it is new
    std::uint32_t first_night = 0;
    std::string last_seen;           // before tonight
    std::uint32_t nights_count = 0;  // that looked, from the first that saw it until tonight
    std::uint32_t nights_seen_count = 0;
    hit_count broken;                 // in all of them
    std::uint32_t nights_before = 0;  // in the whole history
    bool operator==(const finding_story&) const = default;
};

// A replay repeats a bad cycle on purpose: it is no night, and says nothing of how often nights
// have one.
enum class run_kind { night, replay };

// What a run is told of the nights before it.
struct past_nights {
    finding_history history;
    run_kind told_to = run_kind::night;
};

// By target and fingerprint: of everything that was seen tonight.
using finding_stories = std::map<std::pair<std::string, std::string>, finding_story>;

finding_stories stories_of(const past_nights& past, const night& tonight);
// Of one that the history does not have: that of a new one.
finding_story story_of(const finding_stories& stories, const std::string& target,
                       const std::string& fingerprint);

// "first seen 2026-11-20 (night 3), last seen 2026-12-01, in 5 of 12 nights, 8.3 % of their
// cycles"; "new: not seen in 12 nights before"
std::string to_text(const finding_story& story);

}  // namespace stormdrain
