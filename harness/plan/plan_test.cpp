#include "harness/plan/plan.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/config/problem.hpp"

#include <gmock/gmock.h>

#include <set>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Needs the route "large", as the readers that never read do.
class hungry_fault : public fault {
public:
    held_condition holds() const override { return held_condition::stalled_reader; }
    strike_point point() const override { return strike_point::response_body; }
    std::vector<std::string> needed_routes() const override { return {"large"}; }
    boost::asio::awaitable<injection> inject(fault_context& /*context*/) const override {
        throw std::logic_error("a plan injects nothing");
    }
};

class hungry_http_fault final : public hungry_fault {
public:
    bool needs_http() const override { return true; }
};

class hungry_tls_fault final : public hungry_fault {
public:
    bool needs_tls() const override { return true; }
};

target good_target(const std::string& name) {
    target server;
    server.name = name;
    server.file = name + ".json";
    server.ports["http"] = {};
    server.routes["small"] = {};
    server.routes["large"] = {};
    server.stop["graceful"] = {};
    return server;
}

scenario good_scenario(const std::string& name) {
    scenario what;
    what.name = name;
    what.load = load_profile{};
    what.cycles_count = 3;
    fault_use use;
    use.name = use.kind = "stalled_reader";
    use.port = "http";
    use.what = std::make_shared<hungry_fault>();
    what.faults.push_back(use);
    return what;
}

suite good_suite(const std::string& name, std::vector<scenario> scenarios) {
    suite made;
    made.name = name;
    made.file = name + ".json";
    made.scenarios = std::move(scenarios);
    return made;
}

plan plan_of(const suite& what, const target& server, const plan_request& request = {}) {
    const suite_on_targets pair{std::make_shared<const suite>(what),
                                {std::make_shared<const target>(server)}};
    return make_plan({pair}, request);
}

std::vector<std::string> ids_of(const plan& made) {
    std::vector<std::string> ids;
    for (const planned_scenario& each : made.scenarios) {
        ids.push_back(each.id);
    }
    return ids;
}

std::string reason_on(const target& server, const scenario& what = good_scenario("s")) {
    const plan made = plan_of(good_suite("suite", {what}), server);
    EXPECT_EQ(made.scenarios.at(0).cycles.empty(), !made.scenarios.at(0).skipped_because.empty());
    return made.scenarios.at(0).skipped_because;
}

TEST(MakePlan, CombinesSuitesWithTargets) {
    const auto a = std::make_shared<const suite>(
        good_suite("a", {good_scenario("x"), good_scenario("y/at=last_close")}));
    const auto b = std::make_shared<const suite>(good_suite("b", {good_scenario("x")}));
    const auto nginx = std::make_shared<const target>(good_target("nginx"));
    const auto node = std::make_shared<const target>(good_target("node"));
    const plan all = make_plan({{a, {nginx, node}}, {b, {nginx, node}}}, {});
    EXPECT_THAT(ids_of(all), ElementsAre("nginx/a/x", "nginx/a/y/at=last_close", "node/a/x",
                                         "node/a/y/at=last_close", "nginx/b/x", "node/b/x"));
    EXPECT_EQ(all.cycles_count(), 18U);
    const plan own = make_plan({{a, {nginx}}, {b, {node}}}, {});
    EXPECT_THAT(ids_of(own), ElementsAre("nginx/a/x", "nginx/a/y/at=last_close", "node/b/x"));
    EXPECT_EQ(own.scenarios.at(1).what().name, "y/at=last_close");
}

TEST(MakePlan, TakesSubsets) {
    const suite what = good_suite("s", {good_scenario("a"), good_scenario("b")});
    plan_request request;
    request.filter = "*/a";
    request.cycles_count = 2;
    plan made = plan_of(what, good_target("t"), request);
    EXPECT_THAT(ids_of(made), ElementsAre("t/s/a"));
    EXPECT_THAT(made.scenarios.at(0).cycles, ElementsAre(0, 1));
    // A cycle beyond the count can be replayed without remembering how many there were.
    request.only_cycles = {731, 1, 731};
    made = plan_of(what, good_target("t"), request);
    EXPECT_THAT(made.scenarios.at(0).cycles, ElementsAre(1, 731));
    request.replays_count = 3;
    made = plan_of(what, good_target("t"), request);
    EXPECT_THAT(made.scenarios.at(0).cycles, ElementsAre(1, 1, 1, 731, 731, 731));
    request.filter = "nothing";
    EXPECT_THAT(plan_of(what, good_target("t"), request).scenarios, IsEmpty());
}

TEST(MakePlan, TakesScenariosWithAnyOfTheTags) {
    std::vector<scenario> scenarios{good_scenario("a"), good_scenario("b"), good_scenario("c")};
    scenarios[0].tags = {"race", "rank_04"};
    scenarios[2].tags = {"rank_07"};
    const suite what = good_suite("s", scenarios);
    plan_request request;
    request.tags = {"rank_04", "rank_07"};
    EXPECT_THAT(ids_of(plan_of(what, good_target("t"), request)), ElementsAre("t/s/a", "t/s/c"));
    request.filter = "*/a:*/b";
    EXPECT_THAT(ids_of(plan_of(what, good_target("t"), request)), ElementsAre("t/s/a"));
    request.tags = {"rank_0"};
    EXPECT_THAT(plan_of(what, good_target("t"), request).scenarios, IsEmpty());
}

TEST(MakePlan, SkipsLoadsOfATlsVersionThatATargetDoesNotSpeak) {
    target server = good_target("t");
    scenario what = good_scenario("s");
    what.load->tls.version = tls_version::tls_1_2;
    EXPECT_EQ(reason_on(server, what),
              R"(the load needs TLS, which the port "http" does not speak)");
    server.ports["http"].speaks = port_protocol::https;
    EXPECT_EQ(reason_on(server, what), "");
    server.tls.only = tls_version::tls_1_3;
    EXPECT_EQ(reason_on(server, what),
              "the load needs a version of TLS that the target does not speak");
    what.load->tls.version = tls_version::tls_1_3;
    EXPECT_EQ(reason_on(server, what), "");
}

TEST(MakePlan, SkipsFaultsAtOriginsThatATargetDoesNotHave) {
    const auto reason = [](std::string_view json, const target& server) {
        std::vector<problem> problems;
        const json_document document = json_document::parse("f.json", json, problems);
        object_reader keys = document.root(problems);
        scenario what = good_scenario("s");
        what.faults.front().name = "origin_reset";
        what.faults.front().what = find_fault("origin_reset")->read(keys);
        return reason_on(server, what);
    };
    target server = good_target("t");
    EXPECT_EQ(reason("{}", server),
              R"(the fault "origin_reset" needs an origin, which the target does not have)");
    server.origins.push_back({"web", origin_protocol::http, {"a.test"}});
    EXPECT_EQ(reason("{}", server), "");
    EXPECT_EQ(reason(R"({"origin": "web"})", server), "");
    EXPECT_EQ(reason(R"({"origin": "api"})", server),
              R"(the fault "origin_reset" needs the origin "api", which the target does not have)");
}

TEST(MakePlan, SaysWhyAScenarioCannotRunOnATarget) {
    EXPECT_EQ(reason_on(good_target("t")), "");

    target server = good_target("t");
    server.ports.clear();
    EXPECT_EQ(reason_on(server),
              R"(the load needs the port "http", which the target does not have)");
    server.ports["http"].speaks = port_protocol::tcp;
    EXPECT_EQ(reason_on(server), R"(the load needs HTTP, which the port "http" does not speak)");

    scenario what = good_scenario("s");
    what.load->routes = {"delayed"};
    EXPECT_EQ(reason_on(good_target("t"), what),
              R"(the load needs the route "delayed", which the target does not have)");
    what = good_scenario("s");
    what.faults.at(0).port = "https";
    EXPECT_EQ(
        reason_on(good_target("t"), what),
        R"(the fault "stalled_reader" needs the port "https", which the target does not have)");
    server = good_target("t");
    server.routes.erase("large");
    EXPECT_EQ(
        reason_on(server),
        R"(the fault "stalled_reader" needs the route "large", which the target does not have)");
    what = good_scenario("s");
    what.stop.mode = "fast";
    EXPECT_EQ(reason_on(good_target("t"), what), R"(the target has no stop mode "fast")");
}

target raw_server() {
    target server = good_target("t");
    server.ports = {{"redis", {port_protocol::tcp}}};
    for (auto& [name, what] : server.routes) {
        what.talk = script{{}, {script_step{}}};
    }
    return server;
}

TEST(MakePlan, MeansTheRawPortOfATargetThatSpeaksNoHttp) {
    target server = raw_server();
    EXPECT_EQ(reason_on(server), "");
    scenario what = good_scenario("s");
    what.load->port = "https";
    what.faults.at(0).port = "https";
    EXPECT_EQ(reason_on(server, what),
              R"(the load needs the port "https", which the target does not have)");
    server.ports["sealed"].speaks = port_protocol::tls;
    EXPECT_EQ(reason_on(server, what), "");
    what.load->port = "status";
    EXPECT_EQ(reason_on(server, what),
              R"(the load needs the port "status", which the target does not have)");
}

class half_a_body_fault final : public hungry_fault {
public:
    strike_point point() const override { return strike_point::request_body; }
};

TEST(MakePlan, SkipsFaultsAmidABodyOfAScriptWithoutOne) {
    target server = raw_server();
    scenario what = good_scenario("s");
    what.faults.at(0).what = std::make_shared<half_a_body_fault>();
    EXPECT_EQ(reason_on(server, what),
              R"(the fault "stalled_reader" needs a body, and what the script of the route )"
              R"("large" says first is one piece)");
    script_step value;
    value.text = "value";
    server.routes["large"].talk->steps.push_back(value);
    EXPECT_EQ(reason_on(server, what), "");
}

TEST(MakePlan, KeepsScriptsAndHttpApart) {
    target server = raw_server();
    server.routes["large"].talk.reset();
    EXPECT_EQ(reason_on(server),
              R"(the fault "stalled_reader" needs HTTP, which the port "redis" does not speak)");
    server = good_target("t");
    server.routes["small"].talk = script{};
    EXPECT_EQ(reason_on(server),
              R"(the load asks the route "small" by a script, and the port "http" speaks HTTP)");
}

TEST(MakePlan, SkipsFaultsThatAreHttpByNatureOnRawPorts) {
    scenario what = good_scenario("s");
    what.faults.at(0).what = std::make_shared<hungry_http_fault>();
    EXPECT_EQ(reason_on(good_target("t"), what), "");
    EXPECT_EQ(reason_on(raw_server(), what),
              R"(the fault "stalled_reader" needs HTTP, which the port "redis" does not speak)");
}

TEST(MakePlan, SkipsAFaultOnHandshakesWhereThereIsNoTls) {
    scenario what = good_scenario("s");
    what.faults.at(0).what = std::make_shared<hungry_tls_fault>();
    EXPECT_EQ(reason_on(good_target("t"), what),
              R"(the fault "stalled_reader" needs TLS, which the port "http" does not speak)");
    target server = good_target("t");
    server.ports["http"].speaks = port_protocol::https;
    EXPECT_EQ(reason_on(server, what), "");
}

TEST(MakePlan, KeepsToTheLifecycleThatAScenarioIsFor) {
    target server = good_target("t");
    scenario what = good_scenario("s");
    what.lifecycle = target_lifecycle::process;
    EXPECT_EQ(reason_on(server, what), "");
    what.lifecycle = target_lifecycle::in_process;
    EXPECT_EQ(reason_on(server, what), "it is for targets that restart inside a process");
    server.lifecycle = target_lifecycle::in_process;
    server.stop["graceful"].trigger.signal = 10;
    EXPECT_EQ(reason_on(server, what), "");
    what.lifecycle = target_lifecycle::process;
    EXPECT_EQ(reason_on(server, what), "it is for targets whose process ends with the stop");
}

TEST(MakePlan, DoesNotStopAProcessDuringAStartThatItHasOnlyOnce) {
    target server = good_target("t");
    scenario what = good_scenario("s");
    what.stop.at = stop_moment::during_start;
    EXPECT_EQ(reason_on(server, what), "");
    server.lifecycle = target_lifecycle::in_process;
    server.stop["graceful"].trigger.signal = 10;
    EXPECT_EQ(reason_on(server, what),
              "the stop comes while the process starts, but the target restarts inside it");
}

TEST(MakePlan, DoesNotEndATargetThatRestartsInside) {
    target server = good_target("t");
    server.lifecycle = target_lifecycle::in_process;
    EXPECT_EQ(reason_on(server), R"(the stop mode "graceful" ends the process, but the target )"
                                 "restarts inside it");
    server.stop["graceful"].trigger.signal = 10;
    EXPECT_EQ(reason_on(server), "");
}

TEST(MakePlan, SkipsACellThatItsGridExcepts) {
    scenario what = good_scenario("cells/silent@idle");
    what.excluded_because = "nobody is there";
    EXPECT_EQ(reason_on(good_target("t"), what), "nobody is there");
}

TEST(MakePlan, RefusesEqualIds) {
    const suite twice = good_suite("s", {good_scenario("a"), good_scenario("a")});
    try {
        plan_of(twice, good_target("t"));
        FAIL() << "equal ids were accepted";
    } catch (const config_error& error) {
        EXPECT_THAT(error.what(), HasSubstr(R"(expected unique ids, got "t/s/a" twice)"));
    }
}

// Changing this number breaks the merging of shards that older builds ran: think before.
TEST(PlanHash, IsTheSameOnEveryMachine) {
    plan_request request;
    request.run_seed = 0x5eed0001;
    const plan made = plan_of(good_suite("s", {good_scenario("a"), good_scenario("b")}),
                              good_target("t"), request);
    EXPECT_EQ(to_hex(made.hash()), "0xf4dc87c9c4c1e644");
}

TEST(PlanHash, ChangesWithEverythingThatIsPlanned) {
    const suite what = good_suite("s", {good_scenario("a"), good_scenario("b")});
    const target server = good_target("t");
    plan_request reseeded;
    reseeded.run_seed = 1;
    plan_request shortened;
    shortened.cycles_count = 2;
    plan_request filtered;
    filtered.filter = "*a";
    plan_request replayed;
    replayed.only_cycles = {0, 2};
    target lesser = server;
    lesser.routes.erase("large");
    const std::set<std::uint64_t> hashes{plan_of(what, server).hash(),
                                         plan_of(what, server, reseeded).hash(),
                                         plan_of(what, server, shortened).hash(),
                                         plan_of(what, server, filtered).hash(),
                                         plan_of(what, server, replayed).hash(),
                                         plan_of(what, lesser).hash(),
                                         plan_of(what, good_target("u")).hash()};
    EXPECT_EQ(hashes.size(), 7U);
    EXPECT_EQ(plan_of(what, server).hash(), plan_of(what, server).hash());
}

TEST(MatchesFilter, FollowsTheGrammarOfGoogleTest) {
    const std::string id = "nginx/smoke/reset/at=last_close";
    for (const char* filter :
         {"*", "nginx/*", "*/at=*", "nginx/smoke/reset/at=last_close", "x:*set*", "n?inx/*",
          "*:-apache*", "-apache*", "nginx*-*fast:apache*", "**"}) {
        EXPECT_TRUE(matches_filter(id, filter)) << filter;
    }
    for (const char* filter : {"nginx", "*smoke", "NGINX/*", "x:y", "*:-*smoke*", "-*",
                               "nginx*-*reset*", "*:-x:nginx*", "?", ":"}) {
        EXPECT_FALSE(matches_filter(id, filter)) << filter;
    }
    EXPECT_TRUE(matches_filter("", "*"));
}

TEST(MatchesFilter, IsQuickOnHostilePatterns) {
    const std::string id(2000, 'a');
    std::string filter;
    for (int count = 0; count < 500; ++count) {
        filter += "*a";
    }
    EXPECT_FALSE(matches_filter(id, filter + "b"));
    EXPECT_TRUE(matches_filter(id, filter));
}

TEST(MakePlan, SkipsLinksBeforeWhatATargetHasNot) {
    target server = good_target("t");
    scenario what = good_scenario("s");
    what.links = {{"far", link_place::load_and_target, "https", {}}};
    EXPECT_EQ(reason_on(server, what),
              "the link \"far\" needs the port \"https\", which the target does not have");
    what.links = {{"far", link_place::load_and_target, "http", {}}};
    EXPECT_EQ(reason_on(server, what), "");
    what.links = {{"far", link_place::target_and_origins, "", {}}};
    EXPECT_EQ(reason_on(server, what),
              "the link \"far\" needs an origin, which the target does not have");
    server.origins = {{"web", origin_protocol::http, {"a.test"}}};
    EXPECT_EQ(reason_on(server, what), "");
    what.links = {{"far", link_place::target_and_origins, "api", {}}};
    EXPECT_EQ(reason_on(server, what),
              "the link \"far\" needs the origin \"api\", which the target does not have");
}

}  // namespace
}  // namespace stormdrain
