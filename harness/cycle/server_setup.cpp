#include "harness/cycle/server_setup.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/net/socket_address.hpp"
#include "harness/net/unix_endpoint.hpp"

#include <filesystem>
#include <fstream>
#include <utility>

extern char** environ;  // environ(7)

namespace stormdrain {

namespace {

std::map<std::string, std::string> own_environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view line = *entry;
        const std::size_t equals = line.find('=');
        if (equals != std::string_view::npos) {
            variables.emplace(line.substr(0, equals), line.substr(equals + 1));
        }
    }
    return variables;
}

}  // namespace

server_setup::server_setup(run_environment& run, const target& server, std::string folder,
                           port_places given)
    : run_(run), server_(server), folder_(std::move(folder)), places_(std::move(given)) {
    const certificate_files& made = run.certificate;
    const bool own = !server.tls.certificate_path.empty();
    variables_["folder"] = std::filesystem::absolute(folder_).string();
    variables_["target_folder"] = std::filesystem::absolute(server.file).parent_path().string();
    variables_["bin"] = run.bin_folder;
    variables_["tls.certificate"] = own ? server.tls.certificate_path : made.certificate_path;
    variables_["tls.key"] = own ? server.tls.key_path : made.key_path;
}

void server_setup::set_origins(const origin_set& origins, const path_links* links) {
    for (const auto& origin : origins.all()) {
        const std::string& its_name = origin->plan().name;
        const std::string name = "origin." + its_name;
        endpoint where = origin->where();
        if (links != nullptr) {
            where = links->before(link_place::target_and_origins, its_name).value_or(where);
        }
        variables_[name] = to_text(where);
        variables_[name + ".port"] = std::to_string(where.port);
        variables_[name + ".certificate"] = origin->certificate_path();
    }
}

std::string server_setup::text(std::string_view with_variables) const {
    return expand(with_variables, variables_).text;
}

std::string server_setup::socket_path(const std::string& name) {
    const std::string path = (std::filesystem::absolute(folder_) / name).string();
    if (fits_socket_address(path)) {
        return path;
    }
    if (!short_name_) {
        short_name_.emplace(folder_);
    }
    return short_name_->path() + "/" + name;
}

void server_setup::choose_place(const std::string& name, const target_port& port) {
    endpoint& place = places_[name];
    if (!port.unix_path.empty()) {
        place.address = socket_path(port.unix_path);
    } else if (place.port == 0) {
        place = {port.address, port.source == port_source::fixed ? port.number : run_.ports.next()};
    }
}

std::string server_setup::why_not_usable(const std::string& name, const target_port& port,
                                         socket_table& sockets) const {
    const endpoint& place = places_.at(name);
    if (const auto address = address_of(place); !address) {
        return "port " + name + ": " + place.address + ": " + address.error().message();
    }
    if (port.source == port_source::fixed && !sockets.listeners(place.port).empty()) {
        return "port " + std::to_string(place.port) + " (" + name + ") is held by another process";
    }
    return "";
}

std::string server_setup::prepare(socket_table& sockets) {
    std::filesystem::create_directories(folder_);
    for (const auto& [name, port] : server_.ports) {
        choose_place(name, port);
        const endpoint& place = places_.at(name);
        variables_["address." + name] = to_text(place);
        variables_["port." + name] = port_or_path(place);
        if (!is_unix(place)) {
            numbers_[name] = place.port;
        }
        if (port.source == port_source::inherit) {
            inherited_.emplace(name, make_listener(place));
        }
        std::string why_not = why_not_usable(name, port, sockets);
        if (!why_not.empty()) {
            return why_not;
        }
    }
    for (const rendered_file& file : server_.files) {
        write(file);
    }
    return "";
}

void server_setup::write(const rendered_file& file) const {
    const std::filesystem::path path = std::filesystem::path(folder_) / file.name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out(path);
    out << text(file.contents);
    if (!out.flush()) {
        throw environment_error("cannot write " + path.string());
    }
    if (file.size_bytes > 0) {
        std::filesystem::resize_file(path, file.size_bytes);  // sparse: costs no time, no disk
    }
}

std::vector<std::string> server_setup::file_names() const {
    std::vector<std::string> names;
    for (const rendered_file& file : server_.files) {
        names.push_back(file.name);
    }
    return names;
}

std::vector<int> server_setup::listeners() const {
    std::vector<int> numbers;
    for (const auto& [name, listener] : inherited_) {
        numbers.push_back(listener.get());
    }
    return numbers;
}

launch_spec server_setup::command_spec(const std::vector<std::string>& argv) const {
    launch_spec spec;
    for (const std::string& argument : argv) {
        spec.argv.push_back(text(argument));
    }
    std::map<std::string, std::string> merged = own_environment();
    for (const auto& [name, value] : server_.environment) {
        if (value) {
            merged[name] = text(*value);
        } else {
            merged.erase(name);
        }
    }
    for (const auto& [name, value] : merged) {
        spec.environment.push_back(name + "=" + value);
    }
    spec.working_folder = server_.working_folder.empty() ? folder_ : text(server_.working_folder);
    return spec;
}

launch_spec server_setup::server_spec() const {
    launch_spec spec = command_spec(server_.argv);
    spec.limits = server_.limits;
    spec.exit_watch = server_.exit_watch;
    for (const auto& [name, number] : numbers_) {
        spec.ports.push_back(number);
    }
    return spec;
}

}  // namespace stormdrain
