#include "harness/cycle/server_connectors.hpp"

#include "harness/cycle/run_environment.hpp"

#include <memory>
#include <string>
#include <utility>

namespace stormdrain {
namespace {

port_address address_of(const std::string& port, const dialled_server& of) {
    port_address address;
    address.name = port;
    address.where = of.setup.where(port);
    address.tls = speaks_tls(of.description.ports.find(port)->second.speaks) ? of.tls : nullptr;
    return address;
}

}  // namespace

std::unique_ptr<tls_client> make_tls_client(const target& server, const run_environment& run) {
    const bool own = !server.tls.certificate_path.empty();
    tls_client_options options;
    options.trusted_certificate_path =
        own ? server.tls.certificate_path : run.certificate.certificate_path;
    options.verification =
        server.tls.verify ? tls_verification::trusted_certificate : tls_verification::none;
    options.server_name = "localhost";
    return std::make_unique<tls_client>(std::move(options));
}

connector_table direct_connectors(const dialled_server& server, connection_log& log) {
    connector_table connectors;
    for (const auto& [name, own_name] : port_names(server.description)) {
        connectors.emplace(
            name, std::make_unique<connector>(server.executor, address_of(own_name, server), log));
    }
    return connectors;
}

connector_table connectors_through(path_links& links, const dialled_server& server,
                                   connection_log& log) {
    log.lead_through(links);
    connector_table connectors;
    for (const auto& [name, own_name] : port_names(server.description)) {
        port_address address = address_of(own_name, server);
        if (const auto link = links.before(link_place::load_and_target, own_name)) {
            address.behind_link = std::exchange(address.where, *link);
            address.way_up = links.delay_before(link_place::load_and_target, own_name).up;
        }
        connectors.emplace(name,
                           std::make_unique<connector>(server.executor, std::move(address), log));
    }
    return connectors;
}

}  // namespace stormdrain
