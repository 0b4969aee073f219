#include "harness/plan/readers/suite_reader.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/plan/readers/amount_reader.hpp"
#include "harness/plan/readers/combination_rules.hpp"
#include "harness/plan/readers/expectations_reader.hpp"
#include "harness/plan/readers/file_places.hpp"
#include "harness/plan/readers/grid_reader.hpp"
#include "harness/plan/readers/includes_reader.hpp"
#include "harness/plan/readers/link_reader.hpp"
#include "harness/plan/readers/load_reader.hpp"
#include "harness/plan/readers/names.hpp"
#include "harness/plan/readers/stop_reader.hpp"
#include "harness/plan/variants.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace stormdrain {
namespace {

using value_kind = object_reader::value_kind;
using std::chrono::hours;
using std::chrono::milliseconds;

class suite_file_reader {
public:
    // The files that are being read, from the outermost to this one.
    suite_file_reader(suite_chain files, object_reader& root, std::vector<problem>& problems)
        : files_(std::move(files)),
          root_(root),
          problems_(problems),
          folder_(folder_of(files_.back())) {
        result_.file = files_.back();
    }

    suite read() {
        root_.integer("stormdrain", 1, 1);
        result_.name = read_name(root_, "name");
        result_.description = root_.text("description", "");
        for (const std::string& file : root_.texts("targets", std::vector<std::string>{})) {
            result_.target_files.push_back(beside(folder_, file));
        }
        result_.included = includes_reader(result_, files_, problems_).read(root_);
        read_defaults();
        read_loads();
        read_faults();
        links_.read_named(root_);
        std::set<std::string> names;
        for (object_reader& keys : root_.objects("scenarios")) {
            read_scenario(keys);
            const std::string name = keys.text("name", "");
            if (!names.insert(name).second && !name.empty()) {
                keys.complain("name", "expected a name of its own, " + in_quotes(name) +
                                          " is another scenario's");
            }
        }
        const bool is_list = root_.kind_of("scenarios") == value_kind::array;
        const bool is_absent = !root_.has("scenarios") && !root_.has("includes");
        if (is_absent || (is_list && root_.list("scenarios")->keys().empty())) {
            root_.complain("scenarios", "expected at least one scenario");
        }
        root_.finish();
        return std::move(result_);
    }

private:
    void read_defaults() {
        if (std::optional<object_reader> keys = root_.object("defaults")) {
            set_amount(presets_, read_amount(*keys));
            keys->finish();
        }
    }

    void read_loads() {
        if (std::optional<object_reader> keys = root_.object("loads")) {
            for (const std::string& name : read_names_of_keys(*keys)) {
                if (std::optional<object_reader> load = keys->object(name)) {
                    loads_[name] = read_load(*load);
                }
            }
        }
    }

    void read_faults() {
        if (std::optional<object_reader> keys = root_.object("faults")) {
            for (const std::string& name : read_names_of_keys(*keys)) {
                if (std::optional<object_reader> fault = keys->object(name)) {
                    faults_[name] = read_fault(*fault, name);
                }
            }
        }
    }

    void read_scenario(object_reader& keys) {
        scenario base = presets_;
        base.line = keys.line();
        base.name = read_name(keys, "name");
        base.description = keys.text("description", "");
        base.tags = keys.texts("tags", std::vector<std::string>{});
        const scenario_part own = read_part(keys);
        base.load = own.load;
        base.faults = own.faults;
        base.stop = own.stop;
        base.links = links_.read_list(keys, "links");
        const bool offset_given = own.given.contains("between");
        const std::vector<dimension> rows = read_matrix(keys);
        set_amount(base, read_amount(keys));
        if (is_given(keys, "exit_within")) {
            base.exit_within = keys.length_of_time("exit_within", milliseconds(1), hours(1));
        }
        base.log_sink = keys.choice<output_sink>("log_sink", output_sink_words(), base.log_sink);
        base.expected = read_expectations(keys);
        base.restart = keys.flag("restart", base.restart);
        if (is_given(keys, "lifecycle")) {
            base.lifecycle = keys.choice<target_lifecycle>("lifecycle", target_lifecycle_words());
        }
        std::vector<scenario> variants = read_grid(
            keys, base, own.given, [this](object_reader& part) { return read_part(part); });
        keys.finish();
        const bool is_grid = !variants.empty();
        if (!is_grid) {
            variants = expand_matrix(base, rows);
        }
        if (variants.size() > variants_max) {
            keys.complain("matrix", "expected at most " + std::to_string(variants_max) +
                                        " combinations, got more");
            return;
        }
        for (scenario& each : variants) {
            fill_in_defaults(each, offset_given || is_grid);
        }
        complain_of_combinations(keys, variants, offset_given);
        std::ranges::move(variants, std::back_inserter(result_.scenarios));
    }

    // What rows and columns of a grid can say as well as the scenario itself.
    scenario_part read_part(object_reader& keys) {
        scenario_part part;
        part.load = read_load_of(keys);
        part.faults = read_faults_of(keys, "faults");
        part.given = read_stop(keys, part.stop);
        if (part.load) {
            part.given.insert("load");
        }
        return part;
    }

    std::optional<load_profile> read_load_of(object_reader& keys) {
        if (keys.kind_of("load") == value_kind::text) {
            return load_named(keys, "load", keys.text("load"));
        }
        std::optional<object_reader> load = keys.object("load");
        return load ? std::optional(read_load(*load)) : std::nullopt;
    }

    // An unknown one is complained about once: what needs a load shall not complain again.
    load_profile load_named(object_reader& from, const std::string& key,
                            const std::string& name) const {
        return check_known(from, key, "load", name, names_of(loads_)) ? loads_.at(name)
                                                                      : load_profile{};
    }

    // A list of names and objects.
    std::vector<fault_use> read_faults_of(object_reader& keys, const std::string& key) {
        std::vector<fault_use> faults;
        std::optional<object_reader> entries = keys.list(key);
        if (!entries) {
            return faults;
        }
        for (const std::string& index : entries->keys()) {
            if (entries->kind_of(index) == value_kind::text) {
                const std::string name = entries->text(index);
                if (check_known(*entries, index, "fault", name, names_of(faults_))) {
                    faults.push_back(faults_.at(name));
                }
            } else if (entries->kind_of(index) == value_kind::object) {
                object_reader fault = *entries->object(index);
                faults.push_back(read_fault(fault, ""));
            } else {
                entries->complain(index, "expected the name of a fault, or an object");
            }
        }
        return faults;
    }

    std::vector<dimension> read_matrix(object_reader& keys) {
        std::vector<dimension> rows;
        std::optional<object_reader> matrix = keys.object("matrix");
        if (!matrix) {
            return rows;
        }
        std::optional<object_reader> stop = keys.object("stop");
        add_row(*matrix, "stop.at", rows, stop && stop->has("at"), &suite_file_reader::moment);
        add_row(*matrix, "stop.mode", rows, stop && stop->has("mode"), &suite_file_reader::mode);
        add_row(*matrix, "load", rows, keys.has("load"), &suite_file_reader::load);
        add_row(*matrix, "faults", rows, keys.has("faults"), &suite_file_reader::fault_list);
        add_row(*matrix, "links", rows, keys.has("links"), &suite_file_reader::link_list);
        add_row(*matrix, "log_sink", rows, keys.has("log_sink"), &suite_file_reader::sink);
        matrix->finish();
        return rows;
    }

    // Reads one row; `read_entry` makes a variant of the entry at an index.
    void add_row(object_reader& matrix, const std::string& key, std::vector<dimension>& rows,
                 bool given_outside,
                 variant (suite_file_reader::*read_entry)(object_reader&, const std::string&)) {
        std::optional<object_reader> entries = matrix.list(key);
        if (!entries) {
            return;
        }
        if (given_outside) {
            matrix.complain(key, "expected to be varied here or given in the scenario, got both");
        }
        dimension row{key.substr(key.find('.') + 1), {}};
        std::set<std::string> seen;
        for (const std::string& index : entries->keys()) {
            const std::size_t problems_before = problems_.size();
            row.variants.push_back((this->*read_entry)(*entries, index));
            const bool is_sound = problems_.size() == problems_before;
            if (is_sound && !seen.insert(row.variants.back().value).second) {
                entries->complain(index, "expected each value once, got " +
                                             in_quotes(row.variants.back().value) + " again");
            }
        }
        if (row.variants.empty()) {
            matrix.complain(key, "expected at least one value, got an empty list");
        }
        rows.push_back(std::move(row));
    }

    variant moment(object_reader& entries, const std::string& index) {
        const stop_moment at = entries.choice<stop_moment>(index, stop_moment_words());
        return {std::string(to_text(at)), [at](scenario& in) { in.stop.at = at; }};
    }

    variant mode(object_reader& entries, const std::string& index) {
        const std::string name = read_name(entries, index);
        return {name, [name](scenario& in) { in.stop.mode = name; }};
    }

    variant sink(object_reader& entries, const std::string& index) {
        const output_sink into = entries.choice<output_sink>(index, output_sink_words());
        return {std::string(to_text(into)), [into](scenario& in) { in.log_sink = into; }};
    }

    variant load(object_reader& entries, const std::string& index) {
        const std::string name = entries.text(index);
        const load_profile profile = load_named(entries, index, name);
        return {name, [profile](scenario& in) { in.load = profile; }};
    }

    variant fault_list(object_reader& entries, const std::string& index) {
        const std::vector<fault_use> faults = read_faults_of(entries, index);
        std::string names;
        for (const fault_use& each : faults) {
            names += (names.empty() ? "" : "+") + each.name;
        }
        return {names.empty() ? "none" : names, [faults](scenario& in) { in.faults = faults; }};
    }

    variant link_list(object_reader& entries, const std::string& index) {
        const std::vector<link_use> links = links_.read_list(entries, index);
        return {names_of_links(links), [links](scenario& in) { in.links = links; }};
    }

    static void fill_in_defaults(scenario& each, bool offset_given) {
        if (!has_offset(each.stop.at)) {
            each.stop.between_min = each.stop.between_max = duration{};
        } else if (!offset_given) {
            each.stop.between_max = offset_preset_max;
        }
        for (fault_use& use : each.faults) {
            if (use.port.empty()) {
                use.port = each.load ? each.load->port : load_profile{}.port;
            }
        }
    }

    suite_chain files_;
    object_reader& root_;
    std::vector<problem>& problems_;
    std::string folder_;
    suite result_;
    scenario presets_;
    std::map<std::string, load_profile> loads_;
    std::map<std::string, fault_use> faults_;
    link_shelf links_;
};

std::shared_ptr<const suite> read_document(suite_chain files, const json_document& document,
                                           std::size_t problems_before,
                                           std::vector<problem>& problems) {
    if (!document.readable()) {
        return nullptr;
    }
    object_reader root = document.root(problems);
    suite_file_reader reader(std::move(files), root, problems);
    auto result = std::make_shared<const suite>(reader.read());
    sort_by_place(problems, problems_before);
    return problems.size() == problems_before ? std::move(result) : nullptr;
}

// Names for guesses; a folder that cannot be listed has none.
std::vector<std::string> suites_in(const std::string& folder) {
    namespace files = std::filesystem;
    std::vector<std::string> names;
    std::error_code failure;
    files::directory_iterator entry(folder, failure);
    for (; !failure && entry != files::directory_iterator(); entry.increment(failure)) {
        if (entry->path().extension() == ".json") {
            names.push_back(entry->path().stem().string());
        }
    }
    return names;
}

}  // namespace

std::shared_ptr<const suite> read_suite(const std::string& path, std::vector<problem>& problems) {
    return read_suite_within({}, path, problems);
}

std::shared_ptr<const suite> read_suite_within(suite_chain files, const std::string& path,
                                               std::vector<problem>& problems) {
    const std::size_t problems_before = problems.size();
    const json_document document = json_document::load(path, problems);
    files.push_back(path);
    return read_document(std::move(files), document, problems_before, problems);
}

std::shared_ptr<const suite> read_suite_text(const std::string& path, std::string_view text,
                                             std::vector<problem>& problems) {
    const std::size_t problems_before = problems.size();
    const json_document document = json_document::parse(path, text, problems);
    return read_document({path}, document, problems_before, problems);
}

std::optional<std::string> find_suite(const std::string& argument,
                                      const std::vector<std::string>& folders,
                                      std::vector<problem>& problems) {
    namespace files = std::filesystem;
    if (!is_name(argument)) {
        return argument;  // a path; whether it can be read is for read_suite() to say
    }
    std::vector<std::string> known;
    for (const std::string& folder : folders) {
        const files::path candidate = files::path(folder) / (argument + ".json");
        std::error_code absent;
        if (files::is_regular_file(candidate, absent)) {
            return candidate.string();
        }
        std::ranges::move(suites_in(folder), std::back_inserter(known));
    }
    std::ranges::sort(known);
    const std::vector<std::string_view> words(known.begin(), known.end());
    problems.push_back(
        {argument, 0, 0, "",
         with_guess("expected a file or the name of a suite", nearest_word(argument, words))});
    return {};
}

}  // namespace stormdrain
