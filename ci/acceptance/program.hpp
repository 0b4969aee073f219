#pragma once
// Programs as a user starts them, for tests of the finished product. They share no code with the
// harness that they judge.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::acceptance {

using clock = std::chrono::steady_clock;

struct ending {
    std::optional<int> exit_code;  // empty: a signal ended it
    int signal = 0;
    bool overdue = false;                  // it was killed at its deadline
    std::chrono::microseconds cpu_time{};  // its own, and of children that it has waited for
};

std::string to_text(const ending& how);

// A child process with an empty stdin, whose stdout and stderr go to a file.
class program {
public:
    // Throws std::system_error when it cannot be started.
    program(const std::vector<std::string>& argv, const std::string& output_path);
    program(const program&) = delete;
    program& operator=(const program&) = delete;
    // Kills and reaps it when it is still there.
    ~program();

    // Empty: it still runs at the deadline.
    std::optional<ending> wait(clock::time_point deadline);
    ending kill();
    void signal(int number);
    pid_t pid() const { return pid_; }

private:
    ending reap();

    pid_t pid_ = -1;
    int pid_descriptor_ = -1;
    std::optional<ending> ended_;
};

struct finished {
    ending how;
    std::string output;  // its first output_bytes_max bytes
    static constexpr std::size_t output_bytes_max = 1024 * 1024;
};

// Runs it to its end, or to its deadline.
finished run_program(const std::vector<std::string>& argv, const std::string& output_path,
                     clock::duration limit);

// The whole file, up to the bound; empty when there is none.
std::string read_file(const std::string& path, std::size_t bytes_max = 64 * 1024 * 1024);
void write_file(const std::string& path, const std::string& text);

// A folder that goes away with its owner.
class scratch_folder {
public:
    scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder();
    std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

}  // namespace stormdrain::acceptance
