#include "harness/commands/running/workforce.hpp"

#include "harness/base/environment_error.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <ostream>
#include <system_error>

namespace stormdrain {

folder_lock::folder_lock(const std::string& folder) {
    std::filesystem::create_directories(folder);
    descriptor_ = ::open((folder + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const std::string why = std::system_category().message(errno);
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        throw environment_error("cannot use " + folder + ", is another run using it? " + why);
    }
}
folder_lock::~folder_lock() {
    ::close(descriptor_);
}

overseer::overseer(shared_queue& work, cycle_sink& book, std::ostream& out)
    : book_(book), signals_(context_, SIGINT, SIGTERM), ticker_(context_) {
    if (std::signal(SIGHUP, SIG_DFL) == SIG_IGN) {
        std::signal(SIGHUP, SIG_IGN);  // nohup(1)
    } else {
        signals_.add(SIGHUP);
    }
    tick();
    signals_.async_wait([this, &work, &out](boost::system::error_code error, int number) {
        if (error) {
            return;  // the run is over
        }
        number_ = number;
        {
            const std::lock_guard lock(work.mutex);
            work.queue.stop();
        }
        book_.say_early_end(out, "ending after the cycles under way; once more ends at once");
        signals_.clear();  // the next one has its default effect
    });
    thread_ = std::thread([this] { context_.run(); });
}

overseer::~overseer() {
    context_.stop();
    thread_.join();
}

void overseer::tick() {
    ticker_.expires_after(std::chrono::seconds(1));
    ticker_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            book_.tick();
            tick();
        }
    });
}

void end_by_signal(int number) {
    std::signal(number, SIG_DFL);
    std::raise(number);
}

std::exception_ptr run_workers(const std::vector<worker_options>& options, shared_queue& work) {
    std::vector<std::exception_ptr> failures(options.size());
    std::vector<std::thread> threads;
    for (std::size_t number = 0; number < options.size(); ++number) {
        threads.emplace_back([&options, &failures, &work, number] {
            try {
                run_worker(options[number]);
            } catch (...) {
                failures[number] = std::current_exception();
                const std::lock_guard lock(work.mutex);
                work.queue.stop();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    const auto first = std::ranges::find_if(
        failures, [](const std::exception_ptr& failure) { return failure != nullptr; });
    return first == failures.end() ? nullptr : *first;
}

}  // namespace stormdrain
