#include "harness/plan/readers/includes_reader.hpp"

#include "harness/plan/plan.hpp"
#include "harness/plan/readers/file_places.hpp"
#include "harness/plan/readers/names.hpp"

#include <algorithm>
#include <filesystem>

namespace stormdrain {
namespace {

// However it is written, by whatever link; a file that is not there is complained about by who
// reads it.
bool is_same_file(const std::string& left, const std::string& right) {
    std::error_code absent;
    return std::filesystem::equivalent(left, right, absent);
}

void add_tags(scenario& to, const std::vector<std::string>& tags) {
    for (const std::string& tag : tags) {
        if (std::ranges::find(to.tags, tag) == to.tags.end()) {
            to.tags.push_back(tag);
        }
    }
}

}  // namespace

includes_reader::includes_reader(const suite& into, const suite_chain& files,
                                 std::vector<problem>& problems)
    : into_(into), files_(files), problems_(problems) {}

std::vector<std::shared_ptr<const suite>> includes_reader::read(object_reader& root) {
    for (object_reader& keys : root.objects("includes")) {
        read_entry(keys);
    }
    const bool is_list = root.kind_of("includes") == object_reader::value_kind::array;
    if (is_list && root.list("includes")->keys().empty()) {
        root.complain("includes", "expected at least one suite");
    }
    return {parts_.begin(), parts_.end()};
}

void includes_reader::read_entry(object_reader& keys) {
    inclusion how;
    how.filter = keys.text("filter", "*");
    how.tags = keys.texts("tags", std::vector<std::string>{});
    how.how_much = read_amount(keys);
    const std::shared_ptr<const suite> from = open(keys);
    keys.finish();
    if (!from) {
        return;
    }
    bool any_taken = take(*from, how);
    for (const std::shared_ptr<const suite>& nested : from->included) {
        any_taken = take(*nested, how) || any_taken;
    }
    if (!any_taken) {
        keys.complain("filter", "expected the names of scenarios of " + from->file + ", got " +
                                    in_quotes(how.filter) + ", which matches none");
    }
}

std::shared_ptr<const suite> includes_reader::open(object_reader& keys) {
    const std::string given = keys.text("suite");
    if (given.empty()) {
        return nullptr;  // and so it was complained about, unless the text is empty
    }
    const std::string file = beside(folder_of(into_.file), given);
    const bool is_ring = std::ranges::any_of(
        files_, [&file](const std::string& outer) { return is_same_file(outer, file); });
    if (is_ring) {
        keys.complain("suite",
                      "expected a suite that does not include this one, got " + in_quotes(given));
        return nullptr;
    }
    const auto [entry, is_new] = opened_.try_emplace(file);
    if (is_new) {
        entry->second = read_suite_within(files_, file, problems_);
    }
    return entry->second;
}

bool includes_reader::take(const suite& from, const inclusion& how) {
    bool any_taken = false;
    for (const scenario& what : from.scenarios) {
        if (!matches_filter(what.name, how.filter)) {
            continue;
        }
        any_taken = true;
        std::vector<scenario>& taken = part_of(from).scenarios;
        auto mine = std::ranges::find(taken, what.name, &scenario::name);
        if (mine == taken.end()) {
            mine = taken.insert(taken.end(), what);
        }
        add_tags(*mine, how.tags);
        set_amount(*mine, how.how_much);
    }
    return any_taken;
}

suite& includes_reader::part_of(const suite& from) {
    const auto found = std::ranges::find_if(
        parts_, [&from](const auto& part) { return is_same_file(part->file, from.file); });
    if (found != parts_.end()) {
        return **found;
    }
    suite part = from;
    part.scenarios.clear();
    part.included.clear();
    if (!into_.target_files.empty()) {
        part.target_files = into_.target_files;
    }
    return *parts_.emplace_back(std::make_shared<suite>(std::move(part)));
}

}  // namespace stormdrain
