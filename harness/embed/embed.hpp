#pragma once
// stormdrain in a C++ project's own tests: a server that is a pair of functions, start and stop, is
// judged by the installed program, and what it found are values. Nothing but the standard library
// and POSIX is needed; judge and judged are processes of their own, as always.
//
//   int main(int argc, char** argv) {
//       if (const auto status = stormdrain::embed::serve_if_asked(argc, argv, start, stop)) {
//           return *status;  // this is the server, started by the judge
//       }
//       ...
//   }
//   TEST(MyServer, StopsAsItPromises) {
//       const auto verdict = stormdrain::embed::judge({.suites = {"smoke"}});
//       for (const std::string& broken : verdict.broken) { ADD_FAILURE() << broken; }
//       EXPECT_EQ(verdict.status, 0) << verdict.output;
//   }

#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace stormdrain::embed {

struct trial {
    std::vector<std::string> suites{"smoke"};  // names or files
    std::vector<std::string> options{};        // further ones of `stormdrain run`
    // The contract, as in a target file (servers/README.md): what "routes", "promises" and "stop"
    // have between their braces. The stop that is promised is SIGTERM.
    std::string routes = R"("small": "/")";
    std::string promises{};
    std::string stop = R"("exit_within": "5s", "exit_status": [0])";
    std::string out_folder = "stormdrain-results";
    // Empty: STORMDRAIN_PROGRAM of the build, else as PATH finds it.
    std::string program{};
};

struct verdict {
    // That of `stormdrain run`: 0 every promise kept, 1 one broken, 2 bad input, 3 could not judge,
    // 4 nothing selected; 128 + number where a signal ended it.
    int status = 0;
    std::vector<std::string> broken;  // each with a sample and the command that replays it
    std::string output;               // all that was said
};

using start_function = std::function<void(std::uint16_t port)>;  // on 127.0.0.1
using stop_function = std::function<void()>;                     // returns once it has stopped

namespace details {

constexpr std::string_view serve_argument = "--stormdrain-serve";

inline std::system_error failure(int error, const char* what) {
    return {error, std::generic_category(), what};
}

inline std::string own_program() {
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

inline std::string in_json(std::string_view text) {
    std::string quoted = "\"";
    for (const char character : text) {
        quoted += character == '"' || character == '\\' ? "\\" : "";
        quoted += character;
    }
    return quoted + "\"";
}

// This very executable, started again as the server.
inline std::string write_target(const trial& asked) {
    const std::filesystem::path folder = std::filesystem::absolute(asked.out_folder);
    std::filesystem::create_directories(folder);
    const std::string file = (folder / "embedded.target.json").string();
    const std::string program = own_program();
    std::ofstream out(file);
    out << R"({
    "stormdrain": 1,
    "name": "embedded",
    "launch": {"argv": [)"
        << in_json(program) << ", " << in_json(serve_argument) << R"(, "${port.http}"]},
    "ports": {"http": {"speaks": "http"}},
    "routes": {)"
        << asked.routes << R"(},
    "promises": {)"
        << asked.promises << R"(},
    "stop": {"graceful": {"signal": "SIGTERM", )"
        << asked.stop << "}}\n}\n";
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + file);
    }
    return file;
}

inline std::string program_of(const trial& asked) {
#ifdef STORMDRAIN_PROGRAM
    return asked.program.empty() ? STORMDRAIN_PROGRAM : asked.program;
#else
    return asked.program.empty() ? "stormdrain" : asked.program;
#endif
}

// Reads to the end of what the child writes.
inline std::string read_all(int descriptor) {
    std::string text;
    std::array<char, 4096> piece{};
    while (true) {
        const ssize_t size = ::read(descriptor, piece.data(), piece.size());
        if (size > 0) {
            text.append(piece.data(), static_cast<std::size_t>(size));
        } else if (size == 0) {
            return text;
        } else if (errno != EINTR) {
            throw failure(errno, "read");
        }
    }
}

inline int status_of(pid_t child) {
    int native = 0;
    while (::waitpid(child, &native, 0) < 0) {
        if (errno != EINTR) {
            throw failure(errno, "waitpid");
        }
    }
    constexpr int signal_base = 128;
    return WIFEXITED(native) ? WEXITSTATUS(native) : signal_base + WTERMSIG(native);
}

inline verdict run(std::vector<std::string> words) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        throw failure(errno, "pipe");
    }
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    ::posix_spawn_file_actions_addclose(&actions, ends[0]);
    ::posix_spawn_file_actions_addclose(&actions, ends[1]);
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    pid_t child = -1;
    const int error = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) {
        ::close(ends[0]);
        throw failure(error, argv[0]);
    }
    verdict found;
    found.output = read_all(ends[0]);
    ::close(ends[0]);
    found.status = status_of(child);
    return found;
}

// Of what was said at the end: "RED ..." and the indented lines below it, the first of which is a
// sample. What is said of each cycle as it happens has none.
inline std::vector<std::string> broken_in(const std::string& output) {
    std::vector<std::string> broken;
    std::istringstream lines(output);
    bool is_inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("RED ")) {
            broken.emplace_back();
            is_inside = true;
        } else {
            is_inside = is_inside && line.starts_with("      ");
        }
        if (is_inside) {
            broken.back() += line + "\n";
        }
    }
    std::erase_if(broken, [](const std::string& block) {
        return block.find("\n      cycle ") == std::string::npos;
    });
    return broken;
}

}  // namespace details

// Where the judge started this program as its server: starts, waits for SIGTERM, stops, and returns
// the exit status for main(). Call it first of all in main(), before there is any other thread.
inline std::optional<int> serve_if_asked(int argc, char** argv, const start_function& start,
                                         const stop_function& stop) {
    if (argc != 3 || std::string_view(argv[1]) != details::serve_argument) {
        return {};
    }
    // Blocked before the server's threads begin, which inherit that: it comes to us alone.
    sigset_t asked;
    ::sigemptyset(&asked);
    ::sigaddset(&asked, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &asked, nullptr);
    start(static_cast<std::uint16_t>(std::stoul(argv[2])));
    int number = 0;
    ::sigwait(&asked, &number);
    stop();
    return EXIT_SUCCESS;
}

// Runs the suites on this program. Throws std::system_error where stormdrain cannot be started.
inline verdict judge(const trial& asked) {
    std::vector<std::string> words{details::program_of(asked), "run"};
    words.insert(words.end(), asked.suites.begin(), asked.suites.end());
    words.insert(words.end(), {"--target", details::write_target(asked), "--out", asked.out_folder,
                               "--progress", "none", "--color", "never"});
    words.insert(words.end(), asked.options.begin(), asked.options.end());
    verdict found = details::run(std::move(words));
    found.broken = details::broken_in(found.output);
    return found;
}

}  // namespace stormdrain::embed
