#include "harness/commands/running/shard_detection.hpp"

#include "harness/config/count.hpp"

#include <array>
#include <string_view>

namespace stormdrain {
namespace {

// More would be more machines than a night has cycles for.
constexpr std::uint32_t attempts_max = 10'000;

// One that says both which shard and of how many.
struct engine {
    std::string_view name;
    const char* index;
    const char* total;
    std::uint32_t first_index;
    const char* status_file;  // null: it does not ask
};

// Bazel's test encyclopedia; GoogleTest's advanced guide; GitLab's `parallel`; CircleCI's
// parallelism; Buildkite's parallel builds.
constexpr std::array<engine, 5> engines{{
    {"Bazel", "TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0, "TEST_SHARD_STATUS_FILE"},
    {"GoogleTest", "GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS", 0, "GTEST_SHARD_STATUS_FILE"},
    {"GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1, nullptr},
    {"CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0, nullptr},
    {"Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0, nullptr},
}};

// Those that say only which one it is. How many there are cannot be known from them: Slurm's
// SLURM_ARRAY_TASK_COUNT is how many were submitted, and 1 when one of four is submitted again.
struct scheduler {
    std::string_view name;
    const char* index;
    std::uint32_t first_index;
    std::string_view remedy;
};

constexpr std::array<scheduler, 2> schedulers{{
    {"Kubernetes", "JOB_COMPLETION_INDEX", 0, ""},
    {"Slurm", "SLURM_ARRAY_TASK_ID", 1, " (--array=1-N)"},
}};

// Those that say how often a job was begun.
struct retry_counter {
    const char* variable;
    std::uint32_t first;
};

constexpr std::array<retry_counter, 3> retry_counters{{
    {"SLURM_RESTART_COUNT", 0},  // absent in the first attempt
    {"GITHUB_RUN_ATTEMPT", 1},
    {"BUILDKITE_RETRY_COUNT", 0},
}};

std::string_view value_of(const environment_lookup& environment, const char* name) {
    const char* const value = environment(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

std::uint32_t read_index(std::string_view text, const std::string& variable, std::uint32_t first,
                         std::uint32_t total, std::string_view remedy = "") {
    const auto index = read_count<std::uint32_t>(text, first, first + total - 1);
    if (!index) {
        throw usage_error(variable + ": expected a number from " + std::to_string(first) + " to " +
                          std::to_string(first + total - 1) + std::string(remedy) + ", got \"" +
                          std::string(text) + "\"");
    }
    return *index - first + 1;
}

shard_unit unit_of(const shard_order& order) {
    return order.divides_cycles ? shard_unit::cycles : shard_unit::scenarios;
}

std::optional<found_shard> of_engine(const engine& one, const shard_order& order,
                                     const environment_lookup& environment) {
    const std::string_view total_text = value_of(environment, one.total);
    const auto total = read_count<std::uint32_t>(total_text, 0, shards_max);
    if (!total && !total_text.empty()) {
        throw usage_error(std::string(one.total) + ": expected how many shards there are, got \"" +
                          std::string(total_text) + "\"; --shard off runs all of it");
    }
    if (total.value_or(1) <= 1) {
        return std::nullopt;  // GitLab says 1 in jobs that are not parallel at all
    }
    const std::string_view index_text = value_of(environment, one.index);
    if (index_text.empty()) {
        throw usage_error(std::string(one.total) + " says that there are " +
                          std::to_string(*total) + " shards, and nothing in " + one.index +
                          " which of them this is: every machine would run everything; say "
                          "--shard I/N, or --shard off");
    }
    found_shard found;
    found.which = {read_index(index_text, one.index, one.first_index, *total), *total,
                   unit_of(order)};
    found.source = std::string(one.name) + " (" + one.index + ")";
    found.status_file = one.status_file == nullptr ? "" : value_of(environment, one.status_file);
    return found;
}

std::optional<found_shard> detected(const shard_order& order,
                                    const environment_lookup& environment) {
    for (const engine& one : engines) {
        if (auto found = of_engine(one, order, environment)) {
            return found;
        }
    }
    for (const scheduler& one : schedulers) {
        if (!value_of(environment, one.index).empty()) {
            throw usage_error(std::string(one.index) + " says that " + std::string(one.name) +
                              " divides the work, and not into how many parts: say --shard auto/N" +
                              std::string(one.remedy) + ", or --shard off to run all of it here");
        }
    }
    return std::nullopt;
}

// The number is an engine's, how many there are was said.
found_shard of_index(const shard_order& order, const environment_lookup& environment) {
    for (const scheduler& one : schedulers) {
        const std::string_view text = value_of(environment, one.index);
        if (!text.empty()) {
            const std::uint32_t number =
                read_index(text, one.index, one.first_index, order.total, one.remedy);
            return {{number, order.total, unit_of(order)},
                    std::string(one.name) + " (" + one.index + ")",
                    ""};
        }
    }
    for (const engine& one : engines) {
        const std::string_view text = value_of(environment, one.index);
        if (!text.empty()) {
            const std::uint32_t number = read_index(text, one.index, one.first_index, order.total);
            return {{number, order.total, unit_of(order)},
                    std::string(one.name) + " (" + one.index + ")",
                    ""};
        }
    }
    throw usage_error("--shard auto/" + std::to_string(order.total) +
                      ": nothing says which of them this is; JOB_COMPLETION_INDEX and "
                      "SLURM_ARRAY_TASK_ID would");
}

}  // namespace

std::optional<found_shard> find_shard(const shard_order& order,
                                      const environment_lookup& environment) {
    switch (order.from) {
        case shard_order::source::off:
            return std::nullopt;
        case shard_order::source::given:
            return found_shard{{order.number, order.total, unit_of(order)}, "--shard", ""};
        case shard_order::source::index_detected:
            return of_index(order, environment);
        case shard_order::source::detected:
            break;
    }
    return detected(order, environment);
}

found_attempt find_attempt(const shard_order& order, const environment_lookup& environment) {
    if (order.attempt) {
        return {*order.attempt, "--attempt", true};
    }
    for (const retry_counter& counter : retry_counters) {
        const std::string_view text = value_of(environment, counter.variable);
        const auto count = read_count<std::uint32_t>(text, counter.first, attempts_max);
        if (count) {
            return {*count - counter.first + 1, counter.variable, false};
        }
    }
    return {};
}

}  // namespace stormdrain
