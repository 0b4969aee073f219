#pragma once
// Asks a port what it speaks: a few connections, one after the other, each with a deadline.

#include "harness/init/spoken_protocol.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/net/tls_client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace stormdrain {

class port_dialogue {
public:
    // `trusted_certificate_path`: what was made for the run; whoever shows another has his own.
    port_dialogue(boost::asio::any_io_executor executor, endpoint where,
                  const std::string& trusted_certificate_path);

    // Asks for `/`, and goes on to TLS and HTTP/2 until something is understood.
    boost::asio::awaitable<port_answers> run();

    // The status of GET `path` on a port that speaks HTTP or HTTPS; 0: there was no answer.
    boost::asio::awaitable<int> status_of_path(std::string path, spoken_protocol how);

private:
    // In the clear without `tls`.
    boost::asio::awaitable<tls_answer> ask(std::string words, const tls_client* tls,
                                           duration within);
    boost::asio::awaitable<void> ask_in_the_clear(port_answers& heard);
    std::string request_for(std::string path) const;

    boost::asio::any_io_executor executor_;
    endpoint where_;
    connection_log log_{cycle_clock()};
    tls_client trusts_the_run_;
    tls_client http1_;
    tls_client h2_;
};

}  // namespace stormdrain
