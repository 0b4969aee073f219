#include "ci/benchmarks/slow_programs.hpp"

#include "ci/benchmarks/printed_counts.hpp"

#include <regex>

namespace stormdrain::benchmarks {

std::string name_of(slow_program which) {
    return which == slow_program::stormdrain ? "stormdrain" : "slowhttptest";
}

std::vector<std::string> argv_of(slow_program which, const std::string& program,
                                 const slow_work& work) {
    const std::string clients = std::to_string(work.clients_count);
    const std::string seconds = std::to_string(work.seconds);
    if (which == slow_program::stormdrain) {
        return {program,       "attack",     work.url,  "--slow", "headers",
                "--clients",   clients,      "--every", "1s",     "--duration",
                seconds + "s", "--progress", "none"};
    }
    // Connects as fast as it can, too; -x bounds what follows each second, -p the probe's patience.
    return {program, "-H", "-c", clients, "-r",  clients, "-i",     "1",  "-x",
            "8",     "-p", "3",  "-t",    "GET", "-u",    work.url, "-l", seconds};
}

std::optional<std::uint64_t> held_by(slow_program which, const std::string& output) {
    if (which == slow_program::stormdrain) {
        return number_in(output, R"(connected, (\d+) open at the end)");
    }
    // It prints a page a second, in colours: the last one counts.
    const std::regex escapes("\x1b\\[[0-9;]*[A-Za-z]");
    const std::string plain = std::regex_replace(output, escapes, "");
    const std::size_t last = plain.rfind("connected:");
    return last == std::string::npos ? std::nullopt
                                     : number_in(plain.substr(last), R"(connected:\s+(\d+))");
}

}  // namespace stormdrain::benchmarks
