#include "servers/reference/options.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace reference {

namespace asio = boost::asio;

namespace {

using tcp = asio::ip::tcp;

struct unit {
    std::string_view name;
    std::uint64_t factor;
};

// "250ms", "64KiB": a number and one of the units.
std::uint64_t to_quantity(std::string_view option, std::string_view text,
                          const std::vector<unit>& units) {
    const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
    const auto name = text.substr(digits.size());
    for (const unit& one : units) {
        if (one.name == name && !digits.empty()) {
            constexpr std::uint64_t value_max = std::uint64_t{1} << 40;
            return to_number(option, digits, value_max / one.factor) * one.factor;
        }
    }
    std::string known;
    for (const unit& one : units) {
        known += ' ';
        known += one.name;
    }
    throw usage_error(std::string(option) + ": expected a number with one of the units" + known +
                      ", got \"" + std::string(text) + '"');
}

std::uint64_t to_size(std::string_view option, std::string_view text) {
    const std::vector<unit> units = {{"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}};
    return to_quantity(option, text, units);
}

struct server_row {
    std::string_view name;
    std::string_view value;  // empty: takes none
    std::string_view help;
    void (*set)(server_options&, std::string_view option, std::string_view text);
};

template <auto Member>
void set_duration(server_options& options, std::string_view option, std::string_view text) {
    options.*Member = to_duration(option, text);
}

template <auto Member>
void set_text(server_options& options, std::string_view, std::string_view text) {
    options.*Member = std::string(text);
}

template <request_kind Kind>
void set_wanted(server_options& options, std::string_view, std::string_view) {
    options.wanted = Kind;
}

using options_type = server_options;

constexpr std::array<server_row, 30> rows = {{
    {"--http", "ADDRESS:PORT",
     "serve HTTP/1.1 and HTTP/2 here, or at unix:PATH; port 0 takes a free one, which is logged",
     set_text<&options_type::http>},
    {"--https", "ADDRESS:PORT", "serve both over TLS here", set_text<&options_type::https>},
    {"--certificate", "FILE", "PEM certificate chain for --https",
     set_text<&options_type::certificate_path>},
    {"--key", "FILE", "PEM private key for --https", set_text<&options_type::key_path>},
    {"--control-socket", "PATH", "a unix socket that answers the metrics in one line",
     set_text<&options_type::control_socket_path>},
    {"--backlog", "N", "length of the accept queue (4096)",
     [](server_options& options, std::string_view option, std::string_view text) {
         options.backlog = static_cast<int>(to_number(option, text, 1'000'000));
     }},
    {"--defer-accept", "DURATION",
     "accept a connection once it has sent a byte, or after this (0s)",
     set_duration<&options_type::defer_accept>},
    {"--max-connections", "N", "more wait in the accept queue (100000)",
     [](server_options& options, std::string_view option, std::string_view text) {
         options.connections_max = to_number(option, text, 10'000'000);
     }},
    {"--max-header-bytes", "SIZE", "a longer request head is answered 431 (16KiB)",
     [](server_options& options, std::string_view option, std::string_view text) {
         options.head_bytes_max = to_size(option, text);
     }},
    {"--max-body-bytes", "SIZE", "a longer request body is answered 413 (64MiB)",
     [](server_options& options, std::string_view option, std::string_view text) {
         options.body_bytes_max = to_size(option, text);
     }},
    {"--max-streams", "N", "requests at a time on an HTTP/2 connection (100)",
     [](server_options& options, std::string_view option, std::string_view text) {
         options.streams_max = static_cast<std::uint32_t>(to_number(option, text, 1'000'000));
     }},
    {"--max-stream-resets", "N",
     "an HTTP/2 client that resets more within a second is closed (200)",
     [](server_options& options, std::string_view option, std::string_view text) {
         options.stream_resets_max = static_cast<std::uint32_t>(to_number(option, text, 1'000'000));
     }},
    {"--handshake-timeout", "DURATION", "for a whole TLS handshake (10s)",
     set_duration<&options_type::handshake_timeout>},
    {"--header-timeout", "DURATION", "for a whole request head, from accept or first byte (10s)",
     set_duration<&options_type::header_timeout>},
    {"--settings-timeout", "DURATION", "for HTTP/2's preface, and for its SETTINGS' answer (10s)",
     set_duration<&options_type::settings_timeout>},
    {"--body-timeout", "DURATION", "between two pieces of a request body (30s)",
     set_duration<&options_type::body_timeout>},
    {"--request-timeout", "DURATION", "for a whole request, from its first byte (60s)",
     set_duration<&options_type::request_timeout>},
    {"--keep-alive-timeout", "DURATION", "between two requests (15s)",
     set_duration<&options_type::keep_alive_timeout>},
    {"--write-timeout", "DURATION", "for a client to take any byte of a response (30s)",
     set_duration<&options_type::write_timeout>},
    {"--linger", "DURATION", "for the client to close first after Connection: close (2s)",
     set_duration<&options_type::linger>},
    {"--linger-at-stop", "DURATION", "the same, while the server stops (500ms)",
     set_duration<&options_type::linger_at_stop>},
    {"--drain-deadline", "DURATION", "a stop closes what is still open after this (5s)",
     set_duration<&options_type::drain_deadline>},
    {"--accept-backoff", "DURATION", "pause of accepting when descriptors run out (100ms)",
     set_duration<&options_type::accept_backoff>},
    {"--pool-size", "N", "keep up to so many descriptors, one more with each restart (0)",
     [](server_options& options, std::string_view option, std::string_view text) {
         options.pool_size = to_number(option, text, 1'000);
     }},
    {"--pool-flush-every", "N", "close them before every Nth life; 0: never (0)",
     [](server_options& options, std::string_view option, std::string_view text) {
         options.pool_flush_every = to_number(option, text, 1'000'000);
     }},
    {"--in-process-restarts", "", "SIGHUP and /shutdown restart the server inside the process",
     [](server_options& options, std::string_view, std::string_view) {
         options.serves = lifecycle::restarts;
     }},
    {"--stop-on-stdin", "", "the end of standard input, or the line \"quit\" there, is a SIGTERM",
     [](server_options& options, std::string_view, std::string_view) {
         options.standard_input = stdin_use::stops;
     }},
    {"--describe", "", "print this build's defect record as JSON",
     set_wanted<request_kind::describe>},
    {"--help", "", "print this", set_wanted<request_kind::help>},
    {"--version", "", "print name and version", set_wanted<request_kind::version>},
}};

// The server's rows, bound to its options, and the program's.
std::vector<option_row> all_rows(server_options& options, const std::vector<option_row>& more) {
    std::vector<option_row> all;
    for (const server_row& row : rows) {
        auto set = [&row, &options](std::string_view option, std::string_view text) {
            row.set(options, option, text);
        };
        all.push_back({row.name, row.value, row.help, std::move(set)});
    }
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

const option_row& row_of(const std::vector<option_row>& all, std::string_view name) {
    for (const option_row& row : all) {
        if (row.name == name) {
            return row;
        }
    }
    throw usage_error("unknown option \"" + std::string(name) + "\"; see --help");
}

}  // namespace

std::uint64_t to_number(std::string_view option, std::string_view text, std::uint64_t value_max) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
        value > value_max) {
        throw usage_error(std::string(option) + ": expected a number from 0 to " +
                          std::to_string(value_max) + ", got \"" + std::string(text) + '"');
    }
    return value;
}

std::chrono::milliseconds to_duration(std::string_view option, std::string_view text) {
    const std::vector<unit> units = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"min", 60'000}};
    return std::chrono::milliseconds(to_quantity(option, text, units));
}

tcp::endpoint to_endpoint(std::string_view option, std::string_view text) {
    const auto colon = text.rfind(':');
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    boost::system::error_code error;
    const auto address = asio::ip::make_address(std::string(host), error);
    std::uint16_t port = 0;
    const std::string_view digits =
        colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error || digits.empty() || wrong != std::errc{} || end != digits.data() + digits.size()) {
        throw usage_error(std::string(option) + ": expected ADDRESS:PORT, got \"" +
                          std::string(text) + '"');
    }
    return {address, port};
}

stream_endpoint to_listening_endpoint(std::string_view option, std::string_view text) {
    constexpr std::string_view before_path = "unix:";
    if (!text.starts_with(before_path)) {
        return to_endpoint(option, text);
    }
    try {
        return asio::local::stream_protocol::endpoint(std::string(text.substr(before_path.size())));
    } catch (const boost::system::system_error& error) {
        throw usage_error(std::string(option) + ": " + error.code().message() + ": \"" +
                          std::string(text) + '"');
    }
}

server_options parse_options(const std::vector<std::string_view>& arguments,
                             const std::vector<option_row>& more) {
    server_options options;
    const std::vector<option_row> all = all_rows(options, more);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto equals = arguments[i].find('=');
        const option_row& row = row_of(all, arguments[i].substr(0, equals));
        const bool has_value = equals != std::string_view::npos;
        if (row.value.empty()) {
            if (has_value) {
                throw usage_error(std::string(row.name) + ": takes no value");
            }
            row.set(row.name, {});
        } else if (has_value) {
            row.set(row.name, arguments[i].substr(equals + 1));
        } else if (i + 1 < arguments.size()) {
            row.set(row.name, arguments[++i]);
        } else {
            throw usage_error(std::string(row.name) + ": expected " + std::string(row.value));
        }
    }
    return options;
}

std::string help_text(std::string_view program, const std::vector<option_row>& more) {
    std::string text = "usage: " + std::string(program) +
                       " [options]\n\n"
                       "Listening sockets can also be inherited (LISTEN_FDS, sd_listen_fds(3)): "
                       "the first serves\nHTTP and the second HTTPS, unless LISTEN_FDNAMES says "
                       "otherwise.\nSIGTERM and SIGINT stop gracefully; a second one, or SIGQUIT, "
                       "stops at once.\n\n";
    server_options unused;
    for (const option_row& row : all_rows(unused, more)) {
        constexpr std::size_t column = 34;
        std::string line = "  " + std::string(row.name);
        if (!row.value.empty()) {
            line += ' ';
            line += row.value;
        }
        line.resize(std::max(column, line.size() + 1), ' ');
        text += line + std::string(row.help) + '\n';
    }
    return text;
}

}  // namespace reference
