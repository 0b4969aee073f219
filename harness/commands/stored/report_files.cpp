#include "harness/commands/stored/report_files.hpp"

#include "harness/report/grid_html.hpp"
#include "harness/report/junit.hpp"
#include "harness/report/page/page.hpp"
#include "harness/report/prometheus.hpp"
#include "harness/report/summary_markdown.hpp"
#include "harness/report/write_file_by_rename.hpp"

#include <filesystem>
#include <system_error>
#include <vector>

namespace stormdrain {
namespace {

// Of a run too large for one file: junit.xml, junit-2.xml and so on.
std::string part_path(std::string path, std::size_t part) {
    if (part > 0) {
        const std::size_t dot = path.rfind(".xml");
        path.insert(dot == std::string::npos ? path.size() : dot, "-" + std::to_string(part + 1));
    }
    return path;
}

void write_junit_file(const std::string& path, const run_results& results) {
    const std::vector<run_results> parts = junit_parts(results);
    for (std::size_t part = 0; part < parts.size(); ++part) {
        write_file_by_rename(part_path(path, part),
                             [&parts, part](std::ostream& out) { write_junit(out, parts[part]); });
    }
    // Those of an earlier, larger run: readers take all files of the folder.
    std::error_code absent;
    for (std::size_t part = parts.size(); std::filesystem::remove(part_path(path, part), absent);
         ++part) {
    }
}

void write_grid_file(const std::string& path, const run_results& results) {
    if (!has_grid(results)) {
        std::error_code absent;  // what an earlier run drew is no result of this one
        std::filesystem::remove(path, absent);
        return;
    }
    write_file_by_rename(path, [&results](std::ostream& out) { write_grid_html(out, results); });
}

// What is there when the page is written; a folder that cannot be read has nothing to show.
page::folder_listing files_beside(const std::string& page) {
    return [base = std::filesystem::path(page).parent_path()](const std::string& folder) {
        std::vector<std::string> names;
        std::error_code absent;
        for (std::filesystem::directory_iterator entry(base / folder, absent), end;
             !absent && entry != end; entry.increment(absent)) {
            std::error_code gone;
            if (entry->is_regular_file(gone)) {
                names.push_back(entry->path().filename().string());
            }
        }
        return names;
    };
}

}  // namespace

void report_files::write(const run_results& results, const page::page_series& series) const {
    write_junit_file(junit, results);
    write_grid_file(grid, results);
    if (!prometheus.empty()) {
        write_file_by_rename(prometheus,
                             [&](std::ostream& out) { write_prometheus(out, results, series); });
    }
    write_file_by_rename(summary,
                         [&results](std::ostream& out) { write_summary_markdown(out, results); });
    write_file_by_rename(page, [&](std::ostream& out) {
        page::write_page(out, results, series, files_beside(page));
    });
}

report_files reports_in(const std::string& folder, const std::string& junit) {
    return {junit.empty() ? folder + "/junit.xml" : junit, folder + "/grid.html",
            folder + "/summary.md", folder + "/report.html"};
}

std::string names_of(const report_files& reports, const run_results& results) {
    return reports.page + ", " + reports.junit + ", " + reports.summary +
           (has_grid(results) ? ", " + reports.grid : std::string()) +
           (reports.prometheus.empty() ? std::string() : ", " + reports.prometheus);
}

}  // namespace stormdrain
