#include "harness/process/stacks/stack_reader.hpp"

#include "harness/process/census/process_tree.hpp"
#include "harness/process/stacks/frame_text.hpp"

#include <elfutils/libdwfl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace stormdrain {
namespace {

using frames = std::vector<std::string>;

struct session_ender {
    void operator()(Dwfl* session) const { dwfl_end(session); }
};

std::string last_error() {
    const char* text = dwfl_errmsg(-1);
    return text == nullptr ? "unknown error" : text;
}

// Called while the thread is stopped, so it does no more than is needed.
int take_address(Dwfl_Frame* frame, void* into) {
    auto& addresses = *static_cast<std::vector<Dwarf_Addr>*>(into);
    Dwarf_Addr address = 0;
    bool is_activation = false;
    if (addresses.size() == stack_frames_max || !dwfl_frame_pc(frame, &address, &is_activation)) {
        return DWARF_CB_ABORT;
    }
    // A return address may be the first of the next line, or even function: one before it is
    // surely within the call.
    addresses.push_back(is_activation ? address : address - 1);
    return DWARF_CB_OK;
}

// One process under examination.
class examined_process {
public:
    explicit examined_process(pid_t pid) : pid_(pid), session_(dwfl_begin(&callbacks())) {
        std::error_code hidden;
        program_ =
            std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", hidden).string();
    }

    // Empty, or why it cannot be examined.
    std::string attach() {
        if (!session_) {
            return last_error();
        }
        const int listed = dwfl_linux_proc_report(session_.get(), pid_);
        if (listed != 0) {
            return "the files it has mapped: " +
                   (listed > 0 ? std::strerror(listed) : last_error());
        }
        if (dwfl_report_end(session_.get(), nullptr, nullptr) != 0) {
            return last_error();
        }
        const int attached = dwfl_linux_proc_attach(session_.get(), pid_, false);
        return attached == 0 ? "" : attached > 0 ? std::strerror(attached) : last_error();
    }

    Dwfl* session() const { return session_.get(); }

    const frames& frames_of(Dwarf_Addr address) {
        const auto known = known_.find(address);
        return known != known_.end()
                   ? known->second
                   : known_.emplace(address, frames_at(session_.get(), address, program_))
                         .first->second;
    }

private:
    // Files with debug information are looked for on this machine alone: the search goes to the
    // network only where DEBUGINFOD_URLS is set, and stacks_main() sees to it that it is not.
    static const Dwfl_Callbacks& callbacks() {
        static const Dwfl_Callbacks table = [] {
            Dwfl_Callbacks made{};
            made.find_elf = dwfl_linux_proc_find_elf;
            made.find_debuginfo = dwfl_standard_find_debuginfo;
            return made;
        }();
        return table;
    }

    pid_t pid_;
    std::string program_;
    std::unique_ptr<Dwfl, session_ender> session_;
    std::unordered_map<Dwarf_Addr, frames> known_;  // most threads share most frames
};

std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', '?');  // a program may call itself anything
    return text;
}

// The lines, of which each stands for itself:
//   stack COMMAND             the next kind of stack, counted from 0
//   frame TEXT                one more frame of it
//   thread TID KIND           this thread's stack is of that kind
//   failed TID TEXT           this one's could not be read
class stack_writer {
public:
    explicit stack_writer(const std::function<void(std::string_view)>& write) : write_(write) {}

    void process(pid_t pid) {
        const std::optional<process_stat> stat = read_stat(pid);
        command_ = one_line(stat ? stat->command : "?");
        examined_process examined(pid);
        const std::string failure = examined.attach();
        if (!failure.empty()) {
            failed(pid, failure);
            return;
        }
        examined_ = &examined;
        dwfl_getthreads(examined.session(), take_thread, this);  // its errors are the threads'
        examined_ = nullptr;
    }

private:
    static int take_thread(Dwfl_Thread* thread, void* writer) {
        return static_cast<stack_writer*>(writer)->thread(thread);
    }

    int thread(Dwfl_Thread* thread) {
        const pid_t number = dwfl_thread_tid(thread);
        if (threads_count_++ == stack_threads_max) {
            failed(number, "only the first " + std::to_string(stack_threads_max) + " are read");
            return DWARF_CB_ABORT;
        }
        std::vector<Dwarf_Addr> addresses;
        // Also stacks whose outer end cannot be unwound are of use: an error counts only if
        // nothing came.
        dwfl_thread_getframes(thread, take_address, &addresses);
        if (addresses.empty()) {
            failed(number, last_error());
            return DWARF_CB_OK;
        }
        frames found;
        for (const Dwarf_Addr address : addresses) {
            const frames& here = examined_->frames_of(address);
            found.insert(found.end(), here.begin(), here.end());
        }
        write(number, std::move(found));
        return DWARF_CB_OK;
    }

    void write(pid_t thread, frames found) {
        std::string text;
        const auto [kind, is_new] =
            kinds_.emplace(std::pair(command_, std::move(found)), kinds_.size());
        if (is_new) {
            text = "stack " + command_ + "\n";
            for (const std::string& frame : kind->first.second) {
                text += "frame " + one_line(frame) + "\n";
            }
        }
        write_(text + "thread " + std::to_string(thread) + " " + std::to_string(kind->second) +
               "\n");
    }

    void failed(pid_t thread, const std::string& why) {
        write_("failed " + std::to_string(thread) + " " + one_line(why) + "\n");
    }

    const std::function<void(std::string_view)>& write_;
    std::string command_;
    examined_process* examined_ = nullptr;
    std::size_t threads_count_ = 0;
    std::map<std::pair<std::string, frames>, std::size_t> kinds_;
};

// Nobody is left to read when it fails.
void write_to_output(std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
        if (count < 0 && errno != EINTR) {
            ::_exit(EXIT_FAILURE);
        }
        text.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
}

template <class Number>
Number take_number(std::string_view& text) {
    Number number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    text.remove_prefix(text.starts_with(' ') ? 1 : 0);
    return number;
}

std::string_view take_word(std::string_view& text) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    return word;
}

}  // namespace

void write_stacks(std::span<const pid_t> pids, const std::function<void(std::string_view)>& write) {
    stack_writer writer(write);
    for (const pid_t pid : pids) {
        writer.process(pid);
    }
}

int stacks_main(int argc, char** argv) {
    ::prctl(PR_SET_NAME, "stormd-stacks");  // only for ps(1)
    ::unsetenv("DEBUGINFOD_URLS");          // fails only for names with '='
    std::vector<pid_t> pids;
    for (int index = 2; index < argc; ++index) {
        std::string_view text = argv[index];
        pids.push_back(take_number<pid_t>(text));
    }
    write_stacks(pids, write_to_output);
    return EXIT_SUCCESS;
}

std::vector<std::string> stacks_command(std::span<const pid_t> pids) {
    std::vector<std::string> argv{"/proc/self/exe", stacks_argument};
    for (const pid_t pid : pids) {
        argv.push_back(std::to_string(pid));
    }
    return argv;
}

stack_reading parse_stacks(std::string_view text) {
    stack_reading reading;
    std::size_t failures_count = 0;
    std::string first_failure;
    // The last line may be cut: it counts only with its end.
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        const std::string_view word = take_word(line);
        if (word == "stack") {
            reading.stacks.push_back({std::string(line), {}, {}});
        } else if (word == "frame" && !reading.stacks.empty()) {
            reading.stacks.back().frames.emplace_back(line);
        } else if (word == "thread") {
            const pid_t thread = take_number<pid_t>(line);
            const std::size_t kind = take_number<std::size_t>(line);
            if (kind < reading.stacks.size()) {
                reading.stacks[kind].threads.push_back(thread);
            }
        } else if (word == "failed") {
            take_number<pid_t>(line);
            first_failure = failures_count++ == 0 ? std::string(line) : first_failure;
        }
    }
    std::erase_if(reading.stacks, [](const stack_group& group) { return group.threads.empty(); });
    std::ranges::stable_sort(reading.stacks, std::ranges::greater(),
                             [](const stack_group& group) { return group.threads.size(); });
    reading.missing = first_failure;
    if (failures_count > 1) {
        reading.missing += " (and " + std::to_string(failures_count - 1) + " more)";
    }
    return reading;
}

}  // namespace stormdrain
