#include "harness/report/page/machine_section.hpp"

#include "harness/report/page/words.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace stormdrain::page {
namespace {

std::string_view color_of(const machine_mechanism& one) {
    return one.is_available() ? color::green : one.is_needed ? color::red : color::amber;
}

void write_mechanisms(std::ostream& out, const machine_facts& machine) {
    // What is not there is what one looks for.
    std::vector<machine_mechanism> rows = machine.mechanisms;
    std::ranges::stable_sort(rows, {}, &machine_mechanism::is_available);
    out << "<table cellpadding=\"4\">\n<tr "
           "align=\"left\"><th>mechanism</th><th>here</th><th>without it</th></tr>"
           "\n";
    for (std::size_t i = 0; i < rows.size() && i < rows_max; ++i) {
        const machine_mechanism& one = rows[i];
        out << "<tr><td nowrap=\"nowrap\">" << dot_of(color_of(one)) << "&#160;" << name(one.name)
            << (one.is_needed ? " *" : "") << "</td><td nowrap=\"nowrap\">" << name(one.state)
            << "</td><td>" << line(one.without)
            << (one.why.empty() ? "" : " (" + line(one.why) + ")") << "</td></tr>\n";
    }
    out << "</table>\n<p>* needed for every verdict</p>\n";
}

void write_settings(std::ostream& out, const machine_facts& machine) {
    out << "<table cellpadding=\"4\">\n<tr align=\"left\"><th>setting</th><th>here</th><th>what "
           "depends on it</th>"
           "</tr>\n";
    for (std::size_t i = 0; i < machine.settings.size() && i < rows_max; ++i) {
        const machine_setting& one = machine.settings[i];
        out << "<tr><td nowrap=\"nowrap\">" << name(one.name) << "</td><td>" << name(one.value)
            << "</td><td>" << line(one.matters) << "</td></tr>\n";
    }
    out << "</table>\n";
}

}  // namespace

void write_machine(std::ostream& out, const machine_facts& machine) {
    if (machine.mechanisms.empty() && machine.settings.empty()) {
        return;
    }
    out << "<h2>What this machine allowed</h2>\n";
    write_mechanisms(out, machine);
    write_settings(out, machine);
}

}  // namespace stormdrain::page
