#pragma once
// Who carries a run out and what happens beside its cycles: the results folder is ours alone, the
// workers take cycles, and signals end the run with its reports written.

#include "harness/commands/running/worker.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <exception>
#include <iosfwd>
#include <string>
#include <thread>
#include <vector>

namespace stormdrain {

// Keeps two runs out of one results folder: they would overwrite each other's evidence.
class folder_lock {
public:
    // Makes the folder. Throws environment_error when another run uses it.
    explicit folder_lock(const std::string& folder);
    folder_lock(const folder_lock&) = delete;
    folder_lock& operator=(const folder_lock&) = delete;
    ~folder_lock();

private:
    int descriptor_ = -1;
};

// What happens beside the cycles: the progress line lives, and SIGINT, SIGTERM and SIGHUP end the
// run after the cycles under way, with all reports written. A second signal ends the harness at
// once; the keepers then end the servers.
class overseer {
public:
    overseer(shared_queue& work, cycle_sink& book, std::ostream& out);
    overseer(const overseer&) = delete;
    overseer& operator=(const overseer&) = delete;
    ~overseer();

    // Of the signal that ended the run; 0: none did.
    int number() const { return number_; }

private:
    void tick();

    cycle_sink& book_;
    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_;
    boost::asio::steady_timer ticker_;
    std::atomic<int> number_ = 0;
    std::thread thread_;
};

// Ends the program as whoever sent it the signal expects: 128 + number.
void end_by_signal(int number);

// Returns why a worker could not go on; the others then end after their cycle.
std::exception_ptr run_workers(const std::vector<worker_options>& options, shared_queue& work);

}  // namespace stormdrain
