#include "harness/plan/cycle_plan.hpp"

#include "harness/plan/readers/suite_fixture.hpp"
#include "harness/plan/shard.hpp"

#include <gmock/gmock.h>

#include <clocale>
#include <functional>
#include <map>
#include <set>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

constexpr seed master = 0x5eed0001;

// The plan of the suite with every key, on a target that has what it asks for.
class CyclePlan : public SuiteReader {
protected:
    plan made(const std::string& text = good_suite) {
        const std::shared_ptr<const suite> what = read(text);
        EXPECT_NE(what, nullptr);
        auto server = std::make_shared<target>();
        server->name = "t";
        for (const char* const port : {"http", "https", "raw"}) {
            server->ports[port] = {};
        }
        server->ports["https"].speaks = port_protocol::https;
        server->ports["raw"].speaks = port_protocol::tcp;
        server->origins.emplace_back().name = "web";
        for (const char* const route : {"small", "delayed", "large"}) {
            server->routes[route] = {};
        }
        server->stop["graceful"] = {};
        server->stop["fast"] = {};
        plan_request request;
        request.run_seed = master;
        return make_plan({{what, {server}}}, request);
    }
};

using hashes = std::map<std::pair<std::string, std::uint32_t>, std::uint64_t>;

hashes hashes_of(const plan& part) {
    hashes all;
    for (const planned_scenario& scenario : part.scenarios) {
        for (const std::uint32_t index : scenario.cycles) {
            const seed its_seed = cycle_seed(part.run_seed, scenario.id, index);
            all.emplace(std::pair(scenario.id, index), cycle_plan_hash(scenario, its_seed));
        }
    }
    return all;
}

// These stand in results that other machines wrote: they change only with what is planned.
TEST_F(CyclePlan, IsTheSameOnEveryMachine) {
    const hashes all = hashes_of(made());
    EXPECT_EQ(to_hex(all.at({"t/moments/bare", 0})), "0x46f315541a4ebb2e");
    EXPECT_EQ(to_hex(all.at({"t/moments/inline", 4})), "0x6c29dbe120924a53");
    const std::string grid =
        "t/moments/grid/at=during_load,mode=graceful,load=plain,faults=reset+silent";
    EXPECT_EQ(to_hex(all.at({grid, 1})), "0x314e460ee0c67fb5");
}

TEST_F(CyclePlan, IsTheSameInEveryShard) {
    const plan whole = made();
    const hashes all = hashes_of(whole);
    ASSERT_GT(all.size(), 20U);
    for (const shard_unit unit : {shard_unit::scenarios, shard_unit::cycles}) {
        hashes together;
        for (std::uint32_t number = 1; number <= 4; ++number) {
            together.merge(hashes_of(shard_of(whole, {number, 4, unit})));
        }
        EXPECT_EQ(together, all);
    }
}

TEST_F(CyclePlan, IsTheSameWhenItIsMadeAgain) {
    const hashes all = hashes_of(made());
    EXPECT_EQ(hashes_of(made()), all);
    std::set<std::uint64_t> different;
    for (const auto& [name, hash] : all) {
        different.insert(hash);
    }
    EXPECT_EQ(different.size(), all.size()) << "two cycles never do the same";
}

TEST_F(CyclePlan, KnowsNoLocale) {
    const hashes all = hashes_of(made());
    const std::string before = std::setlocale(LC_ALL, nullptr);
    for (const char* const name : {"de_DE.UTF-8", "C.UTF-8"}) {  // the first is rarely there
        std::setlocale(LC_ALL, name);
        EXPECT_EQ(hashes_of(made()), all) << name;
    }
    std::setlocale(LC_ALL, before.c_str());
}

TEST(ScenarioHash, ChangesWithEverythingThatACycleDoes) {
    scenario plain;
    plain.name = "x";
    plain.load = load_profile{};
    plain.faults.emplace_back().name = "silent";
    const std::vector<std::function<void(scenario&)>> changes{
        [](scenario& what) { what.name = "y"; },
        [](scenario& what) { what.load.reset(); },
        [](scenario& what) { what.load->port = "https"; },
        [](scenario& what) {
            what.load->routes = {"small", "large"};
        },
        [](scenario& what) { what.load->clients_count = 9; },
        [](scenario& what) { what.load->requests_per_client = 1; },
        [](scenario& what) { what.load->requests_per_connection = 1; },
        [](scenario& what) { what.load->think_time = 1ms; },
        [](scenario& what) { what.load->request_timeout = 1s; },
        [](scenario& what) { what.load->sources_count = 2; },
        [](scenario& what) { what.load->tls.version = tls_version::tls_1_2; },
        [](scenario& what) { what.load->tls.resumes = true; },
        [](scenario& what) { what.load->after = after_stop::close; },
        [](scenario& what) { what.faults.clear(); },
        [](scenario& what) { what.faults[0].name = "other"; },
        [](scenario& what) { what.faults[0].kind = "half_close"; },
        [](scenario& what) { what.faults[0].port = "https"; },
        [](scenario& what) { what.faults[0].settings = R"({"every":"1s"})"; },
        [](scenario& what) { what.faults[0].connections_count = 3; },
        [](scenario& what) { what.faults[0].share = 0.5; },
        [](scenario& what) { what.faults[0].times = 2; },
        [](scenario& what) { what.stop.mode = "fast"; },
        [](scenario& what) { what.stop.at = stop_moment::last_close; },
        [](scenario& what) { what.stop.between_min = 1ms; },
        [](scenario& what) { what.stop.between_max = 1ms; },
        [](scenario& what) { what.log_sink = output_sink::terminal; },
        [](scenario& what) { what.exit_within = 1s; },
        [](scenario& what) { what.expected.p99 = 1s; },
        [](scenario& what) { what.expected.dropped_connections_max = 0; },
        [](scenario& what) { what.expected.origin_reuse_min = 0.5; },
        [](scenario& what) { what.restart = true; },
    };
    std::set<std::uint64_t> different{scenario_hash(plain)};
    for (const auto& change : changes) {
        scenario changed = plain;
        change(changed);
        different.insert(scenario_hash(changed));
    }
    EXPECT_EQ(different.size(), changes.size() + 1);
}

TEST(ScenarioHash, TellsTheShapesOfALoadApart) {
    scenario plain;
    plain.load.emplace();
    const std::vector<std::function<void(load_profile&)>> changes{
        [](load_profile& load) { load.pipeline_depth = 2; },
        [](load_profile& load) { load.open_loop.per_second = 2; },
        [](load_profile& load) {
            load.open_loop.per_second = 2;
            load.open_loop.ramp = 1s;
        },
        [](load_profile& load) { load.burst = 1s; },
        [](load_profile& load) { load.clients_ramp = 1s; },
    };
    std::set<std::uint64_t> different{scenario_hash(plain)};
    for (const auto& change : changes) {
        scenario changed = plain;
        change(*changed.load);
        different.insert(scenario_hash(changed));
    }
    EXPECT_EQ(different.size(), changes.size() + 1);
}

TEST(ScenarioHash, KeepsSilentOnHowManyCyclesThereAre) {
    scenario plain;
    scenario longer = plain;
    longer.cycles_count = 1000;
    longer.budget = 1s;
    longer.tags = {"night"};
    longer.line = 12;
    EXPECT_EQ(scenario_hash(plain), scenario_hash(longer));
}

TEST(FaultSeed, DiffersOnEveryConnectionAndEveryTime) {
    scenario what;
    what.faults.emplace_back().name = "silent";
    what.faults.emplace_back().name = "silent";
    const std::set<seed> different{fault_seed(what, {0, 0, 0}, 1), fault_seed(what, {1, 0, 0}, 1),
                                   fault_seed(what, {0, 1, 0}, 1), fault_seed(what, {0, 0, 1}, 1),
                                   fault_seed(what, {0, 0, 0}, 2), moment_seed(1)};
    EXPECT_EQ(different.size(), 6U);
}

TEST(ConnectionsOf, AShareIsOfTheClientsAndAtLeastOne) {
    load_profile load;
    load.clients_count = 10;
    fault_use use;
    use.share = 0.25;
    EXPECT_EQ(connections_of(use, load), 3U);
    use.share = 0.01;
    EXPECT_EQ(connections_of(use, load), 1U);
    use.connections_count = 7;
    EXPECT_EQ(connections_of(use, {}), 7U);
}

}  // namespace
}  // namespace stormdrain
