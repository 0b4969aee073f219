#pragma once
// For tests that carry whole cycles out and look at their records.

#include "harness/base/task_group.hpp"
#include "harness/cycle/cycle_fixture.hpp"
#include "harness/cycle/cycle_runner.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

class running_fixture : public cycle_fixture {
protected:
    static constexpr std::uint32_t clients = 3;
    static constexpr std::uint32_t requests = 4;

    // The cycles of one scenario, one after the other in one runner.
    std::vector<cycle_record> cycles(const planned_scenario& scenario, std::uint32_t count) {
        std::vector<cycle_record> records;
        run([&]() -> boost::asio::awaitable<void> {
            canary slips;
            task_group watching(executor());
            watching.spawn(slips.run());
            cycle_runner runner(executor(), environment_, slips);
            for (std::uint32_t index = 0; index < count; ++index) {
                const cycle_request request{.scenario = scenario,
                                            .index = index,
                                            .cycle_seed = index + 1,
                                            .folder = folder_.file(std::to_string(index)),
                                            .last = index + 1 == count};
                records.push_back(co_await runner.run(request));
            }
            co_await runner.abandon();
            watching.cancel();
            co_await watching.join();
        });
        return records;
    }

    cycle_record cycle_of(const planned_scenario& scenario) { return cycles(scenario, 1).at(0); }

    static scenario load_until(stop_moment at, std::string route = "small") {
        scenario what;
        what.load = load_profile();
        what.load->clients_count = clients;
        what.load->requests_per_client = requests;
        what.load->routes = {std::move(route)};
        what.stop.at = at;
        what.stop.between_min = std::chrono::milliseconds(2);
        what.stop.between_max = std::chrono::milliseconds(10);
        return what;
    }
};

}  // namespace stormdrain
