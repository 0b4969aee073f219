#include "harness/process/census/process_tree.hpp"

#include "harness/process/owned_descriptor.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace stormdrain {
namespace {

// A server with more processes than this is beyond what the harness can judge, or a fork bomb.
constexpr std::size_t descendants_max = 65'536;

struct directory_closer {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using directory = std::unique_ptr<DIR, directory_closer>;

std::optional<std::string> read_whole(const std::string& path) {
    const owned_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        return std::nullopt;
    }
    std::string text;
    std::array<char, 4096> buffer;
    for (;;) {
        const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
        if (count > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
        } else if (count == 0) {
            return text;
        } else if (errno != EINTR) {
            return std::nullopt;  // ESRCH: the process ended between open and read
        }
    }
}

std::vector<pid_t> numbered_entries(const std::string& path) {
    std::vector<pid_t> numbers;
    const directory opened(::opendir(path.c_str()));
    while (const dirent* entry = opened ? ::readdir(opened.get()) : nullptr) {
        const std::string_view name = entry->d_name;
        pid_t number = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
        if (parsed.ec == std::errc() && parsed.ptr == name.data() + name.size()) {
            numbers.push_back(number);
        }
    }
    return numbers;
}

bool has_children_files() {
    const pid_t self = ::getpid();
    const std::string task = "/proc/" + std::to_string(self) + "/task/" + std::to_string(self);
    return ::access((task + "/children").c_str(), R_OK) == 0;
}

void append_children(std::vector<pid_t>& children, const std::string& task) {
    const auto text = read_whole(task + "/children");
    std::istringstream numbers(text.value_or(""));
    for (pid_t child = 0; numbers >> child;) {
        children.push_back(child);
    }
}

// Children of every thread: a child belongs to the thread that forked it.
std::vector<pid_t> children_by_files(pid_t parent, unsigned long threads_count) {
    std::vector<pid_t> children;
    const std::string tasks = "/proc/" + std::to_string(parent) + "/task/";
    if (threads_count == 1) {
        append_children(children, tasks + std::to_string(parent));
        return children;
    }
    for (const pid_t thread : numbered_entries(tasks)) {
        append_children(children, tasks + std::to_string(thread));
    }
    return children;
}

// For kernels without CONFIG_PROC_CHILDREN: one pass over all processes.
std::unordered_map<pid_t, std::vector<pid_t>> children_of_all() {
    std::unordered_map<pid_t, std::vector<pid_t>> children;
    for (const pid_t pid : numbered_entries("/proc")) {
        if (const auto stat = read_stat(pid)) {
            children[stat->parent].push_back(pid);
        }
    }
    return children;
}

// A first thread that left by pthread_exit(3) looks like a zombie while others still run.
bool is_live(const process_stat& stat) {
    return (stat.state != 'Z' && stat.state != 'X') || stat.threads_count > 1;
}

}  // namespace

std::vector<pid_t> descendants(pid_t ancestor) {
    static const bool by_files = has_children_files();
    const auto all = by_files ? std::unordered_map<pid_t, std::vector<pid_t>>() : children_of_all();
    std::vector<pid_t> found{ancestor};
    std::unordered_set<pid_t> known{ancestor};  // one may be listed twice while it is re-parented
    std::unordered_set<pid_t> dead;
    for (std::size_t next = 0; next < found.size() && found.size() < descendants_max; ++next) {
        const pid_t pid = found[next];
        const auto stat = read_stat(pid);
        if (!stat || !is_live(*stat)) {
            dead.insert(pid);
        }
        std::vector<pid_t> children;
        if (by_files && stat) {
            children = children_by_files(pid, stat->threads_count);
        } else if (const auto listed = all.find(pid); listed != all.end()) {
            children = listed->second;
        }
        for (const pid_t child : children) {
            if (known.insert(child).second) {
                found.push_back(child);
            }
        }
    }
    found.erase(found.begin());
    std::erase_if(found, [&dead](pid_t pid) { return dead.contains(pid); });
    return found;
}

bool has_sleeping_thread(pid_t process) {
    const std::string tasks = "/proc/" + std::to_string(process) + "/task";
    const std::vector<pid_t> threads = numbered_entries(tasks);
    return std::any_of(threads.begin(), threads.end(), [&](pid_t thread) {
        const auto text = read_whole(tasks + "/" + std::to_string(thread) + "/stat");
        const auto stat = text ? parse_stat(*text) : std::nullopt;
        return thread != process && stat && stat->state == 'S';
    });
}

std::optional<process_stat> parse_stat(const std::string& text) {
    const std::size_t open = text.find('(');
    // The command is the program's choice, so only the last parenthesis is surely the kernel's.
    const std::size_t close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open) {
        return std::nullopt;
    }
    process_stat stat;
    stat.command = text.substr(open + 1, close - open - 1);
    std::istringstream fields(text.substr(close + 1));
    std::string skipped;
    fields >> stat.state >> stat.parent;
    for (int field = 5; field <= 13; ++field) {
        fields >> skipped;
    }
    fields >> stat.user_ticks >> stat.system_ticks;
    for (int field = 16; field <= 19; ++field) {
        fields >> skipped;
    }
    fields >> stat.threads_count;
    for (int field = 21; field <= 23; ++field) {
        fields >> skipped;
    }
    fields >> stat.resident_pages;
    return fields ? std::optional(stat) : std::nullopt;
}

std::optional<process_stat> read_stat(pid_t pid) {
    const auto text = read_whole("/proc/" + std::to_string(pid) + "/stat");
    return text ? parse_stat(*text) : std::nullopt;
}

}  // namespace stormdrain
