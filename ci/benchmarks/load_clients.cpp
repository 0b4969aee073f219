#include "ci/benchmarks/load_clients.hpp"

#include "ci/benchmarks/printed_counts.hpp"

namespace stormdrain::benchmarks {

std::string name_of(load_client which) {
    switch (which) {
        case load_client::stormdrain:
            return "stormdrain";
        case load_client::wrk:
            return "wrk";
        case load_client::ab:
            return "ab";
        case load_client::hey:
            break;
    }
    return "hey";
}

std::vector<std::string> argv_of(load_client which, const std::string& program,
                                 const load_work& work) {
    const std::string connections = std::to_string(work.connections_count);
    // ab and hey count requests; so many take them about a second.
    const std::string requests = work.closes                 ? "20000"
                                 : which == load_client::hey ? "30000"
                                                             : "150000";
    std::vector<std::string> argv{program};
    const auto add = [&argv](std::initializer_list<std::string> words) {
        argv.insert(argv.end(), words);
    };
    switch (which) {
        case load_client::stormdrain:
            add({"attack", "--clients", connections, "--duration", "1s", "--progress", "none"});
            if (work.closes) {
                add({"--close"});
            }
            break;
        case load_client::wrk:
            add({"-t1", "-c" + connections, "-d1s"});
            if (work.closes) {
                add({"-H", "Connection: close"});
            }
            break;
        case load_client::ab:
            add({"-q", "-c" + connections, "-n" + requests});
            if (!work.closes) {
                add({"-k"});
            }
            break;
        case load_client::hey:
            add({"-n", requests, "-c", connections});
            if (work.closes) {
                add({"-disable-keepalive"});
            }
            break;
    }
    argv.push_back(work.url);
    return argv;
}

std::optional<std::uint64_t> answered_by(load_client which, const std::string& output) {
    switch (which) {
        case load_client::stormdrain:
            return answered_by_stormdrain(output);
        case load_client::wrk:
            return answered_by_wrk(output);
        case load_client::ab:
            return holds(output, R"(Failed requests: +0\n)") && !holds(output, "Non-2xx")
                       ? number_in(output, R"(Complete requests: +(\d+))")
                       : std::nullopt;
        case load_client::hey:
            break;
    }
    return holds(output, "Error distribution") ? std::nullopt
                                               : number_in(output, R"(\[200\]\s+(\d+) responses)");
}

}  // namespace stormdrain::benchmarks
