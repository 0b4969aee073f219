#include "ci/benchmarks/bare_cycle.hpp"

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/find_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace stormdrain::benchmarks {
namespace {

TEST(BareCycle, RunsAServerFromItsStartToItsEnd) {
    const std::string nginx = find_program("nginx");
    if (nginx.empty()) {
        GTEST_SKIP() << "no nginx";
    }
    const acceptance::scratch_folder folder;
    const std::uint16_t port = free_port();
    acceptance::write_file(folder.file("nginx.conf"),
                           "master_process off;\ndaemon off;\npid nginx.pid;\n"
                           "error_log stderr;\nevents {}\nhttp { access_log off;\n"
                           "client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c;\n"
                           "uwsgi_temp_path d; scgi_temp_path e;\nserver { listen 127.0.0.1:" +
                               std::to_string(port) + "; location / { return 200 x; } } }\n");
    const bare_server server{{nginx, "-p", folder.file("."), "-e", "stderr", "-c", "nginx.conf"},
                             port};
    const bare_cycle done = run_bare_cycle(server);
    EXPECT_GT(done.total_ms, 0);
    EXPECT_LE(done.cpu_ms, done.total_ms + 1);
}

TEST(BareCycle, SaysThatAProgramIsNotThere) {
    EXPECT_THROW(run_bare_cycle({{"/no/such/program"}, free_port()}), std::runtime_error);
}

}  // namespace
}  // namespace stormdrain::benchmarks
