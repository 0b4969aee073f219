#include "harness/config/option_table.hpp"

#include "harness/config/attack_options.hpp"
#include "harness/config/count.hpp"
#include "harness/config/cycle_list.hpp"
#include "harness/config/failure_options.hpp"
#include "harness/config/help_options.hpp"
#include "harness/config/history_options.hpp"
#include "harness/config/init_options.hpp"
#include "harness/config/link_options.hpp"
#include "harness/config/quantity.hpp"
#include "harness/config/repetition_options.hpp"
#include "harness/config/report_options.hpp"
#include "harness/config/shard_options.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace stormdrain {
namespace {

constexpr std::size_t arguments_max = 1000;
constexpr std::uint32_t jobs_max = 1024;

// Options of the commands that plan.
constexpr std::array planning{command::run, command::list, command::shrink};
constexpr std::array cycling{command::run, command::list, command::probe};
constexpr std::array running{command::run};
constexpr std::array shrinking{command::shrink};
constexpr std::array working{command::run, command::shrink};
constexpr std::array dividing{command::run, command::list};
constexpr std::array tracing{command::run, command::report};
constexpr std::array reporting{command::run, command::merge, command::report};
constexpr std::array probing{command::probe};
constexpr std::array measuring{command::probe, command::init};
constexpr std::array writing{command::probe, command::init, command::shrink};
constexpr std::array beginning{command::init};
constexpr std::array linking{command::link};
constexpr std::array helping{command::help};
constexpr std::array starting{command::run, command::probe, command::shrink, command::merge,
                              command::report};
constexpr std::array attacking{command::attack};
constexpr std::array showing{command::run, command::probe, command::attack};
constexpr std::array seeding{command::run,    command::list, command::probe,
                             command::attack, command::link, command::shrink};
constexpr std::array printing{command::list, command::doctor, command::explain};
constexpr std::array everything{
    command::run,     command::list,   command::check,   command::merge,   command::report,
    command::compare, command::shrink, command::init,    command::probe,   command::attack,
    command::link,    command::doctor, command::explain, command::version, command::help};

constexpr std::array<command_row, 15> command_rows{{
    {"run", command::run, "SUITE...", 1, arguments_max, "run suites; the nightly job"},
    {"list", command::list, "SUITE...", 1, arguments_max, "say what would run, with ids and seeds"},
    {"check", command::check, "FILE...", 1, arguments_max,
     "read suites, targets and files of links strictly, start nothing"},
    {"compare", command::compare, "OLD NEW", 2, 2,
     "say what changed between two runs, and how sure that is: folders of results"},
    {"shrink", command::shrink, "SUITE", 1, 1,
     "make a scenario that fails as small as it can be while it still fails, and write it down"},
    {"merge", command::merge, "RESULTS...", 1, arguments_max,
     "make one run of the shards of one: results-*.jsonl, or folders of them"},
    {"report", command::report, "RESULTS", 1, 1,
     "make every report again from a results.jsonl, or the folder of one"},
    {"init", command::init, "-- COMMAND [ARGUMENT...]", 1, arguments_max,
     "write a target file for a command line: {port} in it is a free port"},
    {"probe", command::probe, "TARGET", 1, 1,
     "measure what a target's contract does not say, and write it down to be confirmed"},
    {"attack", command::attack, "URL", 1, 1,
     "load a server that runs already, once, and say what became of every request"},
    {"link", command::link, "", 0, 0,
     "a TCP proxy that hurts what passes, with the HTTP API of Toxiproxy"},
    {"doctor", command::doctor, "", 0, 0,
     "say what this machine allows, and what is lost where it does not"},
    {"explain", command::explain, "[WORD...]", 0, arguments_max,
     "say what a fault, toxic, finding, condition, moment, verdict or rule is; without a word, "
     "all"},
    {"version", command::version, "", 0, 0, "say which stormdrain this is"},
    {"help", command::help, "[COMMAND]", 0, 1, "explain a command"},
}};

std::string_view set_targets(invocation& to, std::string_view text) {
    to.target_files.emplace_back(text);
    return text.empty() ? "a file" : "";
}

std::string_view set_filter(invocation& to, std::string_view text) {
    to.filter = text;
    return text.empty() ? "a pattern such as 'nginx/*' or 'smoke/*:-*/slow_*'" : "";
}

// "race", "rank_04,rank_07"; empty: one of the words is.
std::vector<std::string> read_words(std::string_view text) {
    std::vector<std::string> words;
    while (true) {
        const std::string_view word = text.substr(0, text.find(','));
        if (word.empty()) {
            return {};
        }
        words.emplace_back(word);
        if (word.size() == text.size()) {
            return words;
        }
        text.remove_prefix(word.size() + 1);
    }
}

std::string_view set_tags(invocation& to, std::string_view text) {
    to.tags = read_words(text);
    return to.tags.empty() ? "tags of scenarios such as race or rank_04,rank_07" : "";
}

std::string_view set_only_cycles(invocation& to, std::string_view text) {
    const auto cycles = read_cycles(text);
    to.only_cycles = cycles.value_or(std::vector<std::uint32_t>{});
    return cycles ? "" : "cycle indices such as 431, 3,17 or 10-19";
}

std::string_view set_cycles_count(invocation& to, std::string_view text) {
    to.cycles_count = read_count<std::uint32_t>(text, 1, cycles_max);
    return to.cycles_count ? "" : "a whole number from 1 to 10000000";
}

std::string_view set_budget(invocation& to, std::string_view text) {
    to.budget = read_duration(text);
    return to.budget && to.budget->count() > 0 ? "" : "a duration such as 90s, 20m or 7h";
}

std::string_view set_seed(invocation& to, std::string_view text) {
    to.run_seed = read_seed(text);
    return to.run_seed || text == "time" ? "" : "a number such as 0x5eed0001 or 42, or 'time'";
}

std::string_view set_jobs(invocation& to, std::string_view text) {
    to.jobs_count = read_count<std::uint32_t>(text, 1, jobs_max).value_or(0);
    return to.jobs_count > 0 ? "" : "a whole number from 1 to 1024";
}

// The reader calls the setters of flags with "1" or "0".
std::string_view set_fail_fast(invocation& to, std::string_view text) {
    to.fail_fast = text == "1";
    return "";
}

std::string_view set_until_fail(invocation& to, std::string_view text) {
    to.until_fail = text == "1";
    return "";
}

std::string_view set_json(invocation& to, std::string_view text) {
    to.json = text == "1";
    return "";
}

// The default comes first.
std::string_view set_out(invocation& to, std::string_view text) {
    to.out_is_chosen = !to.out_folder.empty();
    to.out_folder = text;
    return text.empty() ? "a folder" : "";
}

std::string_view set_junit(invocation& to, std::string_view text) {
    to.junit_file = text;
    return text.empty() ? "a file" : "";
}

std::string_view set_conditions(invocation& to, std::string_view text) {
    to.conditions = read_words(text);
    return to.conditions.empty() ? "conditions such as silent or nothing_held,idle_keep_alive" : "";
}

std::string_view set_progress(invocation& to, std::string_view text) {
    if (text == "auto") {
        to.progress = progress_style::automatic;
    } else if (text == "lines") {
        to.progress = progress_style::lines;
    } else if (text == "none") {
        to.progress = progress_style::none;
    } else {
        return "one of auto, lines, none";
    }
    return "";
}

std::string_view set_heartbeat(invocation& to, std::string_view text) {
    const std::optional<duration> every = read_duration(text);
    to.heartbeat = every.value_or(duration{});
    return every && *every >= std::chrono::seconds(1) ? "" : "a duration of at least 1s";
}

std::string_view set_color(invocation& to, std::string_view text) {
    if (text == "auto") {
        to.color = color_choice::automatic;
    } else if (text == "always") {
        to.color = color_choice::always;
    } else if (text == "never") {
        to.color = color_choice::never;
    } else {
        return "one of auto, always, never";
    }
    return "";
}

constexpr std::array<option_row, 64> option_rows{{
    {"target", "FILE", planning, "", set_targets,
     "run on this target instead of the suite's own; may be repeated"},
    {"filter", "PATTERN", planning, "*", set_filter,
     "only scenarios whose target/suite/scenario matches: * and ?, ':' between alternatives, "
     "'-' before what is left out"},
    {"tag", "LIST", planning, "", set_tags,
     "only scenarios with one of these tags: race, or rank_04,rank_07"},
    {"cycle", "LIST", planning, "", set_only_cycles, "only these cycles: A[,B][,C-D]; for replay"},
    {"cycles", "N", cycling, "", set_cycles_count, "cycles of each scenario, not the suite's"},
    {"replay", "N", running, "1", repetition_options::set_replays,
     "carry out each cycle N times, with the same seed: how often does it happen?"},
    {"until-bound", "SHARE", running, "", repetition_options::set_until_bound,
     "cycles of each scenario until it broke a promise, or until what happens in this share of "
     "them is ruled out with 95 % confidence: 0.1%"},
    {"through-link", "", planning, "", link_options::set_through,
     "lead all that goes to the target through a link that does nothing: is it the network's?"},
    {"seed", "SEED", seeding, "time", set_seed, "a number, or 'time' for a new one each run"},
    {"ab", "TARGET_A TARGET_B", running, "", failure_options::set_ab,
     "the same cycles with two builds of a server, in turns, and what differs between them"},
    {"check", "FINDING", shrinking, "", failure_options::set_check,
     "the failure that is to stay; else the first that is seen"},
    {"budget", "DURATION", working, "", set_budget,
     "start no cycle after this time: 90s, 20m, 7h; shrink: 10m when not given"},
    {"jobs", "N", working, "1", set_jobs, "cycles that run at the same time"},
    {"shard", "I/N", dividing, "", shard_options::set_shard,
     "only the I-th of N parts of the plan, for the I-th of N machines; auto/N: I is the engine's; "
     "off: all of it. Else as the CI engine says"},
    {"shard-cycles", "", dividing, "", shard_options::set_cycles,
     "shards divide the cycles of each scenario, not the scenarios"},
    {"attempt", "N", running, "", shard_options::set_attempt,
     "how often this shard was begun; else as the CI engine says, or the first that is free"},
    {"dry-run", "", running, "", help_options::set_dry_run,
     "say what would run, with its cycles and what they can show; start nothing"},
    {"fail-fast", "", running, "", set_fail_fast, "end the run at the first broken promise"},
    {"until-fail", "", running, "", set_until_fail,
     "go round until a promise is broken or the budget is spent"},
    {"out", "DIR", starting, "stormdrain-results", set_out,
     "folder of results and evidence; report: else that of the file"},
    {"patience", "DURATION", measuring, "15s", init_options::set_patience,
     "how long each stop may take before it counts as unbounded; init: each start, too"},
    {"condition", "LIST", probing, "", set_conditions,
     "only these conditions: scenarios of suites/probe.json such as silent,request_timeout"},
    {"write", "FILE", writing, "", init_options::set_write,
     "the target with what was measured, for a person to confirm; probe: a new file beside the "
     "target's own; init: NAME.json when not given; shrink: the suite, SCENARIO.shrunk.json when "
     "not given"},
    {"name", "NAME", beginning, "", init_options::set_name,
     "of the target; else after the program"},
    {"env", "NAME=VALUE", beginning, "", init_options::set_environment,
     "a variable of the server's, such as PORT={port}; may be repeated"},
    {"file", "NAME=TEMPLATE", beginning, "", init_options::set_rendered_file,
     "a configuration that is written anew for each start, with ${port.http} and other variables "
     "replaced; may be repeated"},
    {"force", "", beginning, "", init_options::set_force, "overwrite the file"},
    {"listen", "HOST:PORT", linking, "127.0.0.1:0", link_options::set_listen,
     "where the link listens"},
    {"upstream", "HOST:PORT", linking, "", link_options::set_upstream, "where the link leads"},
    {"toxic", "TOXIC", linking, "", link_options::set_toxic,
     "what the link does to its connections, such as latency:latency=50ms,jitter=5ms; may be "
     "repeated"},
    {"api", "HOST:PORT", linking, "", link_options::set_api,
     "serve the HTTP API of Toxiproxy, whose port is 8474"},
    {"config", "FILE", linking, "", link_options::set_config, "links and their toxics"},
    {"clients", "N", attacking, "10", attack_options::set_clients,
     "connections that are used at the same time"},
    {"duration", "DURATION", attacking, "", attack_options::set_lasts,
     "begin no request after this time; 10s where --requests is not given either"},
    {"requests", "N", attacking, "", attack_options::set_requests,
     "so many in all, by all clients together"},
    {"rate", "N/s", attacking, "", attack_options::set_rate,
     "an open loop: requests are due at this rate, whatever the server does, and their latency is "
     "also told from the instant at which they were due"},
    {"arrivals", "MANNER", attacking, "even", attack_options::set_arrivals,
     "how --rate spreads requests: even, or random as of many users who do not know each other",
     "even random"},
    {"burst", "DURATION", attacking, "", attack_options::set_burst,
     "every client connects once within this time, and makes one request"},
    {"ramp", "DURATION", attacking, "0s", attack_options::set_ramp,
     "in which the rate, or the number of clients, rises to what is asked for"},
    {"pipeline", "N", attacking, "1", attack_options::set_pipeline,
     "requests under way on each connection"},
    {"http2", "", attacking, "", attack_options::set_http2,
     "speak HTTP/2: over TLS as ALPN agrees on it, on a plain port with prior knowledge"},
    {"streams", "N", attacking, "1", attack_options::set_streams,
     "requests at a time on each connection, with --http2"},
    {"tls-client", "WHICH", attacking, "openssl", attack_options::set_tls_client,
     "whose TLS is spoken; own: TLS 1.3 alone, whose handshakes take half of the CPU; "
     "own-unproven: the same without a fresh key or a look at signatures",
     "openssl own own-unproven"},
    {"resume", "", attacking, "", attack_options::set_resume,
     "each client resumes its last TLS session; else every handshake is a full one"},
    {"close", "", attacking, "", attack_options::set_close, "one request a connection"},
    {"upload", "SIZE", attacking, "0B", attack_options::set_upload,
     "POST a body of this size with each request"},
    {"threads", "N", attacking, "1", attack_options::set_threads, "that share the clients out"},
    {"timeout", "DURATION", attacking, "30s", attack_options::set_timeout,
     "how long a request may take"},
    {"status", "N", attacking, "200", attack_options::set_status,
     "what an answer must say to be a good one"},
    {"pid", "PID", attacking, "", attack_options::set_pid,
     "the server's process: say what it holds before and after, and what CPU it took"},
    {"slow", "MANNER", attacking, "", attack_options::set_slow,
     "hold slow clients, and ask once a second beside them: headers, body or reader",
     "headers body reader"},
    {"every", "DURATION", attacking, "10s", attack_options::set_slow_every,
     "a slow client's pause"},
    {"junit", "FILE", reporting, "", set_junit, "JUnit XML; else junit.xml in the --out folder"},
    {"history", "DIR", reporting, "", history_options::set_folder,
     "what earlier nights found: read, and this one added unless it is a replay; report: read "
     "only"},
    {"progress", "STYLE", showing, "auto", set_progress, "auto, lines or none", "auto lines none"},
    {"heartbeat", "DURATION", running, "60s", set_heartbeat,
     "a progress line at least this often when the output is no terminal"},
    {"trace", "", tracing, "", report_options::set_trace,
     "the timeline of each failed cycle, and of every cycle of a replay, in its folder: "
     "trace.json, "
     "for ui.perfetto.dev"},
    {"pcap", "", running, "", report_options::set_pcap,
     "the packets of each failed cycle, and of every cycle of a replay, in its folder, with their "
     "TLS secrets: traffic.pcapng, for Wireshark"},
    {"prometheus", "FILE", reporting, "", report_options::set_prometheus,
     "metrics of the run for node_exporter's textfile collector, such as stormdrain.prom"},
    {"annotations", "ENGINE", reporting, "auto", report_options::set_annotations,
     "what was broken, as errors beside the job of a CI engine; auto: of the one that runs this",
     "auto github gitlab buildkite azure none"},
    {"color", "WHEN", everything, "auto", set_color, "auto, always or never", "auto always never"},
    {"man", "", helping, "", help_options::set_manual, "the manual page, as troff"},
    {"completion", "SHELL", helping, "", help_options::set_completion,
     "what completes command lines in this shell: bash, zsh or fish", "bash zsh fish"},
    {"json", "", printing, "", set_json, "for programs: one JSON document on stdout"},
}};

constexpr std::array<exit_row, 5> exit_rows{{
    {0, "every promise kept"},
    {1, "a promise broken"},
    {2, "bad invocation or file"},
    {3, "could not judge"},
    {4, "nothing selected"},
}};

}  // namespace

std::span<const command_row> all_commands() {
    return command_rows;
}

std::span<const exit_row> all_exits() {
    return exit_rows;
}

std::span<const option_row> all_options() {
    return option_rows;
}

const command_row* find_command(std::string_view name) {
    const auto found = std::ranges::find(command_rows, name, &command_row::name);
    return found == command_rows.end() ? nullptr : &*found;
}

const option_row* find_option(std::string_view name) {
    const auto found = std::ranges::find(option_rows, name, &option_row::name);
    return found == option_rows.end() ? nullptr : &*found;
}

bool applies_to(const option_row& option, command to) {
    return std::ranges::find(option.commands, to) != option.commands.end();
}

bool takes_two(const option_row& option) {
    return option.placeholder.find(' ') != std::string_view::npos;
}

std::string environment_name(const option_row& option) {
    std::string name = "STORMDRAIN_";
    for (const char character : option.name) {
        name += character == '-' ? '_' : static_cast<char>(std::toupper(character));
    }
    return name;
}

}  // namespace stormdrain
