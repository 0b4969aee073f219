#include "harness/base/environment_error.hpp"
#include "harness/commands/inputs.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/results_book.hpp"
#include "harness/commands/target_versions.hpp"
#include "harness/commands/version.hpp"
#include "harness/commands/worker.hpp"
#include "harness/process/open_files.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/file.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <exception>
#include <filesystem>
#include <ostream>
#include <thread>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

// Keeps two runs out of one results folder: they would overwrite each other's evidence.
class folder_lock {
public:
    explicit folder_lock(const std::string& folder) {
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
    folder_lock(const folder_lock&) = delete;
    folder_lock& operator=(const folder_lock&) = delete;
    ~folder_lock() { ::close(descriptor_); }

private:
    int descriptor_ = -1;
};

run_facts facts_of(const program& self, const plan& planned) {
    run_facts facts;
    facts.stormdrain_version = stormdrain_version;
    facts.command = self.command_line;
    facts.program = self.name;
    facts.run_seed = planned.run_seed;
    facts.plan_hash = planned.hash();
    utsname machine{};
    if (::uname(&machine) == 0) {
        facts.hostname = machine.nodename;
        facts.kernel = std::string(machine.sysname) + " " + machine.release;
    }
    facts.began = std::chrono::system_clock::now();
    return facts;
}

console_options screen_options(const invocation& asked) {
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    console_options options;
    options.heartbeat = asked.heartbeat;
    options.style = asked.progress == progress_style::none ? console_style::quiet
                    : asked.progress == progress_style::automatic && terminal
                        ? console_style::repaint
                        : console_style::lines;
    const bool wanted = std::getenv("NO_COLOR") == nullptr && terminal;
    options.color =
        asked.color == color_choice::always || (asked.color == color_choice::automatic && wanted);
    return options;
}

// What happens beside the cycles: the progress line lives, and SIGINT, SIGTERM and SIGHUP end the
// run after the cycles under way, with all reports written. A second signal ends the harness at
// once; the keepers then end the servers.
class overseer {
public:
    overseer(shared_queue& work, results_book& book, std::ostream& out)
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
            out << "\nending after the cycles under way; once more ends at once\n" << std::flush;
            {
                const std::lock_guard lock(work.mutex);
                work.queue.stop();
            }
            signals_.clear();  // the next one has its default effect
        });
        thread_ = std::thread([this] { context_.run(); });
    }
    overseer(const overseer&) = delete;
    overseer& operator=(const overseer&) = delete;
    ~overseer() {
        context_.stop();
        thread_.join();
    }

    int number() const { return number_; }

private:
    void tick() {
        ticker_.expires_after(std::chrono::seconds(1));
        ticker_.async_wait([this](boost::system::error_code error) {
            if (!error) {
                book_.tick();
                tick();
            }
        });
    }

    results_book& book_;
    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_;
    boost::asio::steady_timer ticker_;
    std::atomic<int> number_ = 0;
    std::thread thread_;
};

// Returns why a worker could not go on; the others then end after their cycle.
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

exit_code say_that_nothing_is_selected(const program& self, const invocation& asked,
                                       const plan& planned) {
    self.problems << "stormdrain: nothing is selected: no scenario matches '" << asked.filter
                  << "' and can run on these targets\n";
    for (const planned_scenario& scenario : planned.scenarios) {
        self.problems << "  " << scenario.id << ": " << scenario.skipped_because << "\n";
    }
    return exit_code::none_selected;
}

// Servers on a port of their own choice would meet each other there.
void check_jobs(const run_inputs& inputs, std::uint32_t jobs_count) {
    for (const std::shared_ptr<const target>& server : inputs.targets) {
        for (const auto& [name, port] : server->ports) {
            if (jobs_count > 1 && port.source == port_source::fixed) {
                throw usage_error("--jobs " + std::to_string(jobs_count) + " needs free ports: " +
                                  server->file + " has the fixed port \"" + name + "\"");
            }
        }
    }
}

// Each suite with each target that it runs on, in their order.
using suite_on_target = std::pair<const target*, const suite*>;

std::vector<suite_on_target> suites_on_targets(const plan& planned) {
    std::vector<suite_on_target> pairs;
    for (const planned_scenario& scenario : planned.scenarios) {
        const suite_on_target one{scenario.server.get(), scenario.from.get()};
        if (std::ranges::find(pairs, one) == pairs.end()) {
            pairs.push_back(one);
        }
    }
    return pairs;
}

// A failed run still says what it found: a broken promise outranks the failure.
exit_code verdict_of(const program& self, const run_results& results,
                     const std::exception_ptr& failure) {
    const auto judged = static_cast<exit_code>(exit_code_for(results.scenarios));
    if (!failure) {
        return judged;
    }
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& why) {
        self.problems << "stormdrain: the run ended early: " << why.what() << "\n";
    }
    return judged == exit_code::broken ? exit_code::broken : exit_code::not_judged;
}

}  // namespace

exit_code run_command(const program& self, const invocation& asked) {
    const run_inputs inputs = read_inputs(asked, self.bin_folder);
    const plan& planned = inputs.planned;
    if (planned.cycles_count() == 0) {
        return say_that_nothing_is_selected(self, asked, planned);
    }
    for (const auto& [server, from] : suites_on_targets(planned)) {
        warn_of_unmet_patterns(self.problems, *server, *from);
    }
    check_programs(inputs, self.bin_folder);
    check_jobs(inputs, asked.jobs_count);
    std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that goes away ends no run

    const folder_lock lock(asked.out_folder);
    const std::string folder = std::filesystem::absolute(asked.out_folder).string();
    const std::string junit = asked.junit_file.empty() ? folder + "/junit.xml" : asked.junit_file;
    console screen(self.out, screen_options(asked));
    // First of all: whatever happens from here on, yesterday's reports are gone.
    results_book book(planned, facts_of(self, planned), {folder + "/results.jsonl", junit}, screen);

    guard launcher;
    raise_open_files_max();  // ours alone: the guard, and so every server, keeps what it was given
    port_reserver ports;
    std::filesystem::create_directories(folder + "/tls");
    run_environment environment{launcher, ports, self.bin_folder,
                                make_certificate(folder + "/tls")};
    book.set_versions(ask_versions(inputs.targets, environment, folder));

    const queue_limits limits{asked.budget, asked.fail_fast, asked.until_fail};
    shared_queue work{{}, work_queue(planned, limits, clock::now(), asked.jobs_count)};
    std::vector<worker_options> workers;
    for (std::size_t number = 0; number < asked.jobs_count; ++number) {
        workers.push_back({number, planned, work, book, environment, folder + "/cycles"});
    }
    int interrupted_by = 0;
    std::exception_ptr failure;
    {
        const overseer watch(work, book, self.out);
        failure = run_workers(workers, work);
        interrupted_by = watch.number();
    }
    const run_results results = book.finish(interrupted_by == 0 && !failure);
    if (!work.queue.cut_short_because().empty()) {
        self.out << "fewer cycles than planned: " << work.queue.cut_short_because() << "\n";
    }
    self.out << "reports: " << folder << "/results.jsonl, " << junit << "\n" << std::flush;
    if (interrupted_by != 0) {
        std::signal(interrupted_by, SIG_DFL);
        std::raise(interrupted_by);  // ends us the way the caller expects: 128 + number
    }
    return verdict_of(self, results, failure);
}

}  // namespace stormdrain
