#pragma once
// Runs of stormdrain for the benchmark: its suite, its targets, and the times out of the results.

#include "ci/acceptance/program.hpp"
#include "ci/benchmarks/cycle_times.hpp"

#include <string>
#include <vector>

namespace stormdrain::benchmarks {

// The text of a target file that lay in `folder`, with another "exit_watch" and fit to lie
// anywhere.
std::string with_exit_watch(const std::string& target, const std::string& folder,
                            const std::string& exit_watch);

// One of the suite's scenarios on a target, so many cycles.
struct work {
    std::string scenario;
    std::string target_file;
    unsigned cycles_count = 1;
};

struct idle_server_options {
    unsigned descriptors_count = 0;
    unsigned sleeping_threads_count = 0;
    std::string at_stop = "exits";  // or "stays"
    std::string exit_watch = "automatic";
};

class workbench {
public:
    // `bin_folder`: where the built programs are.
    explicit workbench(std::string bin_folder);

    std::string program(const std::string& name) const { return bin_folder_ + "/" + name; }
    // All return the path of a target file. The first is a copy of one that is there already.
    std::string copied_target(const std::string& path, const std::string& exit_watch);
    std::string idle_target(const idle_server_options& options);

    // Throws std::runtime_error, with what stormdrain said, when not all cycles were run.
    std::vector<cycle_times> run(const work& what);

    // From the call to the exec, without stormdrain: posix_spawn(3) returns when it has happened.
    double spawn_ms(const std::vector<std::string>& argv);

private:
    std::string written(const std::string& text);

    std::string bin_folder_;
    acceptance::scratch_folder folder_;
    unsigned files_count_ = 0;
};

}  // namespace stormdrain::benchmarks
