#pragma once
// What requests of the HTTP API bring, read from their JSON, and what answers show of links.

#include "faults/link/link_set.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// Becomes {"error": "...", "status": 404}.
class api_error : public std::runtime_error {
public:
    api_error(unsigned status, const std::string& message)
        : std::runtime_error(message), status_(status) {}
    unsigned status() const { return status_; }

private:
    unsigned status_;
};

// All throw api_error for what Toxiproxy takes for a bad request, in its words.
link_spec read_api_link(std::string_view body);
std::vector<link_spec> read_api_links(std::string_view body);
toxic_spec read_api_toxic(std::string_view body);

struct link_change {
    std::optional<place> listen;
    std::optional<place> upstream;
    bool enabled = false;
};
link_change read_link_change(std::string_view body, const fault_link& before);

struct toxic_change {
    attribute_values values;
    double toxicity = 1;
};
toxic_change read_toxic_change(std::string_view body, const toxic_spec& before);

// {"name": ..., "listen": ..., "upstream": ..., "enabled": ..., "toxics": [...]}
std::string link_json(std::string_view name, const fault_link& link);
std::string toxics_json(const fault_link& link);
// A JSON text, with its quotes.
std::string json_quoted(std::string_view text);

}  // namespace stormdrain
