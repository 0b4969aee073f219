#include "harness/commands/running/worker.hpp"

#include "harness/base/task_group.hpp"
#include "harness/cycle/canary.hpp"
#include "harness/cycle/cycle_runner.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <filesystem>
#include <utility>

namespace stormdrain {
namespace {

// "reference.shutdown_cycles.held-faults_silent": the id as one folder name.
std::string folder_name(std::string_view id) {
    std::string name(id);
    for (char& character : name) {
        if (character == '/' || character == '=' || character == ',' || character == '+') {
            character = character == '/' ? '.' : '-';
        }
    }
    return name;
}

class worker {
public:
    worker(const worker_options& options, const boost::asio::any_io_executor& executor)
        : options_(options), executor_(executor), runner_(executor, options.environment, slips_) {}

    boost::asio::awaitable<void> run() {
        task_group watching(executor_);
        watching.spawn(slips_.run());
        std::exception_ptr failure;
        try {
            while (const std::optional<cycle_work> work = next()) {
                co_await run_one(*work);
            }
        } catch (...) {
            failure = std::current_exception();
        }
        co_await runner_.abandon();
        watching.cancel();
        co_await watching.join();
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

private:
    std::optional<cycle_work> next() {
        const std::lock_guard lock(options_.work.mutex);
        return options_.work.queue.next(options_.number, clock::now());
    }

    boost::asio::awaitable<void> run_one(const cycle_work& work) {
        const planned_scenario& scenario = options_.planned.scenarios[work.scenario];
        const bool is_other = work.scenario % 2 == 1 && !options_.other_folder.empty();
        const std::string folder =
            (is_other ? options_.other_folder : options_.cycles_folder) + "/" +
            folder_name(scenario.id) + "/" + std::to_string(work.index) +
            (work.replay > 0 ? "-replay" + std::to_string(work.replay) : std::string());
        const seed its_seed = cycle_seed(options_.planned.run_seed, scenario.id, work.index);
        if (options_.second_look != nullptr) {
            options_.second_look->look_at(work.scenario, work.index);
        }
        const cycle_request request{scenario,     work.index, its_seed,
                                    work.attempt, folder,     work.last};
        options_.book.begins(work);
        const cycle_record record = co_await runner_.run(request);
        const bool last_attempt = work.attempt + 1 >= work_queue::attempts_max;
        const cycle_sink::outcome outcome = options_.book.add(work, record, last_attempt);
        {
            const std::lock_guard lock(options_.work.mutex);
            if (outcome.repeat) {
                options_.work.queue.again(options_.number, work);
            }
            if (outcome.broken) {
                options_.work.queue.broken(options_.number, work);
            }
        }
        if (server_folder_.empty()) {
            server_folder_ = folder;
        }
        if (outcome.keep) {
            std::string suffix = folder == server_folder_ ? "" : "-" + std::to_string(work.index);
            co_await write_cycle_files(options_.files, runner_, record, server_folder_,
                                       std::move(suffix));
        }
        clean_up(record, outcome.keep, work.last);
    }

    // The folders of cycles that kept their promises go; an in_process server lives on in the
    // folder of the cycle that started it.
    void clean_up(const cycle_record& record, bool keep, bool last) {
        server_folder_kept_ = server_folder_kept_ || keep;
        if (record.in_process && !last && !record.exit) {
            return;
        }
        if (!server_folder_kept_) {
            std::error_code left_behind;  // it is inside the results folder: seen, harmless
            std::filesystem::remove_all(server_folder_, left_behind);
            std::filesystem::remove(std::filesystem::path(server_folder_).parent_path(),
                                    left_behind);  // only when it is empty
        }
        server_folder_.clear();
        server_folder_kept_ = false;
    }

    worker_options options_;
    std::string server_folder_;  // of the cycle that started the server
    bool server_folder_kept_ = false;
    boost::asio::any_io_executor executor_;
    canary slips_;
    cycle_runner runner_;
};

}  // namespace

void run_worker(const worker_options& options) {
    boost::asio::io_context context(1);
    worker self(options, context.get_executor());
    std::exception_ptr failure;
    boost::asio::co_spawn(context, self.run(),
                          [&failure](std::exception_ptr ended) { failure = std::move(ended); });
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace stormdrain
