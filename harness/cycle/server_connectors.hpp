#pragma once
// Connectors to all ports of a started server, by the names that scenarios use.

#include "harness/cycle/path_links.hpp"
#include "harness/cycle/server_setup.hpp"
#include "harness/cycle/traffic.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/net/tls_client.hpp"
#include "harness/plan/target.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace stormdrain {

struct dialled_server {
    boost::asio::any_io_executor executor;
    const target& description;
    const server_setup& setup;
    const tls_client* tls = nullptr;
};

connector_table direct_connectors(const dialled_server& server, connection_log& log);
// To the links before them; the log learns where those lead to. A port without a link is dialled
// itself.
connector_table connectors_through(path_links& links, const dialled_server& server,
                                   connection_log& log);

}  // namespace stormdrain
