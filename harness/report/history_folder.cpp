#include "harness/report/history_folder.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/checks/fingerprint.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/report/text.hpp"
#include "harness/report/write_file_by_rename.hpp"

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <system_error>
#include <vector>

namespace stormdrain {
namespace {

using nlohmann::json;

constexpr std::int64_t file_version = 1;
constexpr std::string_view file_prefix = "night-";
constexpr std::string_view file_suffix = ".json";
constexpr std::size_t run_digits = 8;
constexpr std::int64_t count_max = std::numeric_limits<std::int64_t>::max();

// In the order of their time: it is in their names.
std::vector<std::string> night_files(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(file_prefix) && name.ends_with(file_suffix)) {
            files.push_back(entry.path().string());
        }
    }
    std::ranges::sort(files);
    return files;
}

// "2026-11-20T02:17:00" is "20261120T021700Z".
std::string name_of(const night& tonight, const run_facts& facts) {
    std::string when = tonight.began + "Z";
    std::erase_if(when, [](char c) { return c == '-' || c == ':'; });
    // The same run has the same name, however often its results are put together.
    const std::string run =
        short_digest(tonight.began + "\n" + to_hex(facts.run_seed) + "\n" +
                         to_hex(facts.plan_hash) + "\n" + facts.hostname + "\n" + facts.command,
                     run_digits);
    return std::string(file_prefix) + when + "-" + run + std::string(file_suffix);
}

bool is_date(std::string_view text) {
    constexpr std::string_view form = "0000-00-00T00:00:00";
    return text.size() == form.size() && std::ranges::equal(text, form, [](char c, char wanted) {
               return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
           });
}

night_finding read_finding(object_reader& from) {
    night_finding one;
    one.target = from.text("target");
    one.check = from.text("check");
    one.fingerprint = from.text("fingerprint");
    one.broken.hits = static_cast<std::uint64_t>(from.integer("broken_count", 0, count_max));
    one.broken.trials = static_cast<std::uint64_t>(from.integer("judged_count", 0, count_max));
    if (one.broken.hits > one.broken.trials) {
        from.complain("broken_count", "expected no more than judged_count");
    }
    one.scenarios = from.texts("scenarios");
    one.message = from.text("message");
    from.finish();
    return one;
}

night read_night(const std::string& path, std::vector<problem>& problems) {
    const json_document document = json_document::load(path, problems);
    if (!document.readable()) {
        return {};
    }
    object_reader root = document.root(problems);
    root.integer("stormdrain_history", file_version, file_version);
    night read;
    read.number = static_cast<std::uint32_t>(
        root.integer("night", 1, std::numeric_limits<std::uint32_t>::max() - 1));
    read.began = root.text("began");
    if (!is_date(read.began)) {
        root.complain("began", "expected a time such as 2026-11-20T02:17:00");
    }
    for (object_reader& one : root.objects("findings")) {
        read.findings.push_back(read_finding(one));
    }
    root.finish();
    return read;
}

json write_finding(const night_finding& one) {
    return {{"target", one.target},
            {"check", one.check},
            {"fingerprint", one.fingerprint},
            {"broken_count", one.broken.hits},
            {"judged_count", one.broken.trials},
            {"scenarios", one.scenarios},
            {"message", one.message}};
}

finding_history read_nights(const std::vector<std::string>& files) {
    finding_history history;
    std::vector<problem> problems;
    for (const std::string& file : files) {
        history.nights.push_back(read_night(file, problems));
    }
    if (!problems.empty()) {
        throw config_error(std::move(problems));
    }
    return history;
}

}  // namespace

finding_history read_history(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error || ::access(folder.c_str(), W_OK | X_OK) != 0) {
        throw environment_error(
            "cannot keep a history in " + folder + ": " +
            (error ? error : std::error_code(errno, std::system_category())).message());
    }
    return read_nights(night_files(folder));
}

finding_history history_before(const std::string& folder, const run_facts& facts) {
    if (std::error_code error; !std::filesystem::is_directory(folder, error)) {
        throw environment_error("cannot read a history in " + folder + ": it is no folder");
    }
    night own;
    own.began = utc_text(facts.began);
    std::vector<std::string> files = night_files(folder);
    std::erase_if(files, [name = name_of(own, facts)](const std::string& file) {
        return std::filesystem::path(file).filename() == name;
    });
    finding_history history = read_nights(files);
    // Times of this form are in the order of their letters.
    std::erase_if(history.nights, [&own](const night& one) { return one.began > own.began; });
    return history;
}

void write_night(const std::string& folder, const night& tonight, const run_facts& facts) {
    json findings = json::array();
    for (const night_finding& one : tonight.findings) {
        findings.push_back(write_finding(one));
    }
    const json written{{"stormdrain_history", file_version},
                       {"night", tonight.number},
                       {"began", tonight.began},
                       {"findings", findings}};
    write_file_by_rename(folder + "/" + name_of(tonight, facts), [&](std::ostream& out) {
        // In lines: what is wrong in one is then said by its number.
        out << written.dump(1, ' ', false, json::error_handler_t::replace) << "\n";
    });
    std::vector<std::string> files = night_files(folder);
    const std::size_t kept = std::min(files.size(), finding_history::nights_max);
    for (std::size_t old = 0; old + kept < files.size(); ++old) {
        std::error_code gone;  // another run may have removed it just now
        std::filesystem::remove(files[old], gone);
    }
}

}  // namespace stormdrain
