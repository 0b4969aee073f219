#pragma once
// For tests that start servers nobody has described: all that starts share, and command lines.

#include "harness/cycle/run_environment.hpp"
#include "harness/init/discovery.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

class init_fixture : public io_fixture {
protected:
    // Generous: a loaded machine must not fail a test.
    static constexpr duration patience = std::chrono::seconds(15);

    discovery_request request_for(std::vector<std::string> argv) {
        discovery_request request;
        request.typed.argv = std::move(argv);
        request.folders.current = folder_.path();
        request.folders.target = folder_.path();
        request.file = folder_.file("target.json");
        request.scratch = folder_.file("scratch");
        std::filesystem::create_directories(request.scratch);
        request.patience = patience;
        return request;
    }
    static std::vector<std::string> shell(std::string script) {
        return {"/bin/sh", "-c", std::move(script)};
    }
    static std::vector<std::string> reference(std::vector<std::string> more = {}) {
        std::vector<std::string> argv{SERVER_REFERENCE, "--http", "127.0.0.1:{port}"};
        argv.insert(argv.end(), more.begin(), more.end());
        return argv;
    }

    guard guard_;
    port_reserver ports_;
    temporary_folder folder_;
    run_environment environment_{guard_, ports_, folder_.path(), make_certificate(folder_.path())};
};

}  // namespace stormdrain
