#include "servers/reference/proxy/origin_options.hpp"

namespace reference::proxy {
namespace {

void set_origin(origin_options& options, std::string_view option, std::string_view text) {
    const auto scheme_end = text.find("://");
    const std::string_view scheme =
        scheme_end == std::string_view::npos ? std::string_view{} : text.substr(0, scheme_end);
    if (scheme != "http" && scheme != "https") {
        throw usage_error(std::string(option) + ": expected http://ADDRESS:PORT or " +
                          "https://ADDRESS:PORT, got \"" + std::string(text) + '"');
    }
    options.speaks = scheme == "https" ? protocol::https : protocol::http;
    options.endpoint = to_endpoint(option, text.substr(scheme_end + 3));
}

void set_match(origin_options& options, std::string_view option, std::string_view text) {
    if (text == "host") {
        options.match = match_rule::host;
    } else if (text == "sni") {
        options.match = match_rule::sni;
    } else if (text == "both") {
        options.match = match_rule::both;
    } else {
        throw usage_error(std::string(option) + ": expected host, sni or both, got \"" +
                          std::string(text) + '"');
    }
}

option_row duration_row(std::string_view name, std::string_view help,
                        std::chrono::milliseconds& value) {
    return {name, "DURATION", help, [&value](std::string_view option, std::string_view text) {
                value = to_duration(option, text);
            }};
}

}  // namespace

std::vector<option_row> rows_of(origin_options& options) {
    using text_type = std::string_view;
    constexpr std::size_t pool_limit = 1'000'000;
    return {
        {"--origin", "SCHEME://ADDRESS:PORT", "who answers; https sends the request's host as SNI",
         [&](text_type option, text_type text) { set_origin(options, option, text); }},
        {"--origin-authority", "FILE", "PEM certificates that vouch for the https origin",
         [&](text_type, text_type text) { options.authority_path = std::string(text); }},
        {"--match", "host|sni|both", "what a connection is used again for (both)",
         [&](text_type option, text_type text) { set_match(options, option, text); }},
        duration_row("--connect-timeout", "for a connection to the origin, with TLS (5s)",
                     options.connect_timeout),
        duration_row("--origin-timeout", "for the origin to answer, or to go on with it (30s)",
                     options.answer_timeout),
        {"--pool-max", "N", "idle connections to the origin, at most (256)",
         [&](text_type option, text_type text) {
             options.pool_max = to_number(option, text, pool_limit);
         }},
        duration_row("--pool-idle-timeout", "for a connection to be used again (4s)",
                     options.pool_idle_timeout),
    };
}

}  // namespace reference::proxy
