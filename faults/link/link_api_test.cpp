// Toxiproxy's API as its own tests and clients know it: paths, status codes, bodies, error texts.

#include "faults/link/link_api.hpp"

#include "faults/link/link_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class LinkApi : public link_fixture {
protected:
    api_answer ask(std::string_view method, std::string_view target, std::string_view body = {}) {
        return api_.answer({method, target, body});
    }
    // A link on a free port, by its name.
    void create(const std::string& name) {
        const api_answer made = ask("POST", "/proxies",
                                    R"({"name": ")" + name +
                                        R"(", "listen": "127.0.0.1:0",
            "upstream": "localhost:20001"})");
        EXPECT_EQ(made.status, 201U) << made.body;
    }
    void expect_error(const api_answer& answer, unsigned status, const std::string& text) {
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.body,
                  "{\"error\":\"" + text + "\",\"status\":" + std::to_string(status) + "}\n");
    }
    // Stopped within the test, as io_fixture wants it.
    void TearDown() override {
        run([&]() -> asio::awaitable<void> {
            while (!links_.all().empty()) {
                links_.remove(links_.all().begin()->first);
            }
            co_return;
        });
    }

    link_set links_{executor(), 0x5eed};
    link_api api_{links_, "2.12.0"};
};

TEST_F(LinkApi, ListsCreatesShowsAndDeletesProxies) {
    EXPECT_EQ(ask("GET", "/proxies").body, "{}");
    create("mysql");
    const std::string port = std::to_string(links_.find("mysql")->listens_on().port);
    const std::string shown = R"({"name":"mysql","listen":"127.0.0.1:)" + port +
                              R"(","upstream":"localhost:20001","enabled":true,"toxics":[]})";
    EXPECT_EQ(ask("GET", "/proxies/mysql").body, shown);
    EXPECT_EQ(ask("GET", "/proxies/mysql").content_type, "application/json");
    EXPECT_EQ(ask("GET", "/proxies").body, R"({"mysql":)" + shown + "}");
    const api_answer gone = ask("DELETE", "/proxies/mysql");
    EXPECT_EQ(gone.status, 204U);
    EXPECT_EQ(gone.body, "");
    expect_error(ask("DELETE", "/proxies/mysql"), 404, "proxy not found");
    expect_error(ask("GET", "/proxies/mysql"), 404, "proxy not found");
}

TEST_F(LinkApi, SaysWhatIsMissingOrTaken) {
    expect_error(ask("POST", "/proxies", "{}"), 400, "missing required field: name");
    expect_error(ask("POST", "/proxies", R"({"name": "x"})"), 400,
                 "missing required field: upstream");
    create("mysql");
    expect_error(ask("POST", "/proxies", R"({"name": "mysql", "upstream": "x:1"})"), 409,
                 "proxy already exists");
    const api_answer taken =
        ask("POST", "/proxies",
            R"({"name": "other", "upstream": "x:1", "listen": "127.0.0.1:)" +
                std::to_string(links_.find("mysql")->listens_on().port) + R"("})");
    EXPECT_EQ(taken.status, 500U);
    EXPECT_THAT(taken.body, HasSubstr("listen tcp 127.0.0.1:"));
    EXPECT_EQ(links_.find("other"), nullptr);
    const api_answer garbled = ask("POST", "/proxies", "{\"name\": ");
    EXPECT_EQ(garbled.status, 400U);
    EXPECT_THAT(garbled.body, StartsWith("{\"error\":\"bad request body: "));
}

TEST_F(LinkApi, EnablesDisablesAndMovesAProxy) {
    create("mysql");
    const std::string off = ask("PATCH", "/proxies/mysql", R"({"enabled": false})").body;
    EXPECT_THAT(off, HasSubstr("\"enabled\":false"));
    const place before = links_.find("mysql")->listens_on();
    EXPECT_FALSE(links_.find("mysql")->is_enabled());
    EXPECT_THAT(ask("POST", "/proxies/mysql", R"({"enabled": true})").body,
                HasSubstr("\"enabled\":true"));
    EXPECT_EQ(links_.find("mysql")->listens_on(), before);
    const std::string same = "localhost:" + std::to_string(before.port);
    EXPECT_EQ(ask("PATCH", "/proxies/mysql",
                  R"({"listen": ")" + same + R"(", "upstream": "localhost:3"})")
                  .status,
              200U);
    EXPECT_EQ(links_.find("mysql")->upstream(), (place{"localhost", 3}));
    EXPECT_EQ(links_.find("mysql")->listens_on(), before);
}

TEST_F(LinkApi, CreatesShowsChangesAndDeletesToxics) {
    create("mysql");
    EXPECT_EQ(ask("GET", "/proxies/mysql/toxics").body, "[]");
    const api_answer made =
        ask("POST", "/proxies/mysql/toxics",
            R"({"type": "latency", "attributes": {"latency": 100, "jitter": 10}})");
    const std::string shown = R"({"attributes":{"latency":100,"jitter":10},)"
                              R"("name":"latency_downstream","type":"latency",)"
                              R"("stream":"downstream","toxicity":1})";
    EXPECT_EQ(made.status, 200U);
    EXPECT_EQ(made.body, shown);
    EXPECT_EQ(ask("GET", "/proxies/mysql/toxics").body, "[" + shown + "]");
    EXPECT_EQ(ask("GET", "/proxies/mysql/toxics/latency_downstream").body, shown);
    // What is not given keeps its value.
    const std::string changed = ask("PATCH", "/proxies/mysql/toxics/latency_downstream",
                                    R"({"attributes": {"latency": 1000}, "toxicity": 0.5})")
                                    .body;
    EXPECT_THAT(changed, StartsWith(R"({"attributes":{"latency":1000,"jitter":10})"));
    EXPECT_THAT(changed, EndsWith(R"("toxicity":0.5})"));
    EXPECT_THAT(ask("POST", "/proxies/mysql/toxics/latency_downstream", "{}").body,
                EndsWith(R"("toxicity":0.5})"));
    EXPECT_EQ(ask("DELETE", "/proxies/mysql/toxics/latency_downstream").status, 204U);
    expect_error(ask("DELETE", "/proxies/mysql/toxics/latency_downstream"), 404, "toxic not found");
    expect_error(ask("GET", "/proxies/mysql/toxics/latency_downstream"), 404, "toxic not found");
}

TEST_F(LinkApi, ListsTheToxicsOfTheUpstreamFirst) {
    create("mysql");
    ask("POST", "/proxies/mysql/toxics", R"({"type": "noop", "name": "one"})");
    ask("POST", "/proxies/mysql/toxics",
        R"({"type": "noop", "name": "two", "stream": "upstream", "attributes": null})");
    const std::string all = ask("GET", "/proxies/mysql/toxics").body;
    EXPECT_LT(all.find("\"two\""), all.find("\"one\""));
}

TEST_F(LinkApi, SaysWhatIsWrongWithAToxic) {
    create("mysql");
    const std::string at = "/proxies/mysql/toxics";
    expect_error(ask("POST", at, R"({"type": "foobar"})"), 400, "invalid toxic type");
    expect_error(ask("POST", at, R"({"type": "latency", "stream": "walrustream"})"), 400,
                 "stream was invalid, can be either upstream or downstream");
    ask("POST", at, R"({"type": "noop"})");
    expect_error(ask("POST", at, R"({"type": "noop"})"), 409, "toxic already exists");
    for (const std::string_view attributes :
         {R"({"latency": "1s"})", R"({"latency": -1})", R"({"latency": 1.5})", R"({"latancy": 1})",
          R"([1])"}) {
        const api_answer wrong = ask(
            "POST", at, R"({"type": "latency", "attributes": )" + std::string(attributes) + "}");
        EXPECT_EQ(wrong.status, 400U) << attributes;
        EXPECT_THAT(wrong.body, StartsWith("{\"error\":\"bad request body: ")) << attributes;
    }
    EXPECT_EQ(links_.find("mysql")->toxics().size(), 1U);
}

TEST_F(LinkApi, PopulatesAndLeavesAloneWhatIsTheSameAlready) {
    const std::string two = R"([{"name": "one", "listen": "localhost:0", "upstream": "x:1"},
        {"name": "two", "listen": "localhost:0", "upstream": "x:2", "enabled": false}])";
    const api_answer made = ask("POST", "/populate", two);
    EXPECT_EQ(made.status, 201U) << made.body;
    EXPECT_THAT(made.body, StartsWith(R"({"proxies":[{"name":"one","listen":"127.0.0.1:)"));
    EXPECT_TRUE(links_.find("one")->is_enabled());
    EXPECT_FALSE(links_.find("two")->is_enabled());
    links_.find("one")->add(read_toxic("noop"));
    const std::string same = R"([{"name": "one", "upstream": "x:1", "listen": "localhost:)" +
                             std::to_string(links_.find("one")->listens_on().port) + R"("}])";
    EXPECT_EQ(ask("POST", "/populate", same).status, 201U);
    EXPECT_EQ(links_.find("one")->toxics().size(), 1U);
    EXPECT_EQ(links_.all().size(), 2U);
}

TEST_F(LinkApi, PopulatesNothingWhenOneProxyIsWrong) {
    expect_error(ask("POST", "/populate", R"([{"name": "one", "upstream": "x:1"}, {}])"), 400,
                 "missing required field: name at proxy 2");
    expect_error(ask("POST", "/populate", R"([{"name": "one"}])"), 400,
                 "missing required field: upstream at proxy 1");
    EXPECT_EQ(ask("POST", "/populate", R"({"name": "one"})").status, 400U);
    EXPECT_TRUE(links_.all().empty());
}

TEST_F(LinkApi, CreatesAProxyTogetherWithItsToxics) {
    const api_answer made = ask("POST", "/proxies", R"({"name": "one", "upstream": "x:1",
        "toxics": [{"type": "latency", "attributes": {"latency": 5}, "source": "10.0.0.0/8"}]})");
    EXPECT_EQ(made.status, 201U);
    EXPECT_THAT(made.body, HasSubstr("\"latency\":5"));
    EXPECT_THAT(made.body, HasSubstr("\"source\":\"10.0.0.0/8\""));
}

TEST_F(LinkApi, ResetEnablesEverythingAndTakesAllToxicsOff) {
    create("one");
    links_.find("one")->add(read_toxic("noop"));
    links_.find("one")->stop();
    EXPECT_EQ(ask("POST", "/reset").status, 204U);
    EXPECT_TRUE(links_.find("one")->is_enabled());
    EXPECT_TRUE(links_.find("one")->toxics().empty());
}

TEST_F(LinkApi, TellsItsVersionAndCounts) {
    EXPECT_EQ(ask("GET", "/version").body, "{\"version\": \"2.12.0\"}\n");
    create("one");
    links_.find("one")->add(read_toxic("latency:latency=1ms,name=a \"quoted\" one"));
    const std::string port = std::to_string(links_.find("one")->listens_on().port);
    const std::string page = ask("GET", "/metrics").body;
    EXPECT_THAT(page, HasSubstr("# TYPE toxiproxy_proxy_received_bytes_total counter\n"
                                "toxiproxy_proxy_received_bytes_total{direction=\"downstream\","
                                "listener=\"127.0.0.1:" +
                                port + "\",proxy=\"one\",upstream=\"localhost:20001\"} 0\n"));
    EXPECT_THAT(page, HasSubstr("toxiproxy_proxy_sent_bytes_total{direction=\"upstream\","));
    EXPECT_THAT(page, HasSubstr("stormdrain_link_toxic_strikes_total{proxy=\"one\","
                                "toxic=\"a \\\"quoted\\\" one\",type=\"latency\"} 0\n"));
    EXPECT_THAT(page, HasSubstr("stormdrain_link_open_connections{proxy=\"one\"} 0\n"));
}

TEST_F(LinkApi, FindsNamesThatAreEscapedInThePath) {
    create("my proxy/ä");
    EXPECT_EQ(ask("GET", "/proxies/my%20proxy%2F%C3%A4").status, 200U);
    EXPECT_EQ(ask("GET", "/proxies/my%20proxy%2F%C3%A4?x=1").status, 200U);
    EXPECT_EQ(ask("GET", "/proxies/100%").status, 404U);
}

TEST_F(LinkApi, RefusesWrongPathsMethodsAndBrowsers) {
    create("one");
    EXPECT_EQ(ask("GET", "/").body, "404 page not found\n");
    for (const char* const path :
         {"/", "/nothing", "/proxies/one/nothing", "/proxies/one/toxics/a/b", "/version/1"}) {
        EXPECT_EQ(ask("GET", path).status, 404U) << path;
    }
    EXPECT_EQ(ask("DELETE", "/proxies").status, 405U);
    EXPECT_EQ(ask("PUT", "/proxies/one").status, 405U);
    EXPECT_EQ(ask("DELETE", "/proxies/one/toxics").status, 405U);
    EXPECT_EQ(ask("GET", "/reset").status, 405U);
    EXPECT_EQ(ask("GET", "/populate").status, 405U);
    const api_answer browser =
        api_.answer({"GET", "/proxies", "", "Mozilla/5.0 (X11; Linux x86_64)"});
    EXPECT_EQ(browser.status, 403U);
    EXPECT_THAT(browser.body, Not(HasSubstr("one")));
}

}  // namespace
}  // namespace stormdrain
