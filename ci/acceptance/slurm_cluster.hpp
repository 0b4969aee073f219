#pragma once
// A Slurm of one machine: munged, slurmctld and four slurmd with a node each, on loopback, in a
// folder of their own, as whoever runs the test. They end with their owner.

#include "ci/acceptance/program.hpp"

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stormdrain::acceptance {

class slurm_cluster {
public:
    static constexpr int nodes_count = 4;

    // The folder must be there and be ours alone; its path short enough for a socket's.
    explicit slurm_cluster(const std::string& folder);
    slurm_cluster(const slurm_cluster&) = delete;
    slurm_cluster& operator=(const slurm_cluster&) = delete;
    ~slurm_cluster();

    // Why there is none; empty: its nodes are idle.
    const std::string& why_not() const { return why_not_; }

    // A command of Slurm's, run to its end.
    finished run(const std::vector<std::string>& words, clock::duration limit) const;
    // Another program that uses those commands: a recipe.
    finished run_beside(const std::vector<std::string>& argv, clock::duration limit) const;
    // Of an array: the stormdrain that runs for the task, told from others by a word of its command
    // line; 0: there is none.
    pid_t process_of_task(const std::string& task, const std::string& argument) const;
    // Of squeue, a line for each task of the job: "1_2 R None". Empty: the job is over.
    std::string queue(const std::string& job) const;
    // What the daemons had to say.
    std::string logs() const;

private:
    void write_configuration() const;
    void start();
    bool start_munged();
    bool wait_for_nodes() const;
    std::string file(const std::string& name) const { return folder_ + "/" + name; }

    std::string folder_;
    std::string why_not_;
    std::vector<std::unique_ptr<program>> daemons_;  // in the order of their start
};

// Looks again and again, without a sleep of its own: true once it holds, false at the deadline.
bool holds_by(clock::time_point deadline, const std::function<bool()>& condition);

}  // namespace stormdrain::acceptance
