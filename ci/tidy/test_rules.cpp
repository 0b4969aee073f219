// Which source has which test.

#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace stormdrain::tidy {
namespace {

bool needs_test(const source_file& file) {
    constexpr std::array<std::string_view, 13> rooms = {
        "harness/config/", "harness/net/",    "harness/process/", "harness/load/",
        "harness/plan/",   "harness/cycle/",  "harness/checks/",  "harness/report/",
        "faults/",         "harness/origin/", "harness/probe/",   "harness/init/",
        "harness/shrink/",
    };
    return std::ranges::any_of(
               rooms, [&](std::string_view room) { return file.path.starts_with(room); }) &&
           file.path.ends_with(".cpp") &&
           !std::ranges::any_of(
               std::array<std::string_view, 3>{"_test.cpp", "_fuzz.cpp", "_benchmark.cpp"},
               [&](std::string_view end) { return file.path.ends_with(end); });
}

const std::vector<shared_test> shared_table{
    // The catalogue, and the first bytes that every fault sends, are seen through the faults.
    {"faults/fault.cpp", "faults/conformance_test.cpp"},
    // What all faults do alike.
    {"faults/attempt.cpp", "faults/strike_test.cpp"},
    {"faults/reach_point.cpp", "faults/connection_reset_test.cpp"},
    {"faults/handler_at_stop.cpp", "faults/becomes_idle_test.cpp"},
    {"faults/handshake_steps.cpp", "faults/stalled_handshake_test.cpp"},
    {"faults/log_sink.cpp", "faults/stalled_log_sink_test.cpp"},
    // The parts of a slow fault mean nothing but together.
    {"faults/slow_client.cpp", "faults/slow_crowd_test.cpp"},
    {"faults/slow_fault.cpp", "faults/slow_crowd_test.cpp"},
    {"faults/slow_line.cpp", "faults/slow_crowd_test.cpp"},
    // The parts of a link mean nothing but together.
    {"faults/link/api_body.cpp", "faults/link/link_api_test.cpp"},
    {"faults/link/link_metrics.cpp", "faults/link/link_api_test.cpp"},
    {"faults/link/link_connection.cpp", "faults/link/fault_link_test.cpp"},
    {"faults/link/link_pump.cpp", "faults/link/fault_link_test.cpp"},
    {"faults/link/link_socket.cpp", "faults/link/fault_link_test.cpp"},
    {"faults/link/readiness.cpp", "faults/link/fault_link_test.cpp"},
    {"faults/link/splice_pipe.cpp", "faults/link/fault_link_test.cpp"},
    // One test for the checks that read the same ledger.
    {"harness/checks/handshake_failed.cpp", "harness/checks/request_checks_test.cpp"},
    {"harness/checks/request_failed.cpp", "harness/checks/request_checks_test.cpp"},
    // The sentences and the evidence of two checks.
    {"harness/checks/held_sockets.cpp", "harness/checks/close_wait_test.cpp"},
    // The parts of an origin mean nothing but together.
    {"harness/origin/origin_connection.cpp", "harness/origin/origin_server_test.cpp"},
    {"harness/origin/origin_set.cpp", "faults/origin_reset_test.cpp"},
    {"harness/origin/origin_stream.cpp", "harness/origin/origin_server_test.cpp"},
    // Two ends of one wire: tested by talking over it.
    {"harness/net/http_syntax.cpp", "harness/net/response_parser_test.cpp"},
    {"harness/net/endpoint.cpp", "harness/net/connector_test.cpp"},
    {"harness/net/plain_transport.cpp", "harness/net/transport_test.cpp"},
    {"harness/net/make_certificate.cpp", "harness/net/tls_transport_test.cpp"},
    {"harness/net/tls_client.cpp", "harness/net/tls_transport_test.cpp"},
    {"harness/net/openssl_pointers.cpp", "harness/net/tls13/algorithms_test.cpp"},
    {"harness/net/tls13/client.cpp", "harness/net/tls13/session_test.cpp"},
    // The parts of a launch mean nothing but together: guard, keeper, exec, exit.
    {"harness/process/launch/become_server.cpp", "harness/process/launch/server_process_test.cpp"},
    {"harness/process/launch/descriptor_passing.cpp",
     "harness/process/launch/server_process_test.cpp"},
    {"harness/process/exits/exit_status.cpp", "harness/process/launch/server_process_test.cpp"},
    {"harness/process/launch/kept_process.cpp", "harness/process/launch/server_process_test.cpp"},
    {"harness/process/exits/exit_filter.cpp", "harness/process/exits/exit_watcher_test.cpp"},
    {"harness/process/exits/exit_trace.cpp", "harness/process/exits/exit_watcher_test.cpp"},
    {"harness/process/exits/process_end.cpp", "harness/process/exits/exit_watcher_test.cpp"},
    {"harness/process/exits/syscall_watch.cpp", "harness/process/exits/exit_watcher_test.cpp"},
    {"harness/process/launch/memory_file.cpp", "harness/process/launch/server_process_test.cpp"},
    {"harness/process/launch/keeper.cpp", "harness/process/launch/guard_test.cpp"},
    {"harness/process/launch/tree_keeper.cpp", "harness/process/launch/server_process_test.cpp"},
    {"harness/process/launch/guard_main.cpp", "harness/process/launch/guard_test.cpp"},
    {"harness/process/launch/guard_process.cpp", "harness/process/launch/guard_test.cpp"},
    {"harness/process/census/process_tree.cpp", "harness/process/launch/guard_test.cpp"},
    {"harness/process/census/census_reader.cpp", "harness/process/census/census_test.cpp"},
    {"harness/process/census/diag_message.cpp", "harness/process/census/socket_table_test.cpp"},
    {"harness/process/census/release_watch.cpp", "harness/process/census/socket_events_test.cpp"},
    // The attempts behind each capability.
    {"harness/process/machine/network_probes.cpp", "harness/process/machine/capabilities_test.cpp"},
    {"harness/process/machine/probing_child.cpp", "harness/process/machine/capabilities_test.cpp"},
    {"harness/process/machine/process_probes.cpp", "harness/process/machine/capabilities_test.cpp"},
    // Phases and parts of a cycle mean nothing but together.
    {"harness/cycle/cycle_parts.cpp", "harness/cycle/cycle_test.cpp"},
    {"harness/cycle/stop_phase.cpp", "harness/cycle/cycle_test.cpp"},
    {"harness/cycle/start_once.cpp", "harness/cycle/aftermath_test.cpp"},
    {"harness/cycle/server_connectors.cpp", "harness/cycle/links_in_cycles_test.cpp"},
    {"harness/cycle/server_setup.cpp", "harness/cycle/server_session_test.cpp"},
    // Read as parts of a target file.
    {"harness/plan/readers/combination_rules.cpp", "harness/plan/readers/suite_problems_test.cpp"},
    {"harness/plan/readers/limits_reader.cpp", "harness/plan/readers/target_reader_test.cpp"},
    // Read as a part of a scenario.
    {"harness/plan/readers/amount_reader.cpp", "harness/plan/readers/suite_reader_test.cpp"},
    // Values on their way into a report.
    {"harness/report/origin_json.cpp", "harness/report/json_lines_test.cpp"},
    {"harness/report/link_json.cpp", "harness/report/json_lines_test.cpp"},
    {"harness/report/process_json.cpp", "harness/report/json_lines_test.cpp"},
    {"harness/report/record_json.cpp", "harness/report/json_lines_test.cpp"},
};

}  // namespace

const std::vector<shared_test>& shared_tests() {
    return shared_table;
}

violations missing_tests(const std::vector<source_file>& tree,
                         const std::vector<shared_test>& shared) {
    std::set<std::string> paths;
    for (const source_file& file : tree) {
        paths.insert(file.path);
    }
    const auto test_beside = [](const std::string& source) {
        return source.substr(0, source.size() - 4) + "_test.cpp";
    };
    violations found;
    for (const source_file& file : tree) {
        const bool shares =
            std::ranges::find(shared, file.path, &shared_test::source) != shared.end();
        if (needs_test(file) && !shares && !paths.contains(test_beside(file.path))) {
            found.push_back({file.path, 0, "has no _test.cpp beside it"});
        }
    }
    for (const auto& [source, test] : shared) {
        if (!paths.contains(source)) {
            found.push_back({source, 0, "is gone: take it out of shared_tests()"});
        } else if (paths.contains(test_beside(source))) {
            found.push_back({source, 0, "has a test of its own: take it out of shared_tests()"});
        } else if (!paths.contains(test)) {
            found.push_back({source, 0, "is tested by " + test + ", which is not there"});
        }
    }
    return found;
}

}  // namespace stormdrain::tidy
