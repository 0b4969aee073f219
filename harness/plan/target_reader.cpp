#include "harness/plan/target_reader.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/config/text_file.hpp"
#include "harness/plan/contract_reader.hpp"
#include "harness/plan/file_places.hpp"
#include "harness/plan/known_finding_reader.hpp"
#include "harness/plan/limits_reader.hpp"
#include "harness/plan/load_reader.hpp"
#include "harness/plan/names.hpp"
#include "harness/plan/origin_reader.hpp"
#include "harness/plan/route_reader.hpp"
#include "harness/plan/stop_input_reader.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace stormdrain {
namespace {

using value_kind = object_reader::value_kind;

constexpr std::uint64_t template_bytes_max = 1024 * 1024;
// Held in memory, and written anew for each cycle.
constexpr std::uint64_t generated_bytes_max = 1024 * 1024 * 1024;

constexpr std::array<std::pair<std::string_view, port_protocol>, 3> protocol_words{
    {{"http", port_protocol::http}, {"https", port_protocol::https}, {"tcp", port_protocol::tcp}}};
constexpr std::array<std::pair<std::string_view, port_source>, 2> source_words{
    {{"free", port_source::free}, {"inherit", port_source::inherit}}};

class target_file_reader {
public:
    target_file_reader(const std::string& path, object_reader& root)
        : root_(root), folder_(folder_of(path)) {
        result_.file = path;
    }

    target read() {
        root_.integer("stormdrain", 1, 1);
        result_.name = read_name(root_, "name");
        read_ports();
        result_.routes = read_routes(root_);
        read_tls();
        result_.origins = read_origins(root_);
        if (std::optional<object_reader> version = root_.object("version")) {
            result_.version_argv = read_argv(*version, "argv", known_variables());
            version->finish();
        }
        read_launch();
        result_.promises = read_running_contract(root_);
        read_ready();
        choose_ready_port();
        result_.lifecycle = root_.choice<target_lifecycle>("lifecycle", target_lifecycle_words(),
                                                           target_lifecycle::process);
        check_restarts_show();
        result_.quit_signal = read_signal(root_, "quit_signal", result_.quit_signal);
        read_stop_modes();
        read_hang();
        result_.known = read_known_findings(root_);
        root_.finish();
        return std::move(result_);
    }

private:
    void read_ports() {
        std::optional<object_reader> ports = root_.object("ports");
        if (!ports) {
            if (!root_.has("ports")) {
                root_.complain("",
                               "required key \"ports\" is missing; expected an object such as "
                               "{\"http\": {\"speaks\": \"http\"}}");
            }
            return;
        }
        for (const std::string& name : read_names_of_keys(*ports)) {
            if (std::optional<object_reader> keys = ports->object(name)) {
                result_.ports[name] = read_port(*keys);
            }
        }
        if (ports->keys().empty()) {
            root_.complain("ports", "expected at least one port");
        }
    }

    static target_port read_port(object_reader& keys) {
        target_port port;
        port.speaks = keys.choice<port_protocol>("speaks", protocol_words);
        port.source = keys.choice<port_source>("source", source_words, port_source::free);
        if (is_given(keys, "number")) {
            constexpr std::int64_t port_number_max = std::numeric_limits<std::uint16_t>::max();
            port.number = static_cast<std::uint16_t>(keys.integer("number", 1, port_number_max));
            if (keys.has("source")) {
                keys.complain("source", "expected no \"source\" beside \"number\"");
            }
            port.source = port_source::fixed;
        }
        keys.finish();
        return port;
    }

    void read_tls() {
        std::optional<object_reader> keys = root_.object("tls");
        if (!keys) {
            return;
        }
        result_.tls.certificate_path = read_file_path(*keys, "certificate");
        result_.tls.key_path = read_file_path(*keys, "key");
        result_.tls.verify = keys->flag("verify", true);
        result_.tls.only = keys->choice<tls_version>("only", tls_version_words(), tls_version::any);
        if (keys->has("certificate") != keys->has("key")) {
            keys->complain("", "expected \"certificate\" and \"key\" together, got only one");
        }
        keys->finish();
    }

    std::string read_file_path(object_reader& keys, std::string_view key) const {
        const std::string path = keys.text(key, "");
        return path.empty() ? "" : absolute_beside(folder_, path);
    }

    void read_launch() {
        std::optional<object_reader> launch = root_.object("launch");
        if (!launch) {
            if (!root_.has("launch")) {
                root_.complain("",
                               "required key \"launch\" is missing; expected an object such as "
                               "{\"argv\": [\"./server\"]}");
            }
            return;
        }
        result_.launch_line = launch->line();
        result_.argv = read_argv(*launch, "argv", known_variables());
        read_environment(*launch);
        result_.working_folder = launch->text("folder", "");
        check_variables(*launch, "folder", result_.working_folder, known_variables());
        if (!result_.working_folder.empty() && !result_.working_folder.starts_with("${")) {
            result_.working_folder = absolute_beside(folder_, result_.working_folder);
        }
        read_files(*launch);
        result_.limits = read_limits(*launch);
        result_.exit_watch = read_exit_watch(*launch);
        launch->finish();
    }

    std::vector<std::string> read_argv(object_reader& from, std::string_view key,
                                       const variables& known) const {
        std::vector<std::string> argv = from.texts(key);
        if (from.kind_of(key) != value_kind::array) {
            return argv;
        }
        object_reader words = *from.list(key);
        const bool no_program =
            argv.empty() || (words.kind_of("0") == value_kind::text && argv.front().empty());
        if (no_program) {
            from.complain(key, "expected a program and its arguments, got no program");
            return argv;
        }
        for (std::size_t index = 0; index < argv.size(); ++index) {
            check_variables(words, std::to_string(index), argv[index], known);
        }
        std::string& program = argv.front();
        if (program.find('/') != std::string::npos && !program.starts_with("${")) {
            program = absolute_beside(folder_, program);
        }
        return argv;
    }

    void read_environment(object_reader& launch) {
        std::optional<object_reader> keys = launch.object("env");
        if (!keys) {
            return;
        }
        for (const std::string& name : keys->keys()) {
            if (name.empty() || name.find('=') != std::string::npos) {
                keys->complain(name, "expected the name of a variable, got " + in_quotes(name));
            }
            if (keys->kind_of(name) == value_kind::null) {
                result_.environment.emplace_back(name, std::nullopt);
                continue;
            }
            const std::string value = keys->text(name);
            check_variables(*keys, name, value, known_variables());
            result_.environment.emplace_back(name, value);
        }
    }

    void read_files(object_reader& launch) {
        std::optional<object_reader> keys = launch.object("files");
        if (!keys) {
            return;
        }
        for (const std::string& name : keys->keys()) {
            if (!stays_inside(name)) {
                keys->complain(
                    name, "expected a file name inside the cycle's folder, got " + in_quotes(name));
            }
            if (keys->kind_of(name) == value_kind::text) {
                result_.files.push_back({name, read_template(*keys, name, keys->text(name)), 0});
            } else if (keys->kind_of(name) == value_kind::object) {
                object_reader generated = *keys->object(name);
                const std::uint64_t bytes = generated.size_bytes("size", 0, generated_bytes_max);
                result_.files.push_back({name, "", bytes});
                generated.finish();
            } else {
                keys->complain(name, "expected the path of a template, or {\"size\": \"16MiB\"}");
            }
        }
    }

    std::string read_template(object_reader& keys, const std::string& key,
                              const std::string& path) const {
        text_file file = read_text_file(beside(folder_, path), template_bytes_max);
        if (!file.text) {
            keys.complain(key, "expected a template that can be read, got " + in_quotes(path) +
                                   ": " + file.failure);
        }
        return std::move(file.text).value_or("");
    }

    // How a hang is to be explained beside what the harness sees by itself.
    void read_hang() {
        std::optional<object_reader> keys = root_.object("hang");
        if (!keys) {
            return;
        }
        if (std::optional<object_reader> dump = keys->object("dump")) {
            result_.hang_dump = read_trigger(*dump);
            dump->finish();
        }
        result_.hang_core = keys->flag("core", result_.hang_core);
        keys->finish();
    }

    void read_ready() {
        std::optional<object_reader> keys = root_.object("ready");
        if (!keys) {
            return;
        }
        result_.ready_route = keys->text("route", result_.ready_route);
        check_known(*keys, "route", "route", result_.ready_route, names_of(result_.routes));
        result_.ready_port = keys->text("port", "");
        if (keys->has("port")) {
            check_known(*keys, "port", "port", result_.ready_port, names_of(result_.ports));
        }
        running_contract& promises = result_.promises;
        const bool was_default = promises.start_within == running_contract{}.start_within;
        const duration within = keys->length_of_time("within", std::chrono::milliseconds(1),
                                                     std::chrono::hours(1), promises.start_within);
        if (!was_default && within != promises.start_within) {
            keys->complain("within", "expected the same as /promises/start_within, or nothing");
        }
        promises.start_within = within;
        keys->finish();
    }

    // A restart is seen by its new listening sockets: those that are passed down never change.
    void check_restarts_show() {
        const auto is_inherited = [](const auto& port) {
            return port.second.source == port_source::inherit;
        };
        if (result_.lifecycle == target_lifecycle::in_process &&
            std::ranges::any_of(result_.ports, is_inherited)) {
            root_.complain("lifecycle",
                           "expected \"process\" for a target with \"inherit\" ports, got "
                           "\"in_process\"");
        }
    }

    // The first that speaks HTTP, else the first.
    void choose_ready_port() {
        if (!result_.ready_port.empty() || result_.ports.empty()) {
            return;
        }
        const auto speaks_http = [](const auto& port) {
            return port.second.speaks != port_protocol::tcp;
        };
        const auto found = std::ranges::find_if(result_.ports, speaks_http);
        result_.ready_port =
            found == result_.ports.end() ? result_.ports.begin()->first : found->first;
    }

    void read_stop_modes() {
        if (std::optional<object_reader> modes = root_.object("stop")) {
            for (const std::string& name : read_names_of_keys(*modes)) {
                if (std::optional<object_reader> keys = modes->object(name)) {
                    stop_mode mode;
                    mode.trigger = or_by_input(*keys, result_.lifecycle, read_trigger(*keys));
                    mode.promises = read_contract(*keys, result_.promises);
                    keys->finish();
                    result_.stop.emplace(name, std::move(mode));
                }
            }
        }
        result_.stop.try_emplace("graceful");
    }

    stop_trigger read_trigger(object_reader& keys) const {
        stop_trigger trigger;
        const int triggers_count = keys.has("signal") + keys.has("request") + keys.has("command");
        if (triggers_count > 1) {
            keys.complain("", "expected one of \"signal\", \"request\", \"command\", got " +
                                  std::to_string(triggers_count));
        }
        trigger.signal = read_signal(keys, "signal", trigger.signal);
        if (std::optional<object_reader> request = keys.object("request")) {
            trigger.how = stop_trigger::kind::request;
            trigger.port = request->text("port", first_http_port());
            check_known(*request, "port", "port that speaks HTTP", trigger.port, http_ports());
            trigger.request = read_route(*request);
            request->finish();
        }
        if (is_given(keys, "command")) {
            trigger.how = stop_trigger::kind::command;
            variables known = known_variables();
            known["pid"];
            trigger.argv = read_argv(keys, "command", known);
        }
        return trigger;
    }

    std::vector<std::string> http_ports() const {
        std::vector<std::string> names;
        for (const auto& [name, port] : result_.ports) {
            if (port.speaks != port_protocol::tcp) {
                names.push_back(name);
            }
        }
        return names;
    }

    std::string first_http_port() const {
        const std::vector<std::string> names = http_ports();
        return names.empty() ? "" : names.front();
    }

    // Only the names count here; the runner knows the values.
    variables known_variables() const {
        variables known;
        for (const std::string_view name :
             {"folder", "target_folder", "tls.certificate", "tls.key", "bin"}) {
            known[std::string(name)];
        }
        for (const auto& [name, port] : result_.ports) {
            known["port." + name];
        }
        for (const origin_plan& origin : result_.origins) {
            known["origin." + origin.name];
            known["origin." + origin.name + ".port"];
            if (origin.speaks == origin_protocol::https) {
                known["origin." + origin.name + ".certificate"];
            }
        }
        return known;
    }

    static void check_variables(object_reader& from, std::string_view key, std::string_view text,
                                const variables& known) {
        const std::vector<std::string> names = names_of(known);
        const std::vector<std::string_view> words(names.begin(), names.end());
        for (const std::string& name : expand(text, known).unknown) {
            std::optional<std::string> guess = nearest_word(name, words);
            if (guess) {
                guess = "${" + *guess + "}";
            }
            from.complain(
                key,
                with_guess("expected known variables, got " + in_quotes("${" + name + "}"), guess));
        }
    }

    object_reader& root_;
    std::string folder_;
    target result_;
};

}  // namespace

std::shared_ptr<const target> read_target(const std::string& path, std::vector<problem>& problems) {
    const std::size_t problems_before = problems.size();
    const json_document document = json_document::load(path, problems);
    if (!document.readable()) {
        return nullptr;
    }
    object_reader root = document.root(problems);
    auto result = std::make_shared<const target>(target_file_reader(path, root).read());
    sort_by_place(problems, problems_before);
    return problems.size() == problems_before ? std::move(result) : nullptr;
}

}  // namespace stormdrain
