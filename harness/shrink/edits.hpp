#pragma once
// Ways to make a scenario's JSON less: without a part, or with a smaller amount. They know nothing
// of what the keys mean: whether the result is a scenario is for the strict reader to say.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace stormdrain {

struct scenario_part_at {
    std::string path;  // JSON pointer (RFC 6901)
    std::string what;  // "faults/1 slow_reader", "load/after_stop \"close\""
};

// The parts that stand so many objects deep, in the file's order: 1 for the scenario's own keys and
// its faults, 2 for theirs. None: nothing is so deep.
std::vector<scenario_part_at> parts_at(const std::string& scenario, std::size_t depth);

// The parts are some of parts_at(), in their order. What is taken out has its default again.
std::string without(const std::string& scenario, std::span<const scenario_part_at> parts);

struct scenario_amount {
    enum class unit { count, bytes, milliseconds };
    std::string path;
    std::uint64_t value = 0;
    unit of = unit::count;
};

// What stimulates: not what is demanded ("expect", "exit_within"), of which less breaks any server.
std::vector<scenario_amount> amounts_in(const std::string& scenario);

std::string with_amount(const std::string& scenario, const scenario_amount& amount);
// "load/clients 8", "faults/0/for 250ms"
std::string to_text(const scenario_amount& amount);

// Whether any count that both have is greater in the second: a default may be more than what was.
bool raises_a_count(const std::string& before, const std::string& after);

// Without whatever goes without saying: as long as `means_the_same`.
std::string shortest(const std::string& scenario,
                     const std::function<bool(const std::string&)>& means_the_same);

}  // namespace stormdrain
