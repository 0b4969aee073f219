#include "harness/report/page/kept_files.hpp"

#include "harness/report/page/words.hpp"

#include <algorithm>

namespace stormdrain::page {
namespace {

// A page may have four defects with as many; what is left out is in the same place.
constexpr std::size_t cycles_max = 8;
constexpr std::size_t files_max = 10;

struct found_cycle {
    const kept_cycle* cycle = nullptr;
    std::string folder;
    std::vector<std::string> files;  // empty: not here
};

found_cycle find_files(const kept_cycle& cycle, const folder_listing& files_in) {
    for (const std::string& folder : cycle.folders) {
        if (std::vector<std::string> files = files_in(folder); !files.empty()) {
            std::ranges::sort(files);
            return {&cycle, folder, std::move(files)};
        }
    }
    return {&cycle, cycle.folders.back(), {}};
}

void write_link(std::ostream& out, const std::string& folder, const std::string& file) {
    out << "<a href=\"" << url_of(folder + "/" + file) << "\">" << name(file) << "</a>";
}

void write_row(std::ostream& out, const found_cycle& found) {
    // "7", "7-replay3"
    const std::string its_name = found.folder.substr(found.folder.rfind('/') + 1);
    out << "<tr><td>" << name(its_name) << "</td><td>" << name(found.cycle->broken) << "</td><td>"
        << name(found.cycle->stop) << "</td><td>";
    for (std::size_t i = 0; i < found.files.size() && i < files_max; ++i) {
        out << (i == 0 ? "" : ", ");
        write_link(out, found.folder, found.files[i]);
    }
    if (found.files.size() > files_max) {
        out << ", <a href=\"" << url_of(found.folder) << "/\">"
            << counted(found.files.size() - files_max, "more", "more") << "</a>";
    }
    if (found.files.empty()) {
        out << "not beside this page: <code>" << line(found.folder) << "</code>";
    }
    out << "</td></tr>\n";
}

}  // namespace

void write_kept(std::ostream& out, const scenario_series& series, const folder_listing& files_in) {
    if (series.kept.empty()) {
        return;
    }
    std::vector<const kept_cycle*> cycles;
    for (const kept_cycle& one : series.kept) {
        cycles.push_back(&one);
    }
    const auto is_other = [&series](const kept_cycle* one) {
        return !series.worst || one->folders.back() != series.worst->folder;
    };
    std::ranges::stable_sort(cycles, {}, is_other);
    out << "<h3>Files of the failed cycles</h3>\n<table cellpadding=\"4\">\n<tr "
           "align=\"left\"><th>cycle</th>"
           "<th>broken</th><th>stop</th><th>files</th></tr>\n";
    for (std::size_t i = 0; i < cycles.size() && i < cycles_max; ++i) {
        write_row(out, find_files(*cycles[i], files_in));
    }
    out << "</table>\n";
    const std::string& folder = cycles.front()->folders.back();
    write_rest(out, cycles.size(), cycles_max,
               "<code>" + line(folder.substr(0, folder.rfind('/'))) + "</code>");
}

}  // namespace stormdrain::page
