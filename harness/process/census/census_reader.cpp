#include "harness/process/census/census_reader.hpp"

#include "harness/process/census/process_tree.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace stormdrain {
namespace {

using tcp_by_inode = std::unordered_map<std::uint64_t, tcp_socket_facts>;

struct directory_closer {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

std::string descriptor_folder(pid_t pid) {
    return "/proc/" + std::to_string(pid) + "/fd";
}

// Empty when the descriptor is gone.
std::string read_target(const std::string& path) {
    std::array<char, 4096> target;
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    return length < 0 ? "" : std::string(target.data(), static_cast<std::size_t>(length));
}

// 1234 of "socket:[1234]".
std::uint64_t bracketed_number(std::string_view target) {
    const std::size_t open = target.find(":[");
    std::uint64_t number = 0;
    if (open != std::string_view::npos) {
        std::from_chars(target.data() + open + 2, target.data() + target.size(), number);
    }
    return number;
}

struct kind_by_prefix {
    std::string_view prefix;
    descriptor_kind kind;
};

// As the kernel's anon_inode_getfd() callers, pipefs and pidfs name them.
constexpr kind_by_prefix unnamed_kinds[] = {
    {"anon_inode:[eventpoll]", descriptor_kind::epoll},
    {"anon_inode:[eventfd]", descriptor_kind::eventfd},
    {"anon_inode:[timerfd]", descriptor_kind::timerfd},
    {"anon_inode:[signalfd]", descriptor_kind::signalfd},
    {"anon_inode:inotify", descriptor_kind::inotify},
    {"anon_inode:[pidfd]", descriptor_kind::pidfd},
    {"pidfd:[", descriptor_kind::pidfd},
    {"anon_inode:[io_uring]", descriptor_kind::io_uring},
    {"pipe:[", descriptor_kind::pipe},
    {"socket:[", descriptor_kind::other_socket},
    {"/memfd:", descriptor_kind::other},
};

descriptor_kind kind_of_file(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) {
        return descriptor_kind::other;
    }
    if (S_ISDIR(facts.st_mode)) {
        return descriptor_kind::directory;
    }
    if (S_ISCHR(facts.st_mode) || S_ISBLK(facts.st_mode)) {
        return descriptor_kind::device;
    }
    if (S_ISFIFO(facts.st_mode)) {
        return descriptor_kind::pipe;
    }
    // Not by the text " (deleted)" of the link: a file may be called so.
    return facts.st_nlink == 0 ? descriptor_kind::deleted_file : descriptor_kind::file;
}

descriptor_kind kind_of(const std::string& path, const std::string& target) {
    for (const kind_by_prefix& known : unnamed_kinds) {
        if (target.starts_with(known.prefix)) {
            return known.kind;
        }
    }
    return target.starts_with('/') ? kind_of_file(path) : descriptor_kind::other;
}

struct open_descriptors_of_process {
    std::vector<descriptor> descriptors;
    bool readable = true;
};

open_descriptors_of_process list_descriptors(pid_t pid) {
    open_descriptors_of_process list;
    const std::string folder = descriptor_folder(pid);
    const std::unique_ptr<DIR, directory_closer> opened(::opendir(folder.c_str()));
    if (!opened) {
        list.readable = errno != EACCES;
        return list;
    }
    while (const dirent* entry = ::readdir(opened.get())) {
        const std::string_view name = entry->d_name;
        descriptor held;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), held.number);
        // Our own listing is no descriptor of the process, even if the process is the harness.
        const bool is_listing = pid == ::getpid() && held.number == ::dirfd(opened.get());
        if (parsed.ec != std::errc() || is_listing) {
            continue;
        }
        const std::string path = folder + "/" + std::string(name);
        held.target = read_target(path);
        if (held.target.empty()) {
            continue;  // closed meanwhile
        }
        held.kind = kind_of(path, held.target);
        held.inode = bracketed_number(held.target);
        list.descriptors.push_back(std::move(held));
    }
    std::sort(
        list.descriptors.begin(), list.descriptors.end(),
        [](const descriptor& left, const descriptor& right) { return left.number < right.number; });
    return list;
}

// What family of socket it is, also when no table of the kernel lists it: the name of its struct
// proto, by the extended attribute that sockfs offers.
std::optional<std::string> protocol_of(const std::string& path) {
    std::array<char, 64> name{};
    const ssize_t length =
        ::getxattr(path.c_str(), "system.sockprotoname", name.data(), name.size() - 1);
    return length < 0 ? std::nullopt : std::optional<std::string>(name.data());
}

bool is_tcp(std::string_view protocol) {
    return protocol.starts_with("TCP") || protocol.starts_with("MPTCP");
}

// Also where the kernel does not say: then the table has to.
bool may_be_tcp(const std::string& path) {
    const std::optional<std::string> protocol = protocol_of(path);
    return !protocol || is_tcp(*protocol);
}

descriptor_kind kind_by_protocol(const std::string& path) {
    const std::string protocol = protocol_of(path).value_or("");
    if (is_tcp(protocol)) {
        return descriptor_kind::tcp_socket;
    }
    if (protocol.starts_with("UDP")) {
        return descriptor_kind::udp_socket;
    }
    return protocol.starts_with("UNIX") ? descriptor_kind::unix_socket
                                        : descriptor_kind::other_socket;
}

void resolve_sockets(process_facts& process, const tcp_by_inode& table) {
    const std::string folder = descriptor_folder(process.pid);
    std::erase_if(process.descriptors, [&](descriptor& held) {
        if (held.kind != descriptor_kind::other_socket) {
            return false;
        }
        if (const auto row = table.find(held.inode); row != table.end()) {
            const bool listens = row->second.state == tcp_state::listen;
            held.kind = listens ? descriptor_kind::tcp_listener : descriptor_kind::tcp_socket;
            held.tcp = row->second;
            return false;
        }
        const std::string path = folder + "/" + std::to_string(held.number);
        held.kind = kind_by_protocol(path);
        // Without a row it has no connection, unless it was closed between the two readings.
        return read_target(path) != held.target;
    });
}

void add_to(tcp_by_inode& table, std::vector<tcp_socket_facts> rows) {
    for (tcp_socket_facts& facts : rows) {
        if (facts.inode != 0) {  // not accepted yet, or closed: nobody's
            table.emplace(facts.inode, std::move(facts));
        }
    }
}

tcp_by_inode read_table(socket_table& sockets) {
    tcp_by_inode table;
    add_to(table, sockets.all());
    return table;
}

tcp_by_inode read_table(socket_table& sockets, std::span<const std::uint16_t> ports) {
    tcp_by_inode table;
    for (const std::uint16_t port : ports) {
        add_to(table, sockets.with_local_port(port));
    }
    return table;
}

// Whether it holds a TCP socket that the table does not list: only for such a whole table of the
// kernel is worth its price.
bool has_tcp_socket_beyond(const tcp_by_inode& table, const process_facts& process) {
    const std::string folder = descriptor_folder(process.pid) + "/";
    return std::ranges::any_of(process.descriptors, [&](const descriptor& held) {
        return held.kind == descriptor_kind::other_socket && !table.contains(held.inode) &&
               may_be_tcp(folder + std::to_string(held.number));
    });
}

duration cpu_time_of(pid_t pid, const process_stat& stat) {
    clockid_t cpu_clock = 0;
    timespec used{};
    // Exact, where the ticks of /proc come in hundredths of a second.
    if (::clock_getcpuclockid(pid, &cpu_clock) == 0 && ::clock_gettime(cpu_clock, &used) == 0) {
        return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
    }
    const auto ticks = static_cast<std::int64_t>(stat.user_ticks + stat.system_ticks);
    return std::chrono::nanoseconds(ticks * (1'000'000'000 / ::sysconf(_SC_CLK_TCK)));
}

process_facts to_facts(pid_t pid, const process_stat& stat) {
    process_facts facts;
    facts.pid = pid;
    facts.parent = stat.parent;
    facts.command = stat.command;
    facts.state = stat.state;
    facts.threads_count = static_cast<std::uint32_t>(stat.threads_count);
    facts.resident_bytes =
        stat.resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    facts.cpu_time = cpu_time_of(pid, stat);
    return facts;
}

// Of a process, or of one thread of it, with its descriptors; sockets are still to be resolved.
process_facts read_with_descriptors(pid_t pid) {
    open_descriptors_of_process list = list_descriptors(pid);
    process_facts facts = read_process(pid);
    facts.program = read_target("/proc/" + std::to_string(pid) + "/exe");
    facts.descriptors = std::move(list.descriptors);
    facts.descriptors_readable = list.readable;
    return facts;
}

}  // namespace

census take_census(std::span<const pid_t> pids, socket_table& sockets, since_start now) {
    census taken;
    taken.taken_at = now;
    bool any_tcp_socket = false;
    for (const pid_t pid : pids) {
        process_facts process = read_with_descriptors(pid);
        if (process.state == 'X') {
            continue;
        }
        any_tcp_socket = any_tcp_socket || has_tcp_socket_beyond({}, process);
        taken.processes.push_back(std::move(process));
    }
    // The table comes after all lists: a socket that is listed and not in it is not a race.
    const tcp_by_inode table = any_tcp_socket ? read_table(sockets) : tcp_by_inode();
    for (process_facts& process : taken.processes) {
        resolve_sockets(process, table);
    }
    return taken;
}

process_facts read_process(pid_t pid) {
    if (const auto stat = read_stat(pid)) {
        return to_facts(pid, *stat);
    }
    process_facts gone;
    gone.pid = pid;
    gone.state = 'X';
    return gone;
}

process_facts read_process_end(pid_t process, pid_t thread, socket_table* sockets,
                               std::span<const std::uint16_t> ports) {
    process_facts facts = read_with_descriptors(thread);
    tcp_by_inode table;
    if (sockets != nullptr && has_tcp_socket_beyond(table, facts)) {
        table = read_table(*sockets, ports);
        if (ports.empty() || has_tcp_socket_beyond(table, facts)) {
            table = read_table(*sockets);
        }
    }
    resolve_sockets(facts, table);
    facts.pid = process;
    return facts;
}

pid_t process_of_thread(pid_t thread) {
    std::ifstream lines("/proc/" + std::to_string(thread) + "/status");
    const std::string key = "Tgid:";
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(key)) {
            return static_cast<pid_t>(std::atol(line.c_str() + key.size()));
        }
    }
    return thread;
}

ownership owner_of_socket(std::span<const pid_t> pids, std::uint64_t inode) {
    const std::string wanted = "socket:[" + std::to_string(inode) + "]";
    ownership found = ownership::none;
    for (const pid_t pid : pids) {
        const open_descriptors_of_process list = list_descriptors(pid);
        if (std::ranges::find(list.descriptors, wanted, &descriptor::target) !=
            list.descriptors.end()) {
            return ownership::one_of_them;
        }
        if (!list.readable) {
            found = ownership::hidden;
        }
    }
    return found;
}

}  // namespace stormdrain
