#include "harness/init/server_sighting.hpp"

#include "harness/report/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::size_t tail_lines_max = 12;
constexpr std::size_t tail_bytes_max = 2000;

// How well-known servers are kept in the foreground; the names as the kernel has them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> foreground_options{{
    {"nginx", "-g 'daemon off;'"},
    {"redis-server", "--daemonize no"},
    {"haproxy", "-db (or -W without -D)"},
    {"lighttpd", "-D"},
    {"apache2", "-DFOREGROUND"},
    {"httpd", "-DFOREGROUND"},
    {"memcached", "no -d"},
    {"mosquitto", "no -d"},
    {"gunicorn", "no --daemon"},
    {"varnishd", "-F"},
    {"h2o", "-m worker (no -m daemon)"},
    {"squid", "--foreground"},
    {"named", "-f"},
    {"caddy", "caddy run (not start)"},
}};

std::string list_of(const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words) {
        list += (list.empty() ? "" : ", ") + word;
    }
    return list;
}

std::string quoted_tail(const std::string& output) {
    std::string text = printable(output);
    while (text.ends_with('\n')) {
        text.pop_back();
    }
    if (text.empty()) {
        return "\n  it printed nothing";
    }
    if (text.size() > tail_bytes_max) {
        text.erase(0, text.size() - tail_bytes_max);
    }
    std::vector<std::string> lines;
    std::istringstream reading(text);
    for (std::string line; std::getline(reading, line);) {
        lines.push_back(line);
    }
    std::string tail = "\n  its last output:";
    const std::size_t first = lines.size() - std::min(lines.size(), tail_lines_max);
    for (std::size_t index = first; index < lines.size(); ++index) {
        tail += "\n    " + lines[index];
    }
    return tail;
}

std::string foreground_advice(const server_sighting& seen) {
    for (const auto& [name, option] : foreground_options) {
        const bool is_it =
            std::ranges::any_of(seen.survivors, [name = name](const std::string& survivor) {
                return survivor.starts_with(std::string(name) + " ");
            });
        if (is_it) {
            return std::string(name) + ": " + std::string(option);
        }
    }
    return "look for an option such as --foreground, --no-daemon, -F, -D or -f";
}

std::string foreign_advice(std::uint16_t port) {
    return "port " + std::to_string(port) +
           " is listened on by a process that is not below the command\n"
           "  a container, a service or a background process answers there: stormdrain cannot see "
           "into it, stop it\n"
           "  or count what it holds. Start the server itself: servers/README.md, \"Containers\"";
}

std::string unmet(const server_sighting& seen, const std::map<std::string, std::uint16_t>& asked) {
    std::vector<std::string> wanted;
    for (const auto& [name, number] : asked) {
        if (std::ranges::find(seen.listeners, number, &seen_listener::port) ==
            seen.listeners.end()) {
            wanted.push_back(std::to_string(number));
        }
    }
    std::vector<std::string> found;
    for (const seen_listener& one : seen.listeners) {
        found.push_back(std::to_string(one.port));
    }
    return "it does not listen on the port that the placeholder gave it (" + list_of(wanted) +
           "), but on " + list_of(found) +
           "\n  does it take its port there? Without any placeholder its own port is used; a port "
           "in a variable is --env PORT={port},\n  in a configuration ${port.http} and --file";
}

}  // namespace

std::vector<seen_listener> listeners_in(const census& taken) {
    std::map<std::uint16_t, seen_listener> by_port;
    for (const process_facts& process : taken.processes) {
        for (const descriptor& held : process.descriptors) {
            if (!held.tcp || held.tcp->state != tcp_state::listen) {
                continue;
            }
            seen_listener& one = by_port[held.tcp->local.port];
            if (one.port == 0) {
                one.port = held.tcp->local.port;
                one.pid = process.pid;
                one.command = process.command;
            }
            const std::string& address = held.tcp->local.address;
            if (std::ranges::find(one.addresses, address) == one.addresses.end()) {
                one.addresses.push_back(address);
            }
        }
    }
    std::vector<seen_listener> listeners;
    for (auto& [port, one] : by_port) {
        listeners.push_back(std::move(one));
    }
    return listeners;
}

std::vector<std::string> dialled_addresses(const seen_listener& listener) {
    const std::string ipv4 = "127.0.0.1";
    std::vector<std::string> dialled;
    const auto add = [&dialled](const std::string& address) {
        if (std::ranges::find(dialled, address) == dialled.end()) {
            dialled.push_back(address);
        }
    };
    const auto listens_on = [&listener](std::string_view address) {
        return std::ranges::find(listener.addresses, address) != listener.addresses.end();
    };
    // A socket on :: takes IPv4, too, unless it was told not to (IPV6_V6ONLY in ipv6(7)).
    if (listens_on(ipv4) || listens_on("0.0.0.0") || listens_on("::")) {
        add(ipv4);
    }
    for (const std::string& address : listener.addresses) {
        add(address == "0.0.0.0" ? ipv4 : address == "::" ? "::1" : address);
    }
    return dialled;
}

std::vector<std::string> unix_listeners_in(const census& taken, const std::string& table) {
    constexpr unsigned long listens = 0x10000;  // __SO_ACCEPTCON of linux/net.h
    const std::set<std::uint64_t> inodes = inodes_of(taken);
    std::vector<std::string> paths;
    std::istringstream lines(table);
    std::string line;
    std::getline(lines, line);  // the heading
    while (std::getline(lines, line)) {
        // "0000: 00000002 00000000 00010000 0001 01 12345 /run/x.sock"
        std::istringstream fields(line);
        std::string number;
        std::string references;
        std::string protocol;
        std::string type;
        std::string state;
        std::string path;
        unsigned long flags = 0;
        std::uint64_t inode = 0;
        fields >> number >> references >> protocol >> std::hex >> flags >> type >> state >>
            std::dec >> inode >> path;
        if ((flags & listens) != 0 && inodes.contains(inode)) {
            paths.push_back(path.empty() ? "(without a name)" : path);
        }
    }
    return paths;
}

bool listens_on_all(std::span<const seen_listener> listeners,
                    const std::map<std::string, std::uint16_t>& asked) {
    return !listeners.empty() && std::ranges::all_of(asked, [&](const auto& port) {
        return std::ranges::find(listeners, port.second, &seen_listener::port) != listeners.end();
    });
}

std::string why_unusable(const server_sighting& seen,
                         const std::map<std::string, std::uint16_t>& asked) {
    if (!seen.launch_failure.empty()) {
        return "cannot be started: " + seen.launch_failure;
    }
    if (seen.exit && !seen.survivors.empty()) {
        const std::string where =
            seen.listeners.empty()
                ? ""
                : ", listening on port " + std::to_string(seen.listeners.front().port);
        return "it leaves the foreground: the started process ended (" + to_text(*seen.exit) +
               ") after " + to_text(seen.until_exit) + ", and left " + list_of(seen.survivors) +
               where +
               "\n  stormdrain must see the server's own exit: keep it in the foreground (" +
               foreground_advice(seen) + ")";
    }
    if (seen.exit) {
        return "it ended by itself after " + to_text(seen.until_exit) + " (" + to_text(*seen.exit) +
               ")" + quoted_tail(seen.output_tail);
    }
    if (listens_on_all(seen.listeners, asked)) {
        return "";
    }
    if (!seen.foreign.empty()) {
        return foreign_advice(seen.foreign.front());
    }
    if (!seen.listeners.empty()) {
        return unmet(seen, asked);
    }
    if (!seen.unix_sockets.empty()) {
        return "it listens only on a unix socket: " + list_of(seen.unix_sockets) +
               "\n  stormdrain speaks TCP: tell the server to listen on 127.0.0.1:{port}";
    }
    return std::string("it does not listen on any TCP port") +
           (seen.hidden_descriptors ? " that can be seen (a process of it runs as another user)"
                                    : "") +
           quoted_tail(seen.output_tail);
}

}  // namespace stormdrain
