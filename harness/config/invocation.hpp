#pragma once
// What the user asked for on the command line and in STORMDRAIN_* variables, as typed values. Help
// texts come from the same table as the reading (option_table.hpp).

#include "harness/base/seed.hpp"
#include "harness/base/time.hpp"
#include "harness/config/ci_engine.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

enum class command {
    run,
    list,
    check,
    compare,
    merge,
    report,
    shrink,
    init,
    probe,
    attack,
    link,
    doctor,
    explain,
    version,
    help
};
enum class progress_style { automatic, lines, none };
enum class color_choice { automatic, always, never };
enum class shell { bash, zsh, fish };

enum class slow_choice { none, headers, body, reader };

// Whose TLS an attack is made with.
enum class tls_choice { openssl, own, own_unproven };

// A one-off load.
struct attack_order {
    std::uint32_t clients_count = 0;
    std::optional<duration> lasts;
    std::optional<std::uint64_t> requests_count;  // of all clients together
    double rate_per_second = 0;                   // 0: a closed loop
    bool random_arrivals = false;                 // of the seed; else at even distances
    std::optional<duration> burst;                // all connects within it
    duration ramp{};
    std::uint32_t pipeline_depth = 0;
    bool closes = false;  // one request a connection
    bool speaks_http2 = false;
    std::uint32_t streams_count = 0;  // at once on a connection, over HTTP/2
    bool resumes = false;             // TLS sessions
    tls_choice tls = tls_choice::openssl;
    std::uint64_t upload_bytes = 0;
    std::uint32_t threads_count = 0;
    duration request_timeout{};
    int expected_status = 0;
    std::optional<std::uint32_t> audited_pid;
    slow_choice slow = slow_choice::none;
    duration slow_every{};  // between two bytes of a slow client
};

// Which part of the plan one of several machines carries out.
struct shard_order {
    enum class source {
        detected,  // of what a CI engine says, if one does
        off,       // all of it, whatever an engine says
        given,
        index_detected,  // the number is the engine's
    } from = source::detected;
    std::uint32_t number = 0;  // from 1
    std::uint32_t total = 0;
    bool divides_cycles = false;           // else scenarios
    std::optional<std::uint32_t> attempt;  // empty: detected, or the first that is free
};

// Who said what an option's value is.
enum class option_source { preset, environment, command_line };

struct option_value {
    std::string name;  // without the dashes
    std::vector<std::string> values;
    option_source from = option_source::preset;
};

// Defaults are in the option table.
struct invocation {
    stormdrain::command command = stormdrain::command::help;
    std::vector<std::string> arguments;     // suites, files, words to explain, a command line
    std::vector<std::string> target_files;  // empty: the suites' own
    std::string filter;
    std::vector<std::string> tags;              // of scenarios, any of them; empty: all
    std::vector<std::uint32_t> only_cycles;     // ascending; empty: all
    std::optional<std::uint32_t> cycles_count;  // instead of the suite's
    std::uint32_t replays_count = 0;            // of each cycle, with the same seed
    std::optional<double> until_bound;          // share of cycles that is to be ruled out
    std::optional<duration> budget;             // of the whole run
    std::optional<seed> run_seed;               // empty: from the clock
    std::uint32_t jobs_count = 0;
    std::string check;                  // shrink: of the finding; empty: the first that is seen
    std::vector<std::string> ab_files;  // targets of two builds, to be run in turns; empty: none
    bool fail_fast = false;             // end the run after the first broken promise
    bool until_fail = false;            // go round until one is broken or the budget is spent
    bool dry_run = false;               // say what would run, start nothing
    shard_order shard;
    std::string out_folder;
    bool out_is_chosen = false;  // it is not the default
    std::string junit_file;      // empty: junit.xml in the out folder
    std::string history_folder;  // of earlier nights; empty: none is kept
    progress_style progress = progress_style::automatic;
    duration heartbeat{};
    color_choice color = color_choice::automatic;
    bool json = false;
    duration patience{};                  // probe, init: how long each stop may take
    std::vector<std::string> conditions;  // probe: these alone; empty: all
    std::string write_file;               // probe, init: where the target goes
    std::string target_name;              // init; empty: after the program
    std::vector<std::pair<std::string, std::string>> environment;  // init: of the server
    // init: name in the server's folder, and template
    std::vector<std::pair<std::string, std::string>> rendered_files;
    bool force = false;  // init: overwrite
    std::string link_listen;
    std::string link_upstream;             // empty: no link but those of the file and of the API
    std::vector<std::string> link_toxics;  // of that one
    std::string link_api;                  // where Toxiproxy's HTTP API is served; empty: nowhere
    std::string link_config_file;
    bool through_link = false;  // every scenario through a link without toxics
    attack_order attack;
    bool manual = false;                 // help: the manual page
    std::optional<shell> completion;     // help: what completes its command lines
    std::vector<option_value> in_force;  // of the command's options those that have a value
    // Of failed cycles, and of all of a replay, beside their evidence: a timeline, and packets.
    bool trace = false;
    bool pcap = false;
    std::string prometheus_file;           // empty: no metrics are written
    std::optional<ci_engine> annotations;  // empty: those of the engine that runs this
};

// The user asked for something that does not exist. Exit code 2, nothing was started.
class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// ::getenv outside of tests.
using environment_lookup = std::function<const char*(const char* name)>;

// Reads the words after the program's name. A flag wins over the environment, that over the
// default. Throws usage_error.
invocation read_invocation(std::span<const std::string_view> words,
                           const environment_lookup& environment);

// The page of one command, or of the whole program.
std::string help_text(std::optional<command> about);
// For "help COMMAND"; throws usage_error when there is no such command.
std::string help_text(const invocation& asked);

// 0x5eed0001 or 1592590337.
std::optional<seed> read_seed(std::string_view text);

}  // namespace stormdrain
