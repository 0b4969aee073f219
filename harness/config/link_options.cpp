#include "harness/config/link_options.hpp"

namespace stormdrain {

std::string_view link_options::set_listen(invocation& to, std::string_view text) {
    to.link_listen = text;
    return text.empty() ? "an address such as 127.0.0.1:0" : "";
}

std::string_view link_options::set_upstream(invocation& to, std::string_view text) {
    to.link_upstream = text;
    return text.empty() ? "an address such as 127.0.0.1:5432" : "";
}

std::string_view link_options::set_toxic(invocation& to, std::string_view text) {
    to.link_toxics.emplace_back(text);
    return text.empty() ? "a toxic such as latency:latency=50ms,jitter=5ms" : "";
}

std::string_view link_options::set_api(invocation& to, std::string_view text) {
    to.link_api = text;
    return text.empty() ? "an address such as 127.0.0.1:8474" : "";
}

std::string_view link_options::set_config(invocation& to, std::string_view text) {
    to.link_config_file = text;
    return text.empty() ? "a file" : "";
}

std::string_view link_options::set_through(invocation& to, std::string_view text) {
    to.through_link = text == "1";
    return "";
}

}  // namespace stormdrain
