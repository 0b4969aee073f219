#pragma once
// Toxiproxy's HTTP API over a set of links: its paths, JSON, status codes and error bodies, so that
// its clients cannot tell the difference. A request becomes an answer here; who sends them is
// api_server's business.
//
// Beyond Toxiproxy: toxics may come with the proxy that is created, a toxic takes a "source", and
// an attribute that no toxic has is an error, because a typing error would hurt nobody and prove
// it.

#include "faults/link/link_set.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace stormdrain {

struct api_request {
    std::string_view method;
    std::string_view target;  // with its query, which nothing looks at
    std::string_view body = {};
    std::string_view user_agent = {};
};

struct api_answer {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body = {};
};

class link_api {
public:
    // The version that it says it has.
    link_api(link_set& links, std::string version) : links_(links), version_(std::move(version)) {}

    api_answer answer(const api_request& request);

private:
    api_answer routed(const api_request& request);
    api_answer of_proxies(const api_request& request);
    api_answer of_proxy(const api_request& request, const std::string& name);
    api_answer of_toxics(const api_request& request, const std::string& name);
    api_answer of_toxic(const api_request& request, const std::string& name,
                        const std::string& toxic);
    api_answer populate(std::string_view body);
    api_answer update(std::string_view body, const std::string& name);
    api_answer reset();

    fault_link& link_named(const std::string& name);

    link_set& links_;
    std::string version_;
};

// The text format of Prometheus: Toxiproxy's two counters, and what the links and their toxics did.
std::string metrics_of(const link_set& links);

}  // namespace stormdrain
