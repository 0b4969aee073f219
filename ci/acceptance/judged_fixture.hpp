#pragma once
// A test that runs one cycle of a server of this tree, started in a way of the test's own, and
// reads what the harness put down of it.

#include "ci/acceptance/detection.hpp"
#include "ci/acceptance/stormdrain_fixture.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace stormdrain::acceptance {

struct judged {
    finished run;
    nlohmann::json record;  // of the only cycle
    detection seen;
};

class judged_fixture : public stormdrain_fixture {
protected:
    // How a server of this tree is started and stopped.
    struct way {
        std::string server;                     // "server_reference"
        std::vector<std::string> wrapper = {};  // words before those of the server
        nlohmann::json trigger = {{"signal", "SIGTERM"}};
        nlohmann::json hang = nlohmann::json::object();
        std::vector<std::string> options = {};               // of the server, behind the usual
        nlohmann::json promises = nlohmann::json::object();  // while it runs
        nlohmann::json stop = nlohmann::json::object();      // beside or instead of the usual
    };

    // Writes a target with one port, and the promises of the reference server.
    std::string written_way(const std::string& name, const way& how) const;
    // Writes a suite with one scenario of one cycle, given by its keys. Its load, if it wants one:
    // "delayed", or "large".
    std::string written_scenario(const std::string& name, nlohmann::json scenario) const;

    // Why the tool cannot be used here; empty: it can.
    static std::string ss_missing();
    static std::string gdb_missing();
    std::string strace_missing() const;

    // argv of a run with results in the folder <results>.
    std::vector<std::string> argv_of(const std::string& suite, const std::string& target,
                                     const std::string& results) const;
    // What such a run left behind.
    judged read_judged(finished run, const std::string& results) const;
    judged judge(const std::string& suite, const std::string& target) const;
};

// The records of all cycles in the text of results.jsonl.
std::vector<nlohmann::json> cycles_in(const std::string& results);

}  // namespace stormdrain::acceptance
