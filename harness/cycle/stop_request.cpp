#include "harness/cycle/stop_request.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/cycle/single_request.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// What a command leaves behind is killed; SIGKILL needs no longer than that.
constexpr duration command_end_limit = std::chrono::seconds(2);

std::string failure_of(const std::optional<exit_report>& ended) {
    if (!ended) {
        return "not done at the deadline";
    }
    const bool succeeded = ended->status.exited() && ended->status.code() == 0;
    return succeeded ? "" : to_text(ended->status);
}

asio::awaitable<std::string> send_request(server_session& session, const stop_trigger& how,
                                          time_point deadline) {
    connection_log log{cycle_clock()};
    connector_table connectors = session.make_connectors(log);
    connector& to = *connectors.find(how.port)->second;
    const single_answer answer = co_await request_once(to, how.request, "stop", deadline);
    if (!answer.sent) {
        co_return how.request.path + ": " + answer.text;
    }
    // A server may stop so fast that the answer is lost; one that answers must agree to stop.
    const bool refused = answer.status != 0 && answer.status != how.request.expected_status;
    co_return refused ? how.request.path + " was answered with " + answer.text : "";
}

}  // namespace

std::string to_text(const stop_trigger& how) {
    switch (how.how) {
        case stop_trigger::kind::signal:
            return signal_name(how.signal);
        case stop_trigger::kind::request:
            return how.request.method + " " + how.request.path;
        case stop_trigger::kind::input:
            return how.line.empty()
                       ? "end of standard input"
                       : in_quotes(how.line.substr(0, how.line.find('\n'))) + " on standard input";
        case stop_trigger::kind::command:
            break;
    }
    return how.argv.front();
}

namespace {

asio::awaitable<std::string> follow(server_process& command, time_point deadline) {
    const std::optional<launch_failure> not_started = co_await command.started(deadline);
    if (not_started) {
        co_return not_started->step + ": " + not_started->error.message();
    }
    const std::optional<exit_report> ended = co_await command.exited(deadline);
    co_return failure_of(ended);
}

}  // namespace

asio::awaitable<command_outcome> run_program(guard& launcher, launch_spec spec,
                                             std::string log_path, time_point deadline) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    output_capture output(executor, std::move(log_path));
    launch_descriptors descriptors;
    descriptors.output = output.write_end();
    const std::unique_ptr<server_process> command = launcher.launch(executor, spec, descriptors);
    output.close_write_end();
    task_group reading(executor);
    reading.spawn(output.run());
    command_outcome outcome;
    std::exception_ptr failure;
    try {
        outcome.failure = co_await follow(*command, deadline);
        co_await command->end_tree(clock::now() + command_end_limit);
    } catch (...) {
        failure = std::current_exception();
    }
    // In a coroutine that was cancelled every other co_await throws, and the reader would be left.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    output.stop();
    co_await reading.join();
    if (failure) {
        std::rethrow_exception(failure);
    }
    outcome.output = output.summary().tail;
    co_return outcome;
}

asio::awaitable<std::string> request_stop(server_session& session, stop_trigger how,
                                          time_point deadline) {
    if (how.how == stop_trigger::kind::signal) {
        const boost::system::error_code error = session.process()->send_signal(how.signal);
        co_return error ? "cannot send " + signal_name(how.signal) + ": " + error.message() : "";
    }
    if (how.how == stop_trigger::kind::input) {
        const boost::system::error_code error = session.ask_on_input(how.line);
        co_return error ? "cannot write to its standard input: " + error.message() : "";
    }
    if (how.how == stop_trigger::kind::request) {
        co_return co_await send_request(session, how, deadline);
    }
    launch_spec spec = session.setup().command_spec(how.argv);
    const std::string program = spec.argv.front();
    std::string log = session.folder() + "/stop-command.log";
    const command_outcome outcome =
        co_await run_program(session.launcher(), std::move(spec), std::move(log), deadline);
    co_return outcome.failure.empty() ? ""
                                      : program + ": " + outcome.failure + "; " + outcome.output;
}

}  // namespace stormdrain
