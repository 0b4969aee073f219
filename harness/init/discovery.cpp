#include "harness/init/discovery.hpp"

#include "harness/config/problem.hpp"
#include "harness/init/port_dialogue.hpp"
#include "harness/plan/readers/target_reader.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

constexpr int status_good = 200;
constexpr int status_bad = 400;  // and above
// Where servers are asked how they are; tried when `/` is not answered with 200.
constexpr std::array<const char*, 6> usual_paths{"/index.html", "/health", "/healthz",
                                                 "/status",     "/ping",   "/ready"};
constexpr std::array stop_signals{SIGTERM, SIGINT, SIGQUIT};

// The kernel chooses from there for a server that asks for port 0: another one each time.
bool is_ephemeral(std::uint16_t port) {
    std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
    unsigned first = 0;
    unsigned last = 0;
    return range >> first >> last && port >= first && port <= last;
}

bool is_typed(const launch_words& typed, std::uint16_t port) {
    const std::string number = std::to_string(port);
    const auto has = [&number](const std::string& text) {
        return text.find(number) != std::string::npos;
    };
    return std::ranges::any_of(typed.argv, has) ||
           std::ranges::any_of(typed.environment,
                               [&has](const auto& variable) { return has(variable.second); });
}

// The name of the placeholder that asked for the port; nothing: the port is the server's own.
std::optional<std::string> asked_name(const port_numbers& asked, std::uint16_t port) {
    const auto found = std::ranges::find(asked, port, &port_numbers::value_type::second);
    return found == asked.end() ? std::nullopt : std::optional(found->first);
}

asio::awaitable<found_route> find_route(port_dialogue& with, spoken_protocol how) {
    found_route found;
    found.status = co_await with.status_of_path(found.path, how);
    if (found.status == status_good) {
        co_return found;
    }
    for (const char* path : usual_paths) {
        const int status = co_await with.status_of_path(path, how);
        if (status == status_good) {
            found.path = path;
            found.status = status;
            co_return found;
        }
    }
    co_return found;
}

// At the first of its addresses that takes a connection.
asio::awaitable<port_answers> ask_port(run_environment& run, seen_listener listener) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    port_answers heard;
    for (const std::string& address : dialled_addresses(listener)) {
        port_dialogue dialogue(executor, {address, listener.port},
                               run.certificate.certificate_path);
        heard = co_await dialogue.run();
        heard.address = address;
        if (judge(heard) != spoken_protocol::not_connectable) {
            break;
        }
    }
    co_return heard;
}

asio::awaitable<void> talk(first_look& look, run_environment& run) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    std::vector<port_answers> answers;
    for (const seen_listener& listener : look.seen.listeners) {
        port_answers heard = co_await ask_port(run, listener);
        answers.push_back(std::move(heard));
    }
    take_ports(look, answers);
    const auto main = std::ranges::find(look.ports, look.main_port, &found_port::name);
    if (main == look.ports.end() || !speaks_http(main->speaks)) {
        co_return;
    }
    port_dialogue dialogue(executor, {main->address, main->seen_at},
                           run.certificate.certificate_path);
    const found_route found = co_await find_route(dialogue, main->speaks);
    if (found.status != 0) {
        look.route = found;
    }
}

asio::awaitable<void> start_and_talk(first_start& start, first_look& look, run_environment& run,
                                     duration patience) {
    look.seen = co_await start.look(clock::now() + patience);
    look.asked = start.asked();
    if (why_unusable(look.seen, look.asked).empty()) {
        co_await talk(look, run);
    }
}

asio::awaitable<first_look> look_once(run_environment& run, discovery_request request,
                                      first_look look, std::string folder) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const target server = first_target(with_variables(look.words, unnamed_port),
                                       asked_ports(look.words), look.working_folder, request.file);
    first_start start(executor, run, server, std::move(folder));
    std::exception_ptr failure;
    try {
        co_await start_and_talk(start, look, run, request.patience);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await start.end();  // whatever happened: it has tasks
    if (failure) {
        std::rethrow_exception(failure);
    }
    co_return look;
}

// What most scenarios will ask: where its placeholder was, and without TLS if it may be.
const found_port* main_of(const std::vector<found_port>& ports) {
    const auto rank = [](const found_port& port) {
        const int by_protocol = port.speaks == spoken_protocol::http    ? 0
                                : port.speaks == spoken_protocol::https ? 1
                                                                        : 2;
        return std::pair(by_protocol, port.fixed == 0 ? 0 : 1);
    };
    const auto best = std::ranges::min_element(ports, {}, rank);
    return best == ports.end() ? nullptr : &*best;
}

// As suites mean it.
bool has_plain_http(const std::vector<found_port>& ports) {
    return std::ranges::any_of(ports, [](const found_port& port) {
        return port.name == "http" && port.speaks == spoken_protocol::http;
    });
}

bool may_need_its_files(const first_look& look) {
    // Rendered files are in the start's own folder: another would not have them.
    if (!look.seen.launch_failure.empty() || !look.words.files.empty()) {
        return false;
    }
    const bool ended = look.seen.exit.has_value() && look.seen.survivors.empty();
    const bool has_nothing = look.route && look.route->status >= status_bad;
    return ended || has_nothing;
}

bool is_better(const first_look& look, const first_look& than) {
    if (!look.failure().empty()) {
        return false;
    }
    return !than.failure().empty() || (look.route && look.route->status < status_bad);
}

}  // namespace

std::string first_look::failure() const {
    const std::string unusable = why_unusable(seen, asked);
    if (!unusable.empty()) {
        return unusable;
    }
    std::string why;
    for (const std::string& remark : remarks) {
        why += (why.empty() ? "" : "\n  ") + remark;
    }
    const bool all_asked = std::ranges::all_of(asked, [this](const auto& one) {
        return std::ranges::find(ports, one.second, &found_port::seen_at) != ports.end();
    });
    return ports.empty() || !all_asked ? why : "";
}

void take_ports(first_look& look, const std::vector<port_answers>& answers) {
    for (std::size_t index = 0; index < answers.size(); ++index) {
        const seen_listener& listener = look.seen.listeners[index];
        const std::optional<std::string> name = asked_name(look.asked, listener.port);
        found_port port;
        port.speaks = judge(answers[index]);
        port.evidence = evidence_of(answers[index]);
        port.own_certificate = answers[index].own_certificate;
        port.address = answers[index].address;
        const std::string number = "port " + std::to_string(listener.port);
        if (port.speaks == spoken_protocol::not_connectable) {
            look.remarks.push_back(number + " (" + listener.addresses.front() + ") " +
                                   port.evidence);
            continue;
        }
        if (!name && is_ephemeral(listener.port) && !is_typed(look.words, listener.port)) {
            look.remarks.push_back(number + " is another one each time: left out of the target. " +
                                   "If it can be told its port, give it {port:name}");
            continue;
        }
        port.seen_at = listener.port;
        port.fixed = name ? 0 : listener.port;
        port.name = name && *name != unnamed_port ? *name : "";
        look.ports.push_back(std::move(port));
    }
    name_ports(look.ports);
    const auto unnamed = look.asked.find(std::string(unnamed_port));
    for (const found_port& port : look.ports) {
        if (unnamed != look.asked.end() && port.seen_at == unnamed->second) {
            look.unnamed = port.name;
        }
    }
    const found_port* const main = main_of(look.ports);
    look.main_port = main == nullptr ? "" : main->name;
    if (main != nullptr && speaks_http(main->speaks) && !has_plain_http(look.ports)) {
        look.remarks.emplace_back(
            "loads go to ports that are called http and https: without an "
            "http ({port} or {port:http}) most scenarios are skipped");
    }
}

asio::awaitable<first_look> look_at_server(run_environment& run, discovery_request request) {
    const path_test exists = [](const std::string& path) {
        std::error_code hidden;  // what we may not look at is not resolved
        return std::filesystem::exists(path, hidden);
    };
    first_look own;
    own.words = with_places(request.typed, request.folders, exists);
    own = co_await look_once(run, request, std::move(own), request.scratch + "/own");
    if (!may_need_its_files(own)) {
        co_return own;
    }
    first_look here;
    here.words = with_program_place(request.typed, request.folders);
    here.working_folder = seen_from_target(request.folders.current, request.folders);
    here = co_await look_once(run, request, std::move(here), request.scratch + "/here");
    const bool here_is_better = is_better(here, own);
    if (here_is_better) {
        co_return here;
    }
    co_return own;
}

target target_of(const found_server& found, const discovery_request& request) {
    const std::string path = request.scratch + "/target.json";
    found_server elsewhere = found;
    for (launch_file& file : elsewhere.launch.files) {
        file.written = file.path;
    }
    std::ofstream(path) << target_text(elsewhere);
    std::vector<problem> problems;
    const std::shared_ptr<const target> read = read_target(path, problems);
    if (read == nullptr) {
        throw config_error(std::move(problems));
    }
    target made = *read;
    made.file = request.file;
    made.argv = found.launch.argv;  // the reader looked for the program beside the other file
    made.promises.start_within = std::max(made.promises.start_within, request.patience);
    made.limits.core_bytes = 0;  // SIGQUIT is meant to end it, not to fill the disk
    return made;
}

asio::awaitable<std::vector<stop_trial>> try_stops(run_environment& run, const target& server,
                                                   discovery_request request) {
    std::vector<stop_trial> trials;
    for (const int signal : stop_signals) {
        std::string folder = request.scratch + "/" + signal_name(signal);
        stop_trial seen =
            co_await try_stop(run, server, std::move(folder), signal, request.patience);
        trials.push_back(std::move(seen));
    }
    co_return trials;
}

}  // namespace stormdrain
