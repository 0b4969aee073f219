#include "harness/cycle/cycle_runner.hpp"

#include "harness/cycle/cycle.hpp"
#include "harness/cycle/hang_report.hpp"
#include "harness/cycle/start_once.hpp"
#include "harness/plan/cycle_plan.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A tree that survives SIGKILL that long sleeps in the kernel: reported, not waited for.
constexpr duration end_limit = std::chrono::seconds(10);

// What sanitizers and runtimes print when they die; a target may add its own words.
const std::vector<std::string>& usual_alarms() {
    static const std::vector<std::string> words{"ERROR: AddressSanitizer",
                                                "ERROR: LeakSanitizer",
                                                "WARNING: ThreadSanitizer",
                                                "WARNING: MemorySanitizer",
                                                ": runtime error: ",
                                                "panicked at",
                                                "panic: ",
                                                "terminate called",
                                                "double free or corruption",
                                                "free(): invalid",
                                                "*** stack smashing"};
    return words;
}

// The words of the target's own are not looked for where a fault strikes at its process: to say
// that there is no descriptor left, or no port, is right then.
std::vector<std::string> alarm_words_of(const target& server, const scenario& what) {
    std::vector<std::string> words = usual_alarms();
    const bool any_on_process = std::ranges::any_of(
        what.faults, [](const fault_use& use) { return strikes_process(use.what->point()); });
    if (!any_on_process) {
        words.insert(words.end(), server.promises.output_alarms.begin(),
                     server.promises.output_alarms.end());
    }
    return words;
}

server_session::options options_of(const cycle_request& request, run_environment& run,
                                   const tls_client* tls) {
    const target& server = *request.scenario.server;
    server_session::options chosen{run, server, tls, request.folder,
                                   alarm_words_of(server, request.scenario.what())};
    const scenario& what = request.scenario.what();
    if (!what.links.empty()) {
        chosen.links = std::make_shared<path_links>(what.links, request.cycle_seed);
    }
    chosen.log_sink = what.log_sink;
    chosen.accept_trap = std::ranges::any_of(
        what.faults, [](const fault_use& use) { return use.what->needs_accept_trap(); });
    return chosen;
}

// `alarms_seen`: how many were told by cycles before, when the server lives on.
output_record output_of(const server_session& session, std::size_t alarms_seen) {
    const output_summary summary = session.output();
    output_record output;
    output.sink = session.log_sink();
    output.path = summary.path;
    output.total_bytes = summary.total_bytes;
    output.dropped_bytes = summary.dropped_bytes;
    output.tail = summary.tail;
    for (std::size_t index = alarms_seen; index < summary.alarms.size(); ++index) {
        output.alarms.push_back(summary.alarms[index]);
    }
    return output;
}

// When all is known that there is to know.
void write_report_of_hang(const server_session& session, cycle_record& record) {
    if (!record.stop.hang) {
        return;
    }
    hang_record& hang = *record.stop.hang;
    hang.report_path = session.folder() + "/hang.txt";
    const std::string failure = write_hang_report(hang.report_path, record, hang);
    if (!failure.empty()) {
        hang.notes.push_back("no report: " + failure);
        hang.report_path.clear();
    }
}

}  // namespace

cycle_runner::cycle_runner(const asio::any_io_executor& executor, run_environment& run,
                           canary& slips)
    : executor_(executor), run_(run), slips_(slips) {
    if (run_.captures_packets) {
        packets_ = std::make_unique<cycle_capture>(executor_);
    }
}

cycle_runner::~cycle_runner() = default;

asio::awaitable<phase_result> cycle_runner::carry_out(cycle_phase phase, cycle& current) {
    switch (phase) {
        case cycle_phase::starting:
            co_return co_await current.start();
        case cycle_phase::warming:
            co_return co_await current.warm();
        case cycle_phase::loading:
            co_return co_await current.load();
        case cycle_phase::quiescing:
            co_return co_await current.quiesce();
        case cycle_phase::stopping:
            co_return co_await current.stop();
        default:
            break;
    }
    co_return phase_result::done;
}

asio::awaitable<void> cycle_runner::run_phases(const cycle_request& request, cycle_record& record) {
    cycle current(executor_, *session_, request.scenario, record);
    if (packets_) {
        current.capture_into(*packets_);
    }
    const cycle_course course{request.scenario.what().stop.at, record.in_process};
    cycle_phase phase = cycle_phase::preparing;
    phase_result result = phase_result::done;
    std::exception_ptr failure;
    try {
        for (;;) {
            phase = next_phase(phase, result, course);
            record.reached = phase;
            if (phase == cycle_phase::examining || phase == cycle_phase::done) {
                break;
            }
            result = co_await carry_out(phase, current);
        }
        if (course.in_process && session_->running() && record.stop.finished) {
            co_await current.compare_after_restart();
        }
        if (course.in_process && request.last) {
            co_await current.quit();
        }
    } catch (...) {
        failure = std::current_exception();
    }
    // Whatever happened, clients must be joined before what they refer to goes.
    co_await current.examine();
    if (failure) {
        std::rethrow_exception(failure);
    }
    record.reached = cycle_phase::done;
}

// A server may not bear the filter by which its exit is watched: one that listens to a filter of
// its own (seccomp_unotify(2): EBUSY), or that runs programs with more rights than it has.
asio::awaitable<void> cycle_runner::blame_the_filter(cycle_record& record) {
    server_process* const process = session_->process();
    const bool can_be = process != nullptr && process->watch().by_seccomp && !session_->running() &&
                        !record.start.failure.empty() && !record.start.blame_is_elsewhere &&
                        record.faults.empty();
    if (!can_be) {
        co_return;
    }
    // Again with the filter first: a server that starts at times only is to be blamed itself.
    const std::unique_ptr<server_session> with = session_->again();
    const restart_record filtered = co_await start_once(*with, cycle_clock());
    if (filtered.start.failure.empty()) {
        co_return;
    }
    const std::unique_ptr<server_session> without = session_->again(exit_watch_choice::sampled);
    const restart_record unfiltered = co_await start_once(*without, cycle_clock());
    if (unfiltered.start.failure.empty()) {
        record.health.failure =
            "the server starts only without the filter that watches its exit (" +
            record.start.failure + "): say \"exit_watch\": \"sampled\" in its \"launch\"";
    }
}

asio::awaitable<cycle_record> cycle_runner::run(const cycle_request& request) {
    const target& server = *request.scenario.server;
    const cycle_clock began;
    cycle_record record;
    record.id = {server.name,
                 request.scenario.from->name,
                 request.scenario.what().name,
                 request.index,
                 request.cycle_seed,
                 request.attempt,
                 process_number_,
                 cycle_plan_hash(request.scenario, request.cycle_seed)};
    record.in_process = server.lifecycle == target_lifecycle::in_process;
    co_await forget_packets();
    slips_.reset();
    try {
        if (session_ == nullptr) {
            if (tls_target_ != server.file) {
                tls_ = make_tls_client(server, run_);
                tls_target_ = server.file;
                if (packets_) {
                    tls_->note_secrets(packets_->secrets());
                }
            }
            record.id.process_number = ++process_number_;
            alarms_seen_ = 0;
            session_ =
                std::make_unique<server_session>(executor_, options_of(request, run_, tls_.get()));
        }
        co_await run_phases(request, record);
        co_await blame_the_filter(record);
    } catch (const std::exception& failure) {
        record.health.failure = failure.what();
    }
    if (session_) {
        const bool over = request.last || !session_->running() || !record.in_process ||
                          !record.health.failure.empty();
        if (over) {
            co_await session_->end(clock::now() + end_limit);  // also drains its last words
            if (record.health.failure.empty()) {
                record.health.failure = session_->failure();
            }
        }
        record.output = output_of(*session_, alarms_seen_);
        alarms_seen_ += record.output.alarms.size();
        write_report_of_hang(*session_, record);
        if (over) {
            session_.reset();
        }
    }
    record.health.canary_slip_max = slips_.slip_max();
    record.total = began.now();
    co_return record;
}

asio::awaitable<void> cycle_runner::forget_packets() {
    if (packets_) {
        co_await packets_->drop();
    }
}

asio::awaitable<void> cycle_runner::keep_packets(std::string path, std::string program,
                                                 std::string comment) {
    if (packets_) {
        co_await packets_->keep(std::move(path), std::move(program), std::move(comment));
    }
}

asio::awaitable<void> cycle_runner::abandon() {
    co_await forget_packets();
    if (session_) {
        co_await session_->end(clock::now() + end_limit);
        session_.reset();
    }
}

}  // namespace stormdrain
