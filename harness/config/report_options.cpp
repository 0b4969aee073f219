#include "harness/config/report_options.hpp"

namespace stormdrain {

std::string_view report_options::set_trace(invocation& to, std::string_view text) {
    to.trace = text == "1";
    return "";
}

std::string_view report_options::set_pcap(invocation& to, std::string_view text) {
    to.pcap = text == "1";
    return "";
}

std::string_view report_options::set_prometheus(invocation& to, std::string_view text) {
    to.prometheus_file = text;
    return text.empty() ? "a file" : "";
}

std::string_view report_options::set_annotations(invocation& to, std::string_view text) {
    to.annotations = engine_named(text);
    return to.annotations || text == "auto" ? ""
                                            : "one of auto, github, gitlab, buildkite, azure, none";
}

}  // namespace stormdrain
