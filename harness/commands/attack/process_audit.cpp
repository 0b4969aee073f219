#include "harness/commands/attack/process_audit.hpp"

#include "harness/commands/columns.hpp"
#include "harness/config/invocation.hpp"
#include "harness/process/census/census_reader.hpp"
#include "harness/process/census/process_tree.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <vector>

namespace stormdrain {
namespace {

// As the contracts of most targets have it, and a little more.
constexpr duration patience = std::chrono::seconds(3);
constexpr duration look_interval = std::chrono::milliseconds(100);
// They are much alike.
constexpr std::size_t named_max = 3;
constexpr std::size_t name_width = 14;

std::vector<const descriptor*> new_connections(const census& before, const census& after) {
    const std::set<std::uint64_t> known = inodes_of(before);
    std::vector<const descriptor*> found;
    for (const process_facts& process : after.processes) {
        for (const descriptor& held : process.descriptors) {
            if (held.kind == descriptor_kind::tcp_socket && !known.contains(held.inode)) {
                found.push_back(&held);
            }
        }
    }
    return found;
}

std::size_t descriptors_count(const census& taken) {
    std::size_t count = 0;
    for (const process_facts& process : taken.processes) {
        count += process.descriptors.size();
    }
    return count;
}

duration cpu_time(const census& taken) {
    duration sum{};
    for (const process_facts& process : taken.processes) {
        sum += process.cpu_time;
    }
    return sum;
}

std::string resident(const census& taken) {
    std::uint64_t bytes = 0;
    for (const process_facts& process : taken.processes) {
        bytes += process.resident_bytes;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f MiB",
                  static_cast<double>(bytes) / (1024.0 * 1024.0));
    return text.data();
}

bool is_readable(const census& taken) {
    return std::ranges::all_of(taken.processes, &process_facts::descriptors_readable);
}

void add(std::string& page, std::string_view name, const std::string& text) {
    add_wrapped(page, padded(name, name_width), text, name_width);
}

}  // namespace

process_audit::process_audit(pid_t pid) : pid_(pid), before_(look()) {
    if (before_.processes.empty()) {
        throw usage_error("--pid " + std::to_string(pid) + ": there is no such process");
    }
}

census process_audit::look() {
    std::vector<pid_t> pids = descendants(pid_);
    pids.insert(pids.begin(), pid_);
    return take_census(pids, sockets_, {});
}

audited process_audit::finish() {
    const time_point began = clock::now();
    boost::asio::io_context context;
    boost::asio::steady_timer timer(context);
    audited seen;
    seen.before = before_;
    seen.after = look();
    while (!new_connections(seen.before, seen.after).empty() && clock::now() - began < patience) {
        timer.expires_after(look_interval);
        timer.wait();
        seen.after = look();
    }
    seen.waited = clock::now() - began;
    return seen;
}

std::string audit_page(const audited& seen, std::uint64_t requests_count) {
    std::string page;
    if (seen.after.processes.empty()) {
        add(page, "process", "it is gone");
        return page;
    }
    const process_facts& first = seen.after.processes.front();
    std::string text = std::to_string(first.pid) + " (" + first.command + ")";
    if (seen.after.processes.size() > 1) {
        text += " and " + std::to_string(seen.after.processes.size() - 1) + " below it";
    }
    const duration used = cpu_time(seen.after) - cpu_time(seen.before);
    text += ": CPU " + to_text(used);
    if (requests_count > 0) {
        text += ", " + to_text(used / static_cast<std::int64_t>(requests_count)) + " a request";
    }
    text += "; resident " + resident(seen.before) + " before, " + resident(seen.after) + " after";
    add(page, "process", text);
    if (!is_readable(seen.before) || !is_readable(seen.after)) {
        add(page, "descriptors", "cannot be read by this user");
        return page;
    }
    add(page, "descriptors",
        std::to_string(descriptors_count(seen.before)) + " before, " +
            std::to_string(descriptors_count(seen.after)) + " after");
    const std::vector<const descriptor*> held = new_connections(seen.before, seen.after);
    for (std::size_t index = 0; index < std::min(held.size(), named_max); ++index) {
        add(page, index == 0 ? "still held" : "",
            to_text(*held[index]) + ", " + to_text(seen.waited) + " after the load");
    }
    if (held.size() > named_max) {
        add(page, "", "and " + std::to_string(held.size() - named_max) + " others");
    }
    return page;
}

}  // namespace stormdrain
