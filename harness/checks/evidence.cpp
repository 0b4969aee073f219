#include "harness/checks/evidence.hpp"

#include "harness/checks/rules/descriptor_limit_exit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

namespace stormdrain {
namespace {

constexpr std::size_t output_lines_max = 10;
constexpr std::size_t output_line_bytes_max = 500;

// From the kernel's close of a dead process' sockets until a busy harness has seen the exit.
constexpr duration death_notice = std::chrono::seconds(1);

enum class connection_age { reused, fresh };

// "in_flight x3, silent x1"
std::string count_conditions(const std::vector<held_condition>& held) {
    std::map<held_condition, std::size_t> counts;
    for (const held_condition condition : held) {
        ++counts[condition];
    }
    std::string text;
    for (const auto& [condition, count] : counts) {
        text += text.empty() ? "" : ", ";
        text += std::string(to_text(condition)) + " x" + std::to_string(count);
    }
    return text.empty() ? "nothing" : text;
}

// "head end_of_stream (End of file) 836"
std::string describe(const failure_class& kind) {
    return std::string(to_text(kind.phase)) + " " + std::string(to_text(kind.end)) +
           (kind.error.empty() ? "" : " (" + kind.error + ")") + " " + grouped(kind.count);
}

// Empty when none failed so.
std::string describe_failures_on(connection_age age, const request_tally& requests) {
    std::string text;
    const failure_class* any = nullptr;
    duration age_min = duration::max();
    duration age_max{};
    for (const failure_class& kind : requests.failures) {
        if (kind.on_reused != (age == connection_age::reused)) {
            continue;
        }
        text += (text.empty() ? "" : ", ") + describe(kind);
        age_min = std::min(age_min, kind.age_min);
        age_max = std::max(age_max, kind.age_max);
        any = &kind;
    }
    if (any == nullptr) {
        return {};
    }
    text += "; " + std::string(to_text(any->family));
    if (age == connection_age::reused) {
        return "failed on reused connections, " + to_text(age_min) + " to " + to_text(age_max) +
               " old: " + text;
    }
    return "failed on fresh connections: " + text;
}

}  // namespace

std::string grouped(std::uint64_t count) {
    constexpr std::size_t group_digits = 3;
    std::string text = std::to_string(count);
    for (std::size_t at = text.size(); at > group_digits;) {
        at -= group_digits;
        text.insert(at, ",");
    }
    return text;
}

std::string answered_share(const request_tally& requests) {
    const std::uint64_t answered = requests.ordinary - requests.answered_after_stop;
    const std::uint64_t all = answered + requests.failed_on_reused + requests.failed_on_fresh;
    const double share = all == 0 ? 0.0 : static_cast<double>(answered) / static_cast<double>(all);
    std::array<char, 16> percent{};
    std::snprintf(percent.data(), percent.size(), "%.1f %%", std::floor(share * 1000.0) / 10.0);
    return grouped(answered) + " of " + grouped(all) + " requests answered, " + percent.data() +
           "; failed: " + grouped(requests.failed_on_reused) + " on reused connections, " +
           grouped(requests.failed_on_fresh) + " on fresh ones";
}

std::vector<std::string> describe_failures(const request_tally& requests) {
    std::vector<std::string> lines;
    for (const connection_age age : {connection_age::reused, connection_age::fresh}) {
        if (std::string line = describe_failures_on(age, requests); !line.empty()) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

std::string instant(std::optional<since_start> when) {
    if (!when) {
        return "never";
    }
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "at %.3f s",
                  std::chrono::duration<double>(*when).count());
    return text.data();
}

std::string counted(std::uint64_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

void add_bounded(std::vector<std::string>& lines, std::string line) {
    if (lines.size() < evidence_lines_max) {
        lines.push_back(std::move(line));
    }
}

std::vector<std::string> bounded(std::vector<std::string> lines) {
    if (lines.size() > evidence_lines_max) {
        const std::size_t left_out = lines.size() - evidence_lines_max;
        lines.resize(evidence_lines_max);
        lines.push_back("and " + std::to_string(left_out) + " more");
    }
    return lines;
}

std::vector<std::string> describe_path(const path_record& path) {
    std::vector<std::string> lines;
    for (const link_record& link : path.links) {
        lines.push_back("link " + link.name + " before " + link.leads_to + ": " +
                        counted(link.accepted_count, "connection") + ", " +
                        counted(link.resets_count, "RST") + ", " +
                        counted(link.dial_failures_count, "failed dial"));
        for (const toxic_record& toxic : link.toxics) {
            lines.push_back("toxic " + toxic.name + " " + toxic.settings + ": struck " +
                            counted(toxic.connections_count, "connection") + ", " +
                            counted(toxic.strikes_count, "time") +
                            (toxic.delays_count == 0
                                 ? ""
                                 : "; later by " + to_text(toxic.delay_min) + " to " +
                                       to_text(toxic.delay_max) + ", mean " +
                                       to_text(toxic.delay_mean) + ", of it at most " +
                                       to_text(toxic.lateness_max) + " not its own"));
        }
    }
    if (path.stop_allowance > duration::zero()) {
        lines.push_back("the stop was given " + to_text(path.stop_allowance) +
                        " more, for the way through links");
    }
    return lines;
}

std::vector<std::string> describe_stop(const cycle_record& record) {
    const stop_record& stop = record.stop;
    std::vector<std::string> lines;
    lines.push_back("stop " + stop.mode + " (" + stop.trigger + ") triggered " +
                    instant(stop.triggered) + ", moment " + stop.moment);
    lines.push_back("held at the stop: " + count_conditions(stop.held));
    if (stop.released) {
        lines.push_back("the harness let go of it " + instant(stop.released));
    }
    lines.push_back("listener gone " + instant(stop.listener_gone));
    lines.push_back("finished " + instant(stop.finished) + ", deadline " + instant(stop.deadline));
    if (stop.quit_asked) {
        lines.push_back("asked to quit " + instant(stop.quit_asked));
    }
    for (const stop_escalation& step : stop.escalations) {
        lines.push_back("the harness sent " + step.signal + " " + instant(step.at));
    }
    for (std::string& line : describe_path(record.path)) {
        lines.push_back(std::move(line));
    }
    if (record.exit) {
        lines.push_back("exit status: " + to_text(*record.exit) + " " + instant(record.exited));
    }
    return lines;
}

std::vector<std::string> last_output(const output_record& output) {
    std::vector<std::string> lines;
    std::string_view rest = output.tail;
    while (!rest.empty() && rest.back() == '\n') {
        rest.remove_suffix(1);
    }
    while (!rest.empty() && lines.size() < output_lines_max) {
        const std::size_t line_break = rest.rfind('\n');
        const std::size_t begin = line_break == std::string_view::npos ? 0 : line_break + 1;
        lines.push_back("output: " + std::string(rest.substr(begin, output_line_bytes_max)));
        rest = begin == 0 ? std::string_view() : rest.substr(0, begin - 1);
    }
    std::ranges::reverse(lines);
    return lines;
}

bool was_killed_on_purpose(const cycle_record& record) {
    return std::ranges::any_of(record.faults, [](const fault_record& fault) {
        return fault.ends_the_server && fault.delivered_count > 0;
    });
}

bool was_disturbed_on_purpose(const cycle_record& record) {
    return std::ranges::any_of(record.faults, [](const fault_record& fault) {
        return fault.disturbs_requests && fault.delivered_count > 0;
    });
}

std::optional<since_start> ended_by_server(const injection& one) {
    if (one.server_closed && one.server_released) {
        return std::min(*one.server_closed, *one.server_released);
    }
    return one.server_closed ? one.server_closed : one.server_released;
}

const fault_record* hindrance_of_start(const cycle_record& record) {
    const auto found = std::ranges::find_if(record.faults, [](const fault_record& fault) {
        return fault.point == to_text(strike_point::start) && fault.delivered_count > 0;
    });
    return found == record.faults.end() ? nullptr : &*found;
}

const fault_record* delivered_fault(const cycle_record& record, std::string_view kind) {
    const auto found = std::ranges::find_if(record.faults, [kind](const fault_record& fault) {
        return fault.kind == kind && fault.delivered_count > 0;
    });
    return found == record.faults.end() ? nullptr : &*found;
}

bool was_its_death(const cycle_record& record, since_start when) {
    const std::optional<since_start>& stop = record.stop.triggered;
    return record.exited && (!stop || *record.exited < *stop) &&
           when + death_notice >= *record.exited;
}

bool ended_at_descriptor_limit(const cycle_record& record, const running_contract& promised) {
    return std::ranges::any_of(record.faults, [&](const fault_record& fault) {
        return rules::is_exit_at_limit(fault, {record.exited, record.stop.triggered}, promised);
    });
}

std::optional<since_start> forced_at(const cycle_record& record) {
    if (record.stop.escalations.empty()) {
        return {};
    }
    return record.stop.escalations.front().at;
}

}  // namespace stormdrain
