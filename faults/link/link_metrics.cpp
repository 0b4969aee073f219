#include "faults/link/link_api.hpp"
#include "harness/net/endpoint.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

// Of the exposition format: backslash, quote and newline are escaped.
std::string label(std::string_view name, std::string_view value) {
    std::string text = std::string(name) + "=\"";
    for (const char c : value) {
        text += c == '\\' ? "\\\\" : c == '"' ? "\\\"" : c == '\n' ? "\\n" : std::string(1, c);
    }
    return text + "\"";
}

class metric_page {
public:
    void begin(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        page_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " +
                 std::string(type) + "\n";
    }
    void add(const std::string& labels, std::uint64_t value) {
        page_ += name_ + "{" + labels + "} " + std::to_string(value) + "\n";
    }
    std::string text() && { return std::move(page_); }

private:
    std::string name_;
    std::string page_;
};

std::string text_of(const place& where) {
    return to_text(endpoint{where.host, where.port});
}

// The two of Toxiproxy, with its labels in its order.
void add_bytes(metric_page& page, const link_set& links, std::string_view name,
               std::string_view help, std::uint64_t link_traffic::*bytes) {
    page.begin(name, "counter", help);
    for (const auto& [proxy, link] : links.all()) {
        const std::string rest = "," + label("listener", text_of(link->listens_on())) + "," +
                                 label("proxy", proxy) + "," +
                                 label("upstream", text_of(link->upstream()));
        page.add(label("direction", "downstream") + rest, link->counters().downward.*bytes);
        page.add(label("direction", "upstream") + rest, link->counters().upward.*bytes);
    }
}

void add_counter(metric_page& page, const link_set& links, std::string_view name,
                 std::string_view help, std::uint64_t link_counters::*count) {
    page.begin(name, "counter", help);
    for (const auto& [proxy, link] : links.all()) {
        page.add(label("proxy", proxy), link->counters().*count);
    }
}

void add_deliveries(metric_page& page, const link_set& links, std::string_view name,
                    std::string_view help, std::uint64_t toxic_deliveries::*count) {
    page.begin(name, "counter", help);
    for (const auto& [proxy, link] : links.all()) {
        for (const std::unique_ptr<link_toxic>& toxic : link->toxics()) {
            page.add(label("proxy", proxy) + "," + label("toxic", toxic->spec.name) + "," +
                         label("type", toxic->spec.kind->name),
                     toxic->deliveries.*count);
        }
    }
}

}  // namespace

std::string metrics_of(const link_set& links) {
    metric_page page;
    add_bytes(page, links, "toxiproxy_proxy_received_bytes_total", "Bytes read, by direction.",
              &link_traffic::received_bytes);
    add_bytes(page, links, "toxiproxy_proxy_sent_bytes_total", "Bytes passed on, by direction.",
              &link_traffic::sent_bytes);
    add_counter(page, links, "stormdrain_link_connections_total", "Clients accepted.",
                &link_counters::accepted_count);
    add_counter(page, links, "stormdrain_link_dial_failures_total",
                "Clients whose upstream could not be dialled.",
                &link_counters::dial_failures_count);
    add_counter(page, links, "stormdrain_link_resets_total", "Connections that ended by RST.",
                &link_counters::resets_count);
    add_counter(page, links, "stormdrain_link_accept_pauses_total",
                "Times when no descriptor was left for a client.",
                &link_counters::accept_pauses_count);
    page.begin("stormdrain_link_open_connections", "gauge", "Connections that are open.");
    for (const auto& [proxy, link] : links.all()) {
        page.add(label("proxy", proxy), link->open_count());
    }
    add_deliveries(page, links, "stormdrain_link_toxic_connections_total",
                   "Connections that a toxic struck.", &toxic_deliveries::connections_count);
    add_deliveries(page, links, "stormdrain_link_toxic_strikes_total", "Times that a toxic struck.",
                   &toxic_deliveries::strikes_count);
    return std::move(page).text();
}

}  // namespace stormdrain
