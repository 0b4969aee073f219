// detection_matrix BUILD_FOLDER SOURCE_FOLDER [--only NAME]... [--markdown FILE]
//
// Runs every defect build until its finding, and the server that it is a change of over all of the
// same cycles; prints the detection matrix, and writes it as Markdown. Exit code: 0 all detected
// and no false alarm, 1 not, 2 usage.

#include "ci/acceptance/descendants.hpp"
#include "ci/acceptance/matrix.hpp"
#include "ci/acceptance/trial.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
constexpr auto run_limit = 10min;  // of one defect or twin; they take seconds

struct request {
    std::string build;
    std::string source;
    std::vector<std::string> only;  // empty: all
    std::string markdown;           // empty: none
};

std::optional<request> read_request(std::span<char*> arguments) {
    if (arguments.size() < 3 || arguments.size() % 2 == 0) {
        return std::nullopt;
    }
    request asked{arguments[1], arguments[2], {}, {}};
    for (std::size_t i = 3; i < arguments.size(); i += 2) {
        const std::string option = arguments[i];
        if (option == "--only") {
            asked.only.emplace_back(arguments[i + 1]);
        } else if (option == "--markdown") {
            asked.markdown = arguments[i + 1];
        } else {
            return std::nullopt;
        }
    }
    return asked;
}

// Every one that there is a source of: the build's folder may hold older ones.
std::vector<std::string> defects_of(const request& asked) {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(asked.source + "/servers/defects")) {
        const std::string name = entry.path().stem().string();
        const bool is_wanted =
            asked.only.empty() || std::ranges::find(asked.only, name) != asked.only.end();
        if (entry.path().extension() == ".cpp" && is_wanted) {
            names.push_back(name);
        }
    }
    std::ranges::sort(names);
    for (const std::string& name : asked.only) {
        if (!std::ranges::binary_search(names, name)) {
            throw std::runtime_error("there is no defect build " + name);
        }
    }
    return names;
}

// Many defects share a scenario, and the plan of a seed is always the same: a twin runs it once.
class twin_bench {
public:
    explicit twin_bench(const request& asked) : asked_(asked) {}

    const trial& try_out(const defect_record& record) {
        const std::string target = asked_.source + "/servers/reference/" + twin_of(record);
        const std::vector<std::string> argv =
            trial_argv(asked_.build + "/bin/stormdrain", asked_.source + "/suites", record, target,
                       trial_length::all_cycles);
        const auto known = tried_.find(argv);
        return known != tried_.end()
                   ? known->second
                   : tried_.emplace(argv, run_until_judged(argv, run_limit)).first->second;
    }

private:
    const request& asked_;
    std::map<std::vector<std::string>, trial> tried_;
};

std::string twin_disagreement(const trial& tried) {
    if (tried.run.how.exit_code == 0 && tried.left.empty()) {
        return "";
    }
    return "expected exit code 0, got " + to_text(tried.run.how) + "\n" + tried.run.output +
           tried.left;
}

matrix_row row_of(const request& asked, const std::string& name, twin_bench& twins) {
    matrix_row row;
    row.record = ask_record(asked.build + "/bin/server_" + name);
    const std::string target = asked.build + "/defects/" + name + ".json";
    const trial tried =
        run_until_judged(trial_argv(asked.build + "/bin/stormdrain", asked.source + "/suites",
                                    row.record, target, trial_length::until_first_finding),
                         run_limit);
    row.found = tried.seen;
    row.wrong = disagreement(row.record, tried);
    row.twin = twin_of(row.record);
    const trial& twin = twins.try_out(row.record);
    row.twin_found = twin.seen;
    row.twin_wrong = twin_disagreement(twin);
    return row;
}

int run(const request& asked) {
    adopt_orphans();
    twin_bench twins(asked);
    std::vector<matrix_row> rows;
    for (const std::string& name : defects_of(asked)) {
        std::cerr << name << std::endl;
        rows.push_back(row_of(asked, name, twins));
    }
    std::cout << matrix_text(rows);
    if (!asked.markdown.empty()) {
        write_file(asked.markdown, matrix_markdown(rows));
    }
    return is_good(rows) ? 0 : 1;
}

}  // namespace
}  // namespace stormdrain::acceptance

int main(int argc, char** argv) {
    using namespace stormdrain::acceptance;
    try {
        const auto asked = read_request(std::span(argv, static_cast<std::size_t>(argc)));
        if (!asked) {
            std::cerr << "usage: detection_matrix BUILD_FOLDER SOURCE_FOLDER [--only NAME]... "
                         "[--markdown FILE]\n";
            return 2;
        }
        return run(*asked);
    } catch (const std::exception& error) {
        std::cerr << "detection_matrix: " << error.what() << "\n";
        return 1;
    }
}
