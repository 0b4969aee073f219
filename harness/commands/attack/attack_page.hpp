#pragma once
// What `stormdrain attack` prints of a load that is over, or under way.

#include "harness/load/engine/engine_plan.hpp"
#include "harness/load/engine/engine_tally.hpp"
#include "harness/load/engine/load_shard.hpp"

#include <string>
#include <string_view>

namespace stormdrain {

// A table for people, at most 100 columns wide.
std::string attack_page(std::string_view url, const engine_plan& plan, const engine_tally& tally);

// Parts of it: "p50 1 ms, p90 ...", and the lines of what failed.
std::string quantiles(const latency_histogram& times);
void add_failures(std::string& page, const request_tally& tally, std::uint64_t unprocessed);

// "  3 s: 301234 answered, 101 k/s; 2 otherwise; 100 connections"
std::string attack_line(const load_progress& now, const load_progress& before, duration elapsed,
                        duration since_before);

// Whether every request was answered as expected; requests that the harness itself could not make
// say nothing about the server.
enum class attack_verdict { all_answered, some_failed, not_judged };
attack_verdict judge(const engine_tally& tally);

}  // namespace stormdrain
