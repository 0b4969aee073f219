// Whole cycles of a real proxy (nginx) in front of origins that the harness plays.

#include "harness/config/object_reader.hpp"
#include "harness/cycle/running_fixture.hpp"

#include <signal.h>

#include <filesystem>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* nginx_path = "/usr/sbin/nginx";

class OriginsInCycles : public running_fixture {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(nginx_path)) {
            GTEST_SKIP() << "nginx is not installed";
        }
    }

    static std::string configuration(const std::string& pool) {
        return "daemon off; worker_processes 1; pid nginx.pid; events {}\n"
               "http { access_log off; error_log stderr crit; client_body_temp_path b;\n"
               "proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n"
               "upstream web { server ${origin.web}; " +
               pool +
               " }\n"
               "server { listen 127.0.0.1:${port.http}; location / { proxy_pass https://web;\n"
               "proxy_http_version 1.1; proxy_set_header Connection \"\";\n"
               "proxy_set_header Host $host; proxy_ssl_server_name on; proxy_ssl_name $host;\n"
               "proxy_ssl_verify on;\n"
               "proxy_ssl_trusted_certificate ${origin.web.certificate}; } } }\n";
    }

    static target proxy(const std::string& pool) {
        target made;
        made.name = "proxy";
        made.file = "proxy.json";
        made.argv = {nginx_path, "-p", "${folder}", "-e", "stderr", "-c", "nginx.conf"};
        made.files = {{"nginx.conf", configuration(pool), 0}};
        made.ports["http"] = {};
        made.ready_port = "http";
        made.origins = {{"web", origin_protocol::https, {"a.test", "b.test"}}};
        made.routes["small"].headers = {{"Host", "a.test"}};
        made.routes["other"].headers = {{"Host", "b.test"}};
        made.stop["graceful"].trigger.signal = SIGQUIT;
        made.promises.release_within = 2s;
        return made;
    }

    static scenario both_hosts() {
        scenario what = load_until(stop_moment::at_rest);
        what.load->routes = {"small", "other"};
        what.load->clients_count = 1;
        what.load->requests_per_client = 20;
        return what;
    }
};

TEST_F(OriginsInCycles, CountWhatComesFromTheBeginOfTheLoadOn) {
    const cycle_record record = cycle_of(planned(proxy("keepalive 8;"), both_hosts()));
    EXPECT_THAT(record.health.failure, IsEmpty());
    EXPECT_THAT(record.start.failure, IsEmpty());
    ASSERT_THAT(record.origins, SizeIs(1));
    const origin_record& origin = record.origins.front();
    EXPECT_EQ(origin.requests_count, 20U);  // neither the probe nor the warm-up
    EXPECT_EQ(origin.reused_count + origin.accepted_count, 20U);
    EXPECT_GT(origin.reused_count, 10U);
    EXPECT_EQ(origin.judged_count, 20U);
    // Its pool knows addresses only.
    EXPECT_GT(origin.misdirected_count, 0U);
    EXPECT_TRUE(record.rest.settled);
    EXPECT_THAT(record.rest.upstream, IsEmpty());
    EXPECT_TRUE(record.exit && record.exit->native == 0);
}

TEST_F(OriginsInCycles, SeeAConnectionForEachRequestWithoutAPool) {
    const cycle_record record = cycle_of(planned(proxy(""), both_hosts()));
    ASSERT_THAT(record.origins, SizeIs(1));
    EXPECT_EQ(record.origins.front().accepted_count, 20U);
    EXPECT_EQ(record.origins.front().reused_count, 0U);
    EXPECT_EQ(record.origins.front().misdirected_count, 0U);
}

TEST_F(OriginsInCycles, StrikeAndTheClientIsTold) {
    scenario what = both_hosts();
    std::vector<problem> problems;
    fault_use use;
    use.name = use.kind = "origin_reset";
    use.port = "http";
    use.connections_count = 1;
    const json_document keys = json_document::parse("f.json", R"({"requests": 2})", problems);
    object_reader root = keys.root(problems);
    use.what = find_fault("origin_reset")->read(root);
    what.faults.push_back(use);
    const cycle_record record = cycle_of(planned(proxy("keepalive 8;"), what));
    ASSERT_THAT(record.faults, SizeIs(1));
    EXPECT_EQ(record.faults.front().delivered_count, 1U);
    ASSERT_THAT(record.origins, SizeIs(1));
    EXPECT_EQ(record.origins.front().strikes_count, 2U);
    EXPECT_TRUE(record.rest.settled);
    for (const request_row& row : record.requests.unusual) {
        EXPECT_EQ(row.status, 502);
    }
}

}  // namespace
}  // namespace stormdrain
