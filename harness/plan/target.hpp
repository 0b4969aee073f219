#pragma once
// One server build and how to launch, reach, stop and judge it: target.json as typed values.

#include "faults/fault.hpp"
#include "harness/load/load_profile.hpp"
#include "harness/net/http_request.hpp"
#include "harness/origin/origin_plan.hpp"
#include "harness/plan/contract.hpp"
#include "harness/plan/known_finding.hpp"
#include "harness/process/launch/launch_spec.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

enum class port_protocol {
    http,
    https,
    tcp,  // raw: what its routes' scripts say
    tls,  // the same behind a TLS handshake
};

bool speaks_http(port_protocol protocol);
bool speaks_tls(port_protocol protocol);
// HTTP goes over ports that speak it, scripts over the others.
bool goes_over(const route& what, port_protocol protocol);

enum class port_source {
    free,     // the harness picks one, ${port.NAME} says which
    fixed,    // the file says which
    inherit,  // a listening socket is passed (LISTEN_FDS)
};

struct target_port {
    port_protocol speaks = port_protocol::http;
    port_source source = port_source::free;
    std::uint16_t number = 0;           // fixed
    bool http2 = false;                 // beside HTTP/1.1: by ALPN, or with prior knowledge
    std::string address = "127.0.0.1";  // where the server listens on it, and is asked
    // Instead of address and number: a UNIX socket, relative to the cycle's folder.
    std::string unix_path = {};
    bool operator==(const target_port&) const = default;
};

// How a stop is asked for.
struct stop_trigger {
    enum class kind { signal, request, command, input } how = kind::signal;
    int signal = 15;                // SIGTERM
    std::string port;               // request
    route request;                  // request
    std::vector<std::string> argv;  // command; ${pid} is the server's
    std::string line;               // input: to its stdin; empty: that is closed
    bool operator==(const stop_trigger&) const = default;
};

struct stop_mode {
    stop_trigger trigger;
    contract promises;
    bool operator==(const stop_mode&) const = default;
};

enum class target_lifecycle {
    process,     // every cycle starts and ends the process
    in_process,  // the process stays: stop = the listener goes, done = a new one is there
};

std::span<const std::pair<std::string_view, target_lifecycle>> target_lifecycle_words();

// A file that is written anew for each cycle, with variables replaced.
struct rendered_file {
    std::string name;              // inside the cycle's folder
    std::string contents;          // the template's text
    std::uint64_t size_bytes = 0;  // instead of a template: that many zeros, for static files
    bool operator==(const rendered_file&) const = default;
};

struct target_tls {
    // Empty: the harness makes a certificate and the variables name it.
    std::string certificate_path;
    std::string key_path;
    bool verify = true;                   // false: its certificate is its own business
    tls_version only = tls_version::any;  // the one version that it speaks
    bool operator==(const target_tls&) const = default;
};

struct target {
    std::string name;
    std::string file;  // as given on the command line
    std::vector<std::string> version_argv;
    std::vector<std::string> argv;  // with variables
    int launch_line = 0;            // where the file says so, for complaints
    std::vector<std::pair<std::string, std::optional<std::string>>> environment;  // empty: unset
    std::string working_folder;  // with variables; empty: the cycle's folder
    process_limits limits;
    exit_watch_choice exit_watch = exit_watch_choice::automatic;
    // Asks the server's runtime for its own view of a hang, e.g. SIGQUIT for Go and the JVM.
    std::optional<stop_trigger> hang_dump;
    bool hang_core = false;  // SIGABRT instead of SIGKILL, for a core file (limits.core_bytes)
    std::vector<rendered_file> files;
    std::map<std::string, target_port, std::less<>> ports;
    target_tls tls;
    std::vector<origin_plan> origins;  // of a proxy, played by the harness
    std::string ready_route = "small";
    std::string ready_port;  // empty: the first that speaks HTTP, else the first
    std::map<std::string, stop_mode, std::less<>> stop;  // "graceful" is always there
    route_table routes;
    target_lifecycle lifecycle = target_lifecycle::process;
    // in_process only: how the process itself is ended after its last cycle.
    int quit_signal = 15;
    running_contract promises;
    std::vector<known_finding> known;  // defects whose findings are expected
};

// No port speaks HTTP: all that it can be asked are scripts.
bool is_raw(const target& server);

// The port that suites mean by a name; empty: it has none. Suites say "http" and "https": of a raw
// target these are the first port that speaks TCP, and the first that speaks TLS.
std::string port_meant(const target& server, std::string_view name);
// Every name that means a port, and the port's own.
std::map<std::string, std::string, std::less<>> port_names(const target& server);

// Some stop mode asks on standard input: then it is a pipe, in every cycle.
bool stops_by_input(const target& server);

// Variables of target files: ${port.NAME} (its number; of a UNIX socket the path), ${address.NAME}
// ("127.0.0.1:8080", "[::1]:8080", a path), ${folder}, ${target_folder}, ${tls.certificate},
// ${tls.key}, ${bin} (the folder of the stormdrain program), ${pid} (stop commands);
// ${origin.NAME} (address and port), ${origin.NAME.port}, ${origin.NAME.certificate}.
using variables = std::map<std::string, std::string, std::less<>>;

// Replaces ${name}; an unknown name stays as it is and is added to `unknown`.
struct expansion {
    std::string text;
    std::vector<std::string> unknown;
};
expansion expand(std::string_view text, const variables& values);

}  // namespace stormdrain
