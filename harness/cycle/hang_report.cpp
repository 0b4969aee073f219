#include "harness/cycle/hang_report.hpp"

#include "harness/cycle/hang_words.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>
#include <vector>

namespace stormdrain {
namespace {

// A reader does not look at more; the record has all of it.
constexpr std::size_t threads_shown_max = 64;
constexpr std::size_t thread_ids_shown_max = 16;
constexpr std::size_t connections_shown_max = 100;
constexpr std::size_t descriptors_shown_max = 40;  // of each process, besides connections
constexpr std::size_t output_lines_max = 40;

std::string at(const std::optional<since_start>& when) {
    return when ? "at " + to_text(*when) : "never";
}

void begin_section(std::ostream& out, std::string_view title) {
    out << '\n' << title << '\n' << std::string(title.size(), '-') << '\n';
}

void and_more(std::ostream& out, std::size_t count, std::size_t shown) {
    if (count > shown) {
        out << "  ... and " << count - shown << " more\n";
    }
}

std::string conditions(const std::vector<held_condition>& held) {
    std::map<std::string_view, std::size_t> counts;
    for (const held_condition condition : held) {
        ++counts[to_text(condition)];
    }
    std::string text;
    for (const auto& [condition, count] : counts) {
        text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(condition);
    }
    return text.empty() ? "nothing" : text;
}

void write_head(std::ostream& out, const cycle_record& cycle, const hang_record& hang) {
    const cycle_identity& id = cycle.id;
    const stop_record& stop = cycle.stop;
    out << hang.why << "\n\n";
    out << "target " << id.target << ", suite " << id.suite << ", scenario " << id.scenario
        << ", cycle " << id.index << ", seed " << to_hex(id.cycle_seed) << "\n";
    out << "stop mode " << stop.mode << ", by " << stop.trigger << ", moment " << stop.moment
        << "\n";
    out << "promised to stop within " << to_text(stop.promised) << " while clients hold "
        << conditions(stop.held) << "\n";
    out << "told to stop " << at(stop.triggered) << ", still there " << at(stop.deadline)
        << "; listener gone " << at(stop.listener_gone) << "\n";
    if (stop.released) {
        out << "clients were let go " << at(stop.released) << "\n";
    }
    if (stop.extensions_count > 0) {
        out << "was given the same time again " << count_of(stop.extensions_count, "time") << "\n";
    }
}

void write_stacks(std::ostream& out, const hang_record& hang) {
    begin_section(out, "Stacks, innermost function first");
    for (const stack_group& group : hang.stacks) {
        out << (&group == &hang.stacks.front() ? "  " : "\n  ")
            << count_of(group.threads.size(), "thread") << " of " << group.command << ":";
        const std::size_t shown = std::min(group.threads.size(), thread_ids_shown_max);
        for (std::size_t index = 0; index < shown; ++index) {
            out << ' ' << group.threads[index];
        }
        out << (shown < group.threads.size() ? " ...\n" : "\n");
        for (const std::string& frame : group.frames) {
            out << "      " << frame << '\n';
        }
    }
    if (!hang.stacks_missing.empty()) {
        out << "  not all could be read: " << hang.stacks_missing << '\n';
    }
}

// "recvfrom(7)", "futex": where it is in the kernel.
std::string call_of(const thread_facts& thread) {
    if (thread.syscall.empty()) {
        return thread.state == 'R' ? "(running)" : "-";
    }
    return thread.syscall +
           (thread.descriptor ? "(" + std::to_string(*thread.descriptor) + ")" : "");
}

void write_row(std::ostream& out, const std::array<std::string, 8>& cells) {
    constexpr std::array<int, 8> widths = {8, 8, 16, 5, 18, 20, 9, 9};
    std::string line = " ";
    for (std::size_t index = 0; index < cells.size(); ++index) {
        std::string cell = cells[index];
        cell.resize(std::max(cell.size(), static_cast<std::size_t>(widths[index])), ' ');
        line += " " + cell;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
}

void write_threads(std::ostream& out, const hang_record& hang) {
    begin_section(out, "Threads, watched for " + to_text(hang.watched));
    write_row(out,
              {"process", "thread", "name", "state", "system call", "waits in", "CPU", "no CPU"});
    const std::size_t shown = std::min(hang.threads.size(), threads_shown_max);
    for (std::size_t index = 0; index < shown; ++index) {
        const thread_facts& thread = hang.threads[index];
        write_row(out, {std::to_string(thread.process), std::to_string(thread.thread), thread.name,
                        std::string(1, thread.state), call_of(thread),
                        thread.wait_in.empty() ? "-" : thread.wait_in, to_text(thread.cpu_used),
                        to_text(thread.ready_waited)});
    }
    and_more(out, hang.threads.size(), shown);
    out << "  (no CPU: ready to run, and none was free)\n";
}

void write_connections(std::ostream& out, const hang_record& hang) {
    begin_section(out, "Clients' connections that the server holds: " +
                           std::to_string(hang.connections.size()));
    const std::size_t shown = std::min(hang.connections.size(), connections_shown_max);
    for (std::size_t index = 0; index < shown; ++index) {
        const held_connection& held = hang.connections[index];
        out << "  pid " << held.process << ' ' << describe_connection(held) << '\n';
    }
    and_more(out, hang.connections.size(), shown);
}

bool is_shown_above(const descriptor& held, const hang_record& hang) {
    return held.inode != 0 && std::ranges::any_of(hang.connections, [&held](const auto& other) {
               return other.what.inode == held.inode;
           });
}

void write_descriptors(std::ostream& out, const cycle_record& cycle, const hang_record& hang) {
    if (!cycle.stop.at_deadline) {
        return;
    }
    begin_section(out, "Other descriptors");
    for (const process_facts& process : cycle.stop.at_deadline->processes) {
        std::map<std::string_view, std::size_t> counts;
        std::vector<std::string> lines;
        for (const descriptor& held : process.descriptors) {
            if (!is_shown_above(held, hang)) {
                ++counts[to_text(held.kind)];
                lines.push_back(to_text(held));
            }
        }
        out << "  " << name_of(process) << ", child of " << process.parent << ", state "
            << process.state << ":";
        for (const auto& [kind, count] : counts) {
            out << ' ' << count << ' ' << kind;
        }
        out << (process.descriptors_readable ? "\n" : " not permitted to be read\n");
        const std::size_t shown = std::min(lines.size(), descriptors_shown_max);
        for (std::size_t index = 0; index < shown; ++index) {
            out << "      " << lines[index] << '\n';
        }
        and_more(out, lines.size(), shown);
    }
}

void write_timeline(std::ostream& out, const cycle_record& cycle) {
    begin_section(out, "Timeline of the cycle");
    for (const timeline_event& event : cycle.timeline) {
        out << "  " << at(event.at) << "  " << event.what << '\n';
    }
}

void write_output(std::ostream& out, const output_record& output) {
    begin_section(out, "Last output of the server");
    std::vector<std::string> lines;
    std::istringstream text(output.tail);
    for (std::string line; std::getline(text, line);) {
        lines.push_back(std::move(line));
    }
    const std::size_t shown = std::min(lines.size(), output_lines_max);
    for (std::size_t index = lines.size() - shown; index < lines.size(); ++index) {
        out << "  " << lines[index] << '\n';
    }
    if (lines.empty()) {
        out << "  none\n";
    } else {
        out << "  (" << output.total_bytes << " bytes in all: " << output.path << ")\n";
    }
}

}  // namespace

std::string hang_text(const cycle_record& cycle, const hang_record& hang) {
    std::ostringstream out;
    write_head(out, cycle, hang);
    write_stacks(out, hang);
    write_threads(out, hang);
    write_connections(out, hang);
    write_descriptors(out, cycle, hang);
    write_timeline(out, cycle);
    write_output(out, cycle.output);
    if (!hang.notes.empty()) {
        begin_section(out, "Notes");
        for (const std::string& note : hang.notes) {
            out << "  " << note << '\n';
        }
    }
    return out.str();
}

std::string write_hang_report(const std::string& path, const cycle_record& cycle,
                              const hang_record& hang) {
    errno = 0;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << hang_text(cycle, hang);
    file.close();
    return file ? "" : path + ": " + (errno != 0 ? std::strerror(errno) : "cannot be written");
}

}  // namespace stormdrain
