#include "harness/base/environment_error.hpp"
#include "harness/commands/columns.hpp"
#include "harness/commands/program.hpp"
#include "harness/commands/running/workforce.hpp"
#include "harness/commands/running/workplace.hpp"
#include "harness/commands/version.hpp"
#include "harness/config/text_file.hpp"
#include "harness/cycle/server_session.hpp"
#include "harness/cycle/start_once.hpp"
#include "harness/init/discovery.hpp"
#include "harness/plan/readers/file_places.hpp"
#include "harness/plan/readers/launch_reader.hpp"
#include "harness/plan/readers/names.hpp"
#include "harness/plan/readers/target_reader.hpp"
#include "harness/report/text.hpp"
#include "harness/report/write_file_by_rename.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <stdlib.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <ostream>
#include <system_error>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
namespace files = std::filesystem;

constexpr std::size_t label_width = 12;

// Where the starts take place; gone with the command, also when a signal ends it.
class scratch_folder {
public:
    scratch_folder() {
        path_ = (files::temp_directory_path() / "stormdrain-init-XXXXXX").string();
        if (::mkdtemp(path_.data()) == nullptr) {
            throw environment_error("cannot make " + path_ + ": " +
                                    std::system_category().message(errno));
        }
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder() { remove(); }
    void remove() const {
        std::error_code left_behind;  // below /tmp: seen, harmless
        files::remove_all(path_, left_behind);
    }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string command_text(const launch_words& typed) {
    std::string text;
    for (const auto& [name, value] : typed.environment) {
        text += name + "=" + shell_quoted(value) + " ";
    }
    for (const std::string& word : typed.argv) {
        text += (&word == &typed.argv.front() ? "" : " ") + shell_quoted(word);
    }
    return text;
}

std::vector<launch_file> read_templates(const invocation& asked, const launch_folders& folders) {
    std::vector<launch_file> templates;
    for (const auto& [name, path] : asked.rendered_files) {
        if (!stays_inside(name)) {
            throw usage_error("--file: expected a file name inside the start's folder, got " +
                              name);
        }
        text_file read = read_text_file(path, template_bytes_max);
        if (!read.text) {
            throw usage_error("--file: cannot read " + path + ": " + read.failure);
        }
        const std::string absolute = files::absolute(path).lexically_normal().string();
        templates.push_back(
            {name, absolute, seen_from_target(absolute, folders), std::move(*read.text)});
    }
    return templates;
}

discovery_request read_request(const invocation& asked, const std::string& name) {
    discovery_request request;
    request.typed = {asked.arguments, asked.environment, {}};
    std::string wrong;
    for (const std::string& one : problems_of(request.typed)) {
        wrong += (wrong.empty() ? "" : "; ") + one;
    }
    if (!wrong.empty()) {
        throw usage_error(wrong);
    }
    const std::string file = asked.write_file.empty() ? name + ".json" : asked.write_file;
    request.file = files::absolute(file).lexically_normal().string();
    request.folders.current = files::current_path().string();
    request.folders.target = files::path(request.file).parent_path().string();
    request.patience = asked.patience;
    if (!files::is_directory(request.folders.target)) {
        throw usage_error("--write: there is no folder " + request.folders.target);
    }
    request.typed.files = read_templates(asked, request.folders);
    if (files::exists(request.file) && !asked.force) {
        throw usage_error(file + " is there already: --force overwrites it, --write names another");
    }
    return request;
}

// The command as it goes on: what it found is printed as it is found.
class initiation {
public:
    initiation(const program& self, discovery_request request, std::string name,
               run_environment& run)
        : self_(self), request_(std::move(request)), run_(run) {
        found_.name = std::move(name);
    }

    asio::awaitable<void> run() {
        say("starting", command_text(request_.typed));
        const first_look look = co_await look_at_server(run_, request_);
        const std::string failure = look.failure();
        if (!failure.empty()) {
            self_.problems << "stormdrain: " << failure << "\n";
            result_ =
                look.seen.launch_failure.empty() ? exit_code::not_judged : exit_code::bad_input;
            co_return;
        }
        take(look);
        show(look);
        const target server = target_of(found_, request_);
        found_.stops = co_await try_stops(run_, server, request_);
        show_stops();
        write();
        co_await prove();
        finish();
    }

    exit_code result() const { return result_; }

private:
    void say(std::string_view label, std::string_view text) {
        std::string page;
        add_wrapped(page, padded(std::string(label), label_width), printable(text), label_width);
        self_.out << page << std::flush;
    }

    void take(const first_look& look) {
        found_.launch = with_variables(look.words, look.unnamed);
        found_.working_folder = look.working_folder;
        found_.ports = look.ports;
        found_.main_port = look.main_port;
        found_.route = look.route;
        found_.until_listening = look.seen.until_listening;
        const std::string today =
            utc_text(std::chrono::system_clock::now()).substr(0, std::string("2026-11-22").size());
        const std::string by =
            "by stormdrain init on " + today + " with " + std::string(stormdrain_version);
        found_.origin = found_.name + ", written " + by + " from: " + command_text(request_.typed);
        found_.confirm = "measured " + by + ": read it, then remove this line";
    }

    void show(const first_look& look) {
        const bool is_own = look.working_folder.empty();
        const bool is_changed = is_own && look.words != request_.typed;
        say("folder",
            is_own ? "a new one each time" +
                         std::string(is_changed ? ", so what is named relative to here was resolved"
                                                : "")
                   : "this one: in a folder of its own it did not serve as here");
        say("started", "listens after " + to_text(found_.until_listening));
        for (const found_port& port : found_.ports) {
            const std::string number = port.fixed == 0
                                           ? "a free port each time"
                                           : "its own port " + std::to_string(port.fixed) +
                                                 ", so that two cycles cannot run at the same time";
            say("port", port.name + ", " + number + ": " + port.evidence);
        }
        for (const std::string& remark : look.remarks) {
            say("", remark);
        }
        if (found_.route) {
            say("route", "small: GET " + found_.route->path + " is answered with " +
                             std::to_string(found_.route->status));
        }
        if (look.asked.empty()) {
            say("",
                "cycles could run in parallel with {port} in its arguments, in --env "
                "PORT={port}, or with ${port.http} in a configuration that is rendered: "
                "--file NAME=TEMPLATE");
        }
    }

    void show_stops() {
        for (const stop_trial& seen : found_.stops) {
            say("stop", to_text(seen));
        }
        const stop_trial* const chosen = first_that_ends(found_.stops);
        if (chosen == nullptr) {
            return;
        }
        if (chosen->signal != SIGTERM) {
            say("",
                "process managers send SIGTERM, which does not end it: the target stops it by " +
                    signal_name(chosen->signal));
        }
        std::string left;
        for (const residue_item& item : chosen->left.items) {
            left += (left.empty() ? "" : ", ") + place_of(item);
        }
        say("leaves", left.empty() ? "nothing" : left);
        for (const std::string& assumed : assumptions_of(found_)) {
            say("assumed", assumed);
        }
    }

    void write() {
        const std::string text = target_text(found_);
        write_file_by_rename(request_.file, [&text](std::ostream& to) { to << text; });
    }

    // From the file, as a cycle would.
    asio::awaitable<void> prove() {
        std::vector<problem> problems;
        const std::shared_ptr<const target> server = read_target(request_.file, problems);
        if (server == nullptr) {
            throw config_error(std::move(problems));
        }
        const asio::any_io_executor executor = co_await asio::this_coro::executor;
        const std::unique_ptr<tls_client> tls = make_tls_client(*server, run_);
        server_session::options chosen{run_, *server, tls.get(), request_.scratch + "/proof"};
        server_session session(executor, std::move(chosen));
        const restart_record seen = co_await start_once(session, cycle_clock());
        proof_failure_ = seen.start.failure;
    }

    void finish() {
        const std::string file =
            files::path(request_.file).lexically_relative(request_.folders.current).string();
        const std::string shown = shell_quoted(file.starts_with("..") ? request_.file : file);
        say("written", file.starts_with("..") ? request_.file : file);
        if (!proof_failure_.empty()) {
            self_.problems << "stormdrain: started from " << shown
                           << " it does not serve: " << printable(proof_failure_) << "\n";
            result_ = exit_code::not_judged;
            return;
        }
        if (first_that_ends(found_.stops) == nullptr) {
            self_.problems << "stormdrain: none of the signals ends it: say in the file how it is "
                              "asked to stop (\"request\", \"command\" or \"stdin\")\n";
            result_ = exit_code::broken;
            return;
        }
        self_.out << "\nnext:\n";
        if (!found_.route) {
            self_.out << "  say what to ask it: no port of it speaks HTTP/1 (\"routes\" in "
                         "servers/README.md)\n";
        }
        self_.out << "  " << self_.name << " run smoke --target " << shown << "\n  " << self_.name
                  << " probe " << shown << "\n";
        result_ = exit_code::kept;
    }

    const program& self_;
    discovery_request request_;
    run_environment& run_;
    found_server found_;
    std::string proof_failure_;
    exit_code result_ = exit_code::not_judged;
};

// The default effect of the signal, once nothing is left behind: the keepers end the servers.
void end_by(int number, const scratch_folder& scratch) {
    scratch.remove();
    end_by_signal(number);
}

}  // namespace

exit_code init_command(const program& self, const invocation& asked) {
    if (!asked.target_name.empty() && !is_name(asked.target_name)) {
        throw usage_error("--name: expected a name of a-z, 0-9 and _, got \"" + asked.target_name +
                          "\"");
    }
    const std::string name =
        asked.target_name.empty() ? name_after(asked.arguments.front()) : asked.target_name;
    discovery_request request = read_request(asked, name);
    std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that goes away ends nothing
    const scratch_folder scratch;
    request.scratch = scratch.path();
    workplace place(self.bin_folder, scratch.path());
    asio::io_context context(1);
    asio::signal_set signals(context, SIGINT, SIGTERM, SIGHUP);
    signals.async_wait([&scratch](boost::system::error_code error, int number) {
        if (!error) {
            end_by(number, scratch);
        }
    });
    initiation work(self, std::move(request), name, place.environment());
    std::exception_ptr failure;
    asio::co_spawn(context, work.run(), [&](std::exception_ptr ended) {
        failure = std::move(ended);
        signals.cancel();
    });
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return work.result();
}

}  // namespace stormdrain
