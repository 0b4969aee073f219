#include "harness/plan/readers/target_reader.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/plan/readers/contract_reader.hpp"
#include "harness/plan/readers/file_places.hpp"
#include "harness/plan/readers/known_finding_reader.hpp"
#include "harness/plan/readers/launch_reader.hpp"
#include "harness/plan/readers/load_reader.hpp"
#include "harness/plan/readers/names.hpp"
#include "harness/plan/readers/origin_reader.hpp"
#include "harness/plan/readers/port_reader.hpp"
#include "harness/plan/readers/route_reader.hpp"
#include "harness/plan/readers/stop_input_reader.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

class target_file_reader {
public:
    target_file_reader(const std::string& path, object_reader& root)
        : root_(root), folder_(folder_of(path)) {
        result_.file = path;
    }

    target read() {
        root_.integer("stormdrain", 1, 1);
        result_.name = read_name(root_, "name");
        result_.ports = read_ports(root_);
        result_.routes = read_routes(root_);
        fit_routes_to_ports(root_, result_);
        read_tls();
        result_.origins = read_origins(root_);
        if (std::optional<object_reader> version = root_.object("version")) {
            result_.version_argv = read_argv(*version, "argv", folder_, known_variables());
            version->finish();
        }
        read_launch(root_, folder_, known_variables(), result_);
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
        const std::vector<std::string> names = http_ports();
        result_.ready_port = names.empty() ? result_.ports.begin()->first : names.front();
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
            trigger.argv = read_argv(keys, "command", folder_, known);
        }
        return trigger;
    }

    std::vector<std::string> http_ports() const {
        std::vector<std::string> names;
        for (const auto& [name, port] : result_.ports) {
            if (speaks_http(port.speaks)) {
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
            known["address." + name];
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
