#include "ci/acceptance/outside_views.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>

namespace stormdrain::acceptance {
namespace {

template <class Read>
void for_each_line(const std::string& text, Read read) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        read(line);
    }
}

std::optional<int> leading_number(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() ? std::optional(number) : std::nullopt;
}

// ss has names of its own for what the kernel calls ESTABLISHED, CLOSE_WAIT.
std::string state_of(std::string name) {
    std::ranges::replace(name, '-', '_');
    return name == "ESTAB" ? "ESTABLISHED" : name;
}

// One line of strace: `24938 accept4(8<TCP:[...]>, NULL, NULL, 0) = 9<TCP:[...]>`.
struct traced_call {
    int pid = 0;
    std::string name;
    std::string arguments;
    std::string result;
};

std::optional<traced_call> read_call(const std::string& line) {
    const std::size_t blank = line.find(' ');
    const std::size_t opening = line.find('(');
    const std::size_t equals = line.rfind(" = ");
    const std::optional<int> pid = leading_number(line);
    const std::size_t name = line.find_first_not_of(' ', blank);
    if (!pid || opening == std::string::npos || equals == std::string::npos || opening > equals ||
        name > opening) {
        return std::nullopt;  // a signal, an exit, a call that never returned
    }
    traced_call call;
    call.pid = *pid;
    call.name = line.substr(name, opening - name);
    call.arguments = line.substr(opening + 1, equals - opening - 1);
    call.result = line.substr(equals + 3);
    return call;
}

// Of "9<TCP:[127.0.0.1:80->127.0.0.1:40112]>" what is in the outermost brackets.
std::string described(std::string_view descriptor) {
    const std::size_t begin = descriptor.find('<');
    const std::size_t end = descriptor.rfind('>');
    return begin == std::string_view::npos || end == std::string_view::npos || end < begin
               ? ""
               : std::string(descriptor.substr(begin + 1, end - begin - 1));
}

bool opens_one(const traced_call& call) {
    constexpr std::array<std::string_view, 18> openers = {
        "open",          "openat",         "creat",     "socket",        "accept",
        "accept4",       "epoll_create",   "eventfd",   "epoll_create1", "eventfd2",
        "signalfd4",     "timerfd_create", "dup",       "dup2",          "dup3",
        "inotify_init1", "memfd_create",   "pidfd_open"};
    return std::ranges::find(openers, call.name) != openers.end() ||
           (call.name == "fcntl" && call.arguments.find("F_DUPFD") != std::string::npos);
}

bool opens_two(const traced_call& call) {
    return call.name == "pipe" || call.name == "pipe2" || call.name == "socketpair";
}

void follow(const traced_call& call, strace_account& account) {
    const std::optional<int> result = leading_number(call.result);
    if (call.name == "exit_group") {
        account.asked_to_exit = true;
        account.exit_code = leading_number(call.arguments).value_or(0);
    } else if (!result || *result < 0) {
        return;  // it failed, or went on without us
    } else if (opens_one(call)) {
        account.open_at_exit[*result] = described(call.result);
    } else if (opens_two(call)) {
        const std::size_t first = call.arguments.find('[') + 1;
        const std::size_t second = call.arguments.find(">, ", first) + 3;
        const std::string_view pair = call.arguments;
        for (const std::string_view one :
             {pair.substr(first, second - first - 2), pair.substr(second)}) {
            account.open_at_exit[leading_number(one).value_or(-1)] = described(one);
        }
    } else if (call.name == "close") {
        account.open_at_exit.erase(leading_number(call.arguments).value_or(-1));
    }
}

std::string without_template_arguments(std::string_view name) {
    std::string plain;
    int depth = 0;
    for (const char letter : name) {
        depth += letter == '<' ? 1 : 0;
        plain += depth == 0 ? std::string(1, letter) : "";
        depth -= letter == '>' && depth > 0 ? 1 : 0;
    }
    return plain;
}

// Of "reference::(anonymous namespace)::latch::all_ended(Frame*) (...)" the word "all_ended".
std::string own_name(std::string_view function) {
    std::string name = without_template_arguments(function);
    name = name.substr(0, name.find(" ("));
    constexpr std::string_view call_operator = "operator()";
    if (name.ends_with(call_operator)) {
        return std::string(call_operator);
    }
    constexpr std::string_view unnamed = "(anonymous namespace)::";
    for (std::size_t at = 0; (at = name.find(unnamed)) != std::string::npos;) {
        name.erase(at, unnamed.size());
    }
    name = name.substr(0, name.find('('));
    const std::size_t colons = name.rfind("::");
    return colons == std::string::npos ? name : name.substr(colons + 2);
}

// Where a function is: "path:line" behind the last " at ".
struct placed {
    std::string_view function;
    std::string_view path;
};

std::optional<placed> place_of(std::string_view frame) {
    constexpr std::string_view separator = " at ";
    const std::size_t at = frame.rfind(separator);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view place = frame.substr(at + separator.size());
    return placed{frame.substr(0, at), place.substr(0, place.rfind(':'))};
}

std::string key_of(const placed& frame) {
    const std::string_view file = frame.path.substr(frame.path.rfind('/') + 1);
    return own_name(frame.function) + " in " + std::string(file);
}

// "#1  0x000055d6b5c8671d in all_ended (...) at /server.cpp:36": what follows number and address.
std::string_view function_of(std::string_view line) {
    std::size_t begin = line.find_first_not_of(' ', line.find(' '));
    if (line.substr(std::min(begin, line.size())).starts_with("0x")) {
        begin = line.find(" in ", begin) + 4;
    }
    return begin < line.size() ? line.substr(begin) : "";
}

}  // namespace

std::vector<ss_socket> read_ss(const std::string& output) {
    std::vector<ss_socket> sockets;
    for_each_line(output, [&sockets](const std::string& line) {
        std::istringstream words(line);
        std::string state;
        std::size_t send_queue = 0;
        ss_socket read;
        if (words >> state >> read.receive_queue >> send_queue >> read.local >> read.peer) {
            read.state = state_of(state);
            read.has_owner = line.find("users:(") != std::string::npos;
            sockets.push_back(std::move(read));
        }
    });
    return sockets;
}

strace_account read_strace(const std::string& log, int pid) {
    strace_account account;
    account.open_at_exit = {{0, ""}, {1, ""}, {2, ""}};
    for_each_line(log, [&account, pid](const std::string& line) {
        const std::optional<traced_call> call = read_call(line);
        if (call && call->pid == pid && !account.asked_to_exit) {
            follow(*call, account);
        }
    });
    return account;
}

strace_errors count_errors(const std::string& log, std::string_view error) {
    strace_errors counted;
    const std::string wanted = "-1 " + std::string(error) + " ";
    for_each_line(log, [&](const std::string& line) {
        const std::optional<traced_call> call = read_call(line);
        if (call && call->result.starts_with(wanted)) {
            ++(call->result.ends_with("(INJECTED)") ? counted.injected_count
                                                    : counted.returned_count);
        }
    });
    return counted;
}

std::map<int, std::vector<frame_view>> read_gdb(const std::string& output) {
    std::map<int, std::vector<frame_view>> stacks;
    std::vector<frame_view>* current = nullptr;
    for_each_line(output, [&](const std::string& line) {
        constexpr std::string_view mark = "(LWP ";
        if (const std::size_t thread = line.find(mark);
            line.starts_with("Thread ") && thread != std::string::npos) {
            const std::string_view number = std::string_view(line).substr(thread + mark.size());
            current = &stacks[leading_number(number).value_or(0)];
        } else if (current != nullptr && line.starts_with('#')) {
            if (const std::optional<placed> frame = place_of(function_of(line))) {
                // Sources of the C library are relative to the folder it was built in.
                const bool is_own =
                    frame->path.starts_with('/') && !frame->path.starts_with("/usr/");
                current->push_back({key_of(*frame), !is_own});
            }
        }
    });
    return stacks;
}

std::string key_of_frame(const std::string& frame) {
    const std::optional<placed> found = place_of(frame);
    return found ? key_of(*found) : "";
}

}  // namespace stormdrain::acceptance
