#include "harness/probe/probe_table.hpp"

#include "harness/probe/probe_words.hpp"
#include "harness/probe/stop_times.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

constexpr std::size_t evidence_bytes_max = 120;

exit_promise written_promise(const contract& written, held_condition condition) {
    for (held_condition next = condition; next != held_condition::none;
         next = less_particular(next)) {
        const auto own = written.exit_within_while.find(next);
        if (own != written.exit_within_while.end()) {
            return own->second;
        }
    }
    return {written.exit_within};
}

std::string text_of(const exit_promise& time) {
    return time.within ? to_text(*time.within) : "unbounded";
}

std::string agreement(const exit_promise& promised, const exit_promise& seen, duration patience) {
    const std::string said = text_of(promised);
    if (!promised.within) {
        return said + (seen.within ? ": a time could be promised" : ": agrees");
    }
    const duration allowed = *promised.within + slack_for(*promised.within);
    if (seen.within) {
        return said + (*seen.within <= allowed ? ": agrees" : ": TOOK LONGER");
    }
    return said +
           (allowed <= patience ? ": TOOK LONGER" : ": not seen within the probe's patience");
}

// A word in place of JSON's quotes.
std::string bare(std::string text) {
    std::erase(text, '"');
    return text;
}

// More than its file promises.
bool is_more(in_flight_promise seen, in_flight_promise written) {
    return seen == in_flight_promise::complete && seen != written;
}
bool is_more(listener_promise seen, listener_promise written) {
    return seen == listener_promise::close_at_once && seen != written;
}
bool is_more(half_close_promise seen, half_close_promise written) {
    return seen == half_close_promise::respond && seen != written;
}
bool is_more(connections_promise seen, connections_promise written) {
    return seen == connections_promise::closed && seen != written;
}
bool is_more(bool seen, bool written) {
    return seen && !written;
}

template <class Value>
probe_row row_for(std::string condition, const measured<Value>& seen, const Value& written) {
    probe_row row{std::move(condition), "not measured", bare(json_of(written)), seen.evidence};
    if (seen.value) {
        row.measured = bare(json_of(*seen.value));
        row.as_written += *seen.value == written          ? ": agrees"
                          : is_more(*seen.value, written) ? ": more could be promised"
                                                          : ": DIFFERS";
    }
    return row;
}

// Of what the contract has no key for, or does not say.
template <class Value>
probe_row row_for(std::string condition, const measured<Value>& seen) {
    return {std::move(condition), seen.value ? bare(json_of(*seen.value)) : "not measured", "-",
            seen.evidence};
}

// Of what the contract may leave open.
template <class Value>
probe_row said_row(std::string condition, const measured<Value>& seen,
                   const std::optional<Value>& written) {
    probe_row row = row_for(std::move(condition), seen);
    if (written) {
        row.as_written = bare(json_of(*written));
        row.as_written += !seen.value ? "" : *seen.value == *written ? ": agrees" : ": DIFFERS";
    }
    return row;
}

// Of a time that the server keeps to, and that its file names.
probe_row timeout_row(std::string condition, const measured<duration>& seen,
                      const std::optional<duration>& written) {
    probe_row row{std::move(condition), seen.value ? to_text(*seen.value) : "-",
                  written ? to_text(*written) : "-", seen.evidence};
    if (written && seen.value) {
        const duration off =
            *seen.value > *written ? *seen.value - *written : *written - *seen.value;
        row.as_written += off <= slack_for(*written) ? ": agrees" : ": DIFFERS";
    }
    return row;
}

// Of a time within which the server has to end a client, sooner as it likes.
probe_row wait_row(std::string condition, const measured<exit_promise>& seen,
                   const std::optional<duration>& written, duration patience) {
    probe_row row{std::move(condition), seen.value ? text_of(*seen.value) : "not measured",
                  written ? to_text(*written) : "-", seen.evidence};
    if (written && seen.value) {
        row.as_written = agreement(exit_promise{written}, *seen.value, patience);
    }
    return row;
}

bool is_among(const legal_exit& one, const std::vector<legal_exit>& legal) {
    return std::ranges::find(legal, one) != legal.end();
}

// It is no contradiction that a status which is allowed was not seen.
probe_row exits_row(std::string condition, const measured<std::vector<legal_exit>>& seen,
                    const std::optional<std::vector<legal_exit>>& written) {
    probe_row row = row_for(std::move(condition), seen);
    if (written) {
        row.as_written = bare(json_of(*written));
    }
    if (written && seen.value) {
        const bool all = std::ranges::all_of(
            *seen.value, [&](const legal_exit& one) { return is_among(one, *written); });
        row.as_written += all ? ": agrees" : ": DIFFERS";
    }
    return row;
}

// Nobody asked for them, or they did not come to it.
void leave_out_untried(std::vector<probe_row>& rows) {
    std::erase_if(rows, [](const probe_row& row) { return row.evidence == not_tried; });
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

}  // namespace

std::vector<probe_row> rows_of(const measured_stop& seen, const contract& written,
                               duration patience) {
    std::vector<probe_row> rows;
    for (const auto& [condition, time] : seen.times) {
        const std::string name =
            condition == held_condition::none ? "nothing held" : std::string(to_text(condition));
        probe_row row{name, "not measured", text_of(written_promise(written, condition)),
                      time.evidence};
        if (time.value) {
            row.measured = text_of(*time.value);
            row.as_written = agreement(written_promise(written, condition), *time.value, patience);
        }
        rows.push_back(std::move(row));
    }
    rows.push_back(row_for("in flight", seen.in_flight, written.in_flight));
    rows.push_back(row_for("listener", seen.listener, written.listener));
    rows.push_back(row_for("accept queue drained", seen.drains_backlog, written.drains_backlog));
    rows.push_back(
        row_for("connections at exit", seen.connections_at_exit, written.connections_at_exit));
    rows.push_back(exits_row("exit status", seen.exit_status, written.exit_status));
    rows.push_back(exits_row("exit status, second signal", seen.exit_status_after_second_signal,
                             written.exit_status_after_second_signal));
    rows.push_back(said_row("second signal", seen.second_signal, written.second_signal));
    rows.push_back(said_row("idle connections", seen.idle_keep_alive, written.idle_keep_alive));
    rows.push_back(said_row("becoming idle", seen.becomes_idle, written.becomes_idle));
    rows.push_back(row_for("stop during the start", seen.during_start));
    leave_out_untried(rows);
    return rows;
}

std::vector<probe_row> rows_of(const measured_running& seen, const contract& written,
                               const running_contract& running, duration patience) {
    const std::optional<duration>& request = running.request_timeout;
    std::vector<probe_row> rows{
        row_for("half-closed client", seen.half_close, written.half_close),
        timeout_row("idle connection", seen.keep_alive_timeout, running.keep_alive_timeout),
        wait_row("unfinished header", seen.header_timeout, request, patience),
        wait_row("unfinished body", seen.body_timeout, request, patience),
        wait_row("dripping request", seen.drip_timeout, request, patience),
        wait_row("unfinished handshake", seen.handshake_timeout, running.handshake_timeout,
                 patience),
        row_for("defers accept", seen.defer_accept, running.defer_accept),
        said_row("no descriptor left", seen.at_descriptor_limit, running.at_descriptor_limit)};
    leave_out_untried(rows);
    return rows;
}

void write_table(std::ostream& out, std::string_view title, const std::vector<probe_row>& rows) {
    std::vector<std::array<std::string, 3>> lines{{{std::string(title), "measured", "as written"}}};
    for (const probe_row& row : rows) {
        lines.push_back({row.condition, row.measured, row.as_written});
    }
    std::array<std::size_t, 3> widths{};
    for (const auto& line : lines) {
        for (std::size_t column = 0; column < widths.size(); ++column) {
            widths.at(column) = std::max(widths.at(column), line.at(column).size());
        }
    }
    for (std::size_t index = 0; index < lines.size(); ++index) {
        for (std::size_t column = 0; column < widths.size(); ++column) {
            out << padded(lines[index].at(column), widths.at(column)) << "  ";
        }
        out << (index == 0 ? "evidence" : one_line(rows[index - 1].evidence, evidence_bytes_max))
            << "\n";
    }
    out << "\n";
}

}  // namespace stormdrain
