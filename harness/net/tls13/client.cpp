#include "harness/net/tls13/client.hpp"

#include "harness/base/environment_error.hpp"

#include <utility>

namespace stormdrain::tls13 {

client::client(client_options options) : options_(std::move(options)), check_(options_.server) {
    for (const std::uint16_t number : options_.suites) {
        suites_.push_back(all_.suite(number));
        if (suites_.back() == nullptr) {
            throw environment_error("TLS 1.3 has no cipher suite " + std::to_string(number) +
                                    " that this client knows");
        }
    }
    if (suites_.empty()) {
        for (const cipher_suite& suite : all_.suites()) {
            suites_.push_back(&suite);
        }
    }
    if (options_.key_share == key_share_use::reused) {
        reused_ = keys_.generate();
    }
}

key_pair client::key_share() {
    return reused_.key ? reused_ : keys_.generate();
}

client_hello_options client::hello_options() const {
    client_hello_options made;
    made.suites = suites_;
    made.server_name = options_.server.server_name;
    made.application_protocols = options_.application_protocols;
    made.tickets_wish = options_.tickets;
    return made;
}

}  // namespace stormdrain::tls13
