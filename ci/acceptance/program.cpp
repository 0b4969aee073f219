#include "ci/acceptance/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace stormdrain::acceptance {
namespace {

void must(int error, const std::string& what) {
    if (error != 0) {
        throw std::system_error(error, std::generic_category(), what);
    }
}

pid_t spawn(const std::vector<std::string>& argv, const std::string& output_path) {
    std::vector<char*> words;
    for (const std::string& word : argv) {
        words.push_back(const_cast<char*>(word.c_str()));  // posix_spawn does not write to them
    }
    words.push_back(nullptr);
    posix_spawn_file_actions_t files;
    must(::posix_spawn_file_actions_init(&files), "posix_spawn");
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output_path.c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, words[0], &files, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    must(error, "cannot start " + argv[0]);
    return pid;
}

std::chrono::microseconds length_of(const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

// Whole milliseconds, rounded up, so that a wait never spins at its end.
int poll_time(clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3600 * 1000));
}

}  // namespace

std::string to_text(const ending& how) {
    const std::string late = how.overdue ? " at its deadline" : "";
    return how.exit_code ? "exit code " + std::to_string(*how.exit_code)
                         : "killed by signal " + std::to_string(how.signal) + late;
}

program::program(const std::vector<std::string>& argv, const std::string& output_path)
    : pid_(spawn(argv, output_path)),
      // No wrapper in glibc 2.36 without a header that clashes with <sys/wait.h>.
      pid_descriptor_(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))) {
    if (pid_descriptor_ < 0) {
        const int error = errno;
        kill();
        must(error, "pidfd_open");
    }
}

program::~program() {
    kill();
    if (pid_descriptor_ >= 0) {
        ::close(pid_descriptor_);
    }
}

std::optional<ending> program::wait(clock::time_point deadline) {
    if (ended_) {
        return ended_;
    }
    pollfd exits{pid_descriptor_, POLLIN, 0};
    int count = 0;
    do {
        count = ::poll(&exits, 1, poll_time(deadline));
    } while (count < 0 && errno == EINTR);
    return count > 0 ? std::optional(reap()) : std::nullopt;
}

ending program::kill() {
    if (!ended_) {
        ::kill(pid_, SIGKILL);  // not reaped yet, so the number is still its own
        reap();
    }
    return *ended_;
}

void program::signal(int number) {
    if (!ended_) {
        ::kill(pid_, number);  // not reaped yet, so the number is still its own
    }
}

ending program::reap() {
    int status = 0;
    rusage used{};
    while (::wait4(pid_, &status, 0, &used) < 0) {
        if (errno != EINTR) {
            must(errno, "wait4");
        }
    }
    ending how;
    how.cpu_time = length_of(used.ru_utime) + length_of(used.ru_stime);
    if (WIFEXITED(status)) {
        how.exit_code = WEXITSTATUS(status);
    } else {
        how.signal = WTERMSIG(status);
    }
    ended_ = how;
    return how;
}

finished run_program(const std::vector<std::string>& argv, const std::string& output_path,
                     clock::duration limit) {
    program started(argv, output_path);
    std::optional<ending> how = started.wait(clock::now() + limit);
    if (!how) {
        how = started.kill();
        how->overdue = true;
    }
    return {*how, read_file(output_path, finished::output_bytes_max)};
}

std::string read_file(const std::string& path, std::size_t bytes_max) {
    std::ifstream stream(path, std::ios::binary);
    std::error_code absent;
    const std::uintmax_t size = std::filesystem::file_size(path, absent);
    if (!stream || absent) {
        return "";
    }
    std::string text(std::min<std::uintmax_t>(size, bytes_max), '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream stream(path, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) {
        throw std::runtime_error("cannot write " + path);
    }
}

scratch_folder::scratch_folder()
    : path_((std::filesystem::temp_directory_path() / "stormdrain-ci-XXXXXX").string()) {
    must(::mkdtemp(path_.data()) == nullptr ? errno : 0, "mkdtemp");
}

scratch_folder::~scratch_folder() {
    std::error_code left_behind;  // nothing a test could do about it
    std::filesystem::remove_all(path_, left_behind);
}

}  // namespace stormdrain::acceptance
