#include "harness/commands/explain.hpp"

#include "harness/checks/check.hpp"
#include "harness/checks/rules/rule.hpp"
#include "harness/checks/verdict.hpp"
#include "harness/commands/columns.hpp"
#include "harness/commands/explain/fault_explanation.hpp"
#include "harness/commands/explain/toxic_explanation.hpp"
#include "harness/commands/program.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/config/option_table.hpp"
#include "harness/plan/stop_moment.hpp"
#include "harness/report/junit.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

namespace stormdrain {
namespace {

std::vector<std::string> fault_names() {
    std::vector<std::string> names;
    for (const fault_kind* kind : fault_catalogue()) {
        names.emplace_back(kind->name);
    }
    return names;
}

explanation explain_fault_named(std::string_view name) {
    return explain_fault(*find_fault(name));
}

std::vector<std::string> toxic_names() {
    std::vector<std::string> names;
    for (const toxic_kind* kind : toxic_catalogue()) {
        names.emplace_back(kind->name);
    }
    return names;
}

explanation explain_toxic_named(std::string_view name) {
    return explain_toxic(*find_toxic(name));
}

std::vector<std::string> finding_names() {
    std::vector<std::string> names;
    for (const check* one : check_catalogue()) {
        names.emplace_back(one->name);
    }
    return names;
}

explanation explain_finding(std::string_view name) {
    const check& one = *find_check(name);
    explanation page;
    page.summary = one.summary;
    page.facts.emplace_back("judges", one.needs == check::subject::started_server
                                          ? "cycles whose server started"
                                          : "every cycle, also of a server that never started");
    page.facts.emplace_back("starved machine",
                            one.starvation == check::timing::sensitive
                                ? "not judged: it depends on timing"
                                : "judged all the same: it does not depend on timing");
    if (one.examine_series != nullptr) {
        page.facts.emplace_back("restarts", "also judged over the restarts in one process");
    }
    return page;
}

// Without "none": nothing is promised for it but exit_within.
std::vector<std::string> condition_names() {
    std::vector<std::string> names;
    for (int index = 1; index < held_conditions_count; ++index) {
        names.emplace_back(to_text(static_cast<held_condition>(index)));
    }
    return names;
}

explanation explain_condition(std::string_view name) {
    const std::vector<std::string> names = condition_names();
    const auto position = std::ranges::find(names, name) - names.begin();
    const auto condition = static_cast<held_condition>(position + 1);
    const held_condition wider = less_particular(condition);
    explanation page;
    page.summary = summary_of(condition);
    page.facts.emplace_back("promised by",
                            "exit_within_while/" + std::string(name) + " of a target's stop mode");
    page.facts.emplace_back("else", wider == held_condition::none
                                        ? "exit_within"
                                        : "what is promised for " + std::string(to_text(wider)));
    std::string faults;
    for (const std::string& fault : faults_that_hold(condition)) {
        faults += (faults.empty() ? "" : ", ") + fault;
    }
    page.facts.emplace_back("faults", faults.empty() ? "none" : faults);
    return page;
}

std::vector<std::string> moment_names() {
    std::vector<std::string> names;
    for (const auto& [word, moment] : stop_moment_words()) {
        names.emplace_back(word);
    }
    return names;
}

explanation explain_moment(std::string_view name) {
    const auto words = stop_moment_words();
    const stop_moment moment =
        std::ranges::find(words, name, [](const auto& each) { return each.first; })->second;
    explanation page;
    page.summary = summary_of(moment);
    page.facts.emplace_back("needs", needs_load(moment) ? "a load" : "nothing");
    if (has_offset(moment)) {
        page.facts.emplace_back("between", "two durations; the seed chooses a time between them");
    }
    page.example = "{\"stop\":{\"at\":\"" + std::string(name) + "\"}}";
    return page;
}

std::vector<std::string> verdict_names() {
    std::vector<std::string> names;
    for (const verdict each : all_verdicts) {
        names.emplace_back(to_text(each));
    }
    return names;
}

explanation explain_verdict(std::string_view name) {
    const auto found =
        std::ranges::find(all_verdicts, name, [](verdict each) { return to_text(each); });
    explanation page;
    page.summary = summary_of(*found);
    return page;
}

std::vector<std::string> rule_numbers() {
    std::vector<std::string> numbers;
    for (const rule* one : rule_catalogue()) {
        numbers.emplace_back(one->number);
    }
    // "R9" before "R10"
    std::ranges::sort(numbers, {},
                      [](const std::string& number) { return std::pair(number.size(), number); });
    return numbers;
}

explanation explain_rule(std::string_view number) {
    const rule& one = *find_rule(number);
    explanation page;
    page.summary = one.summary;
    page.facts.emplace_back("called", one.name);
    page.facts.emplace_back("source", one.source);
    return page;
}

std::vector<std::string> error_type_names() {
    std::vector<std::string> names;
    for (const junit_error_type& type : junit_error_types()) {
        names.emplace_back(type.name);
    }
    return names;
}

explanation explain_error_type(std::string_view name) {
    explanation page;
    page.summary = std::ranges::find(junit_error_types(), name, &junit_error_type::name)->summary;
    page.facts.emplace_back("in JUnit", "<error type=\"stormdrain." + std::string(name) + "\">");
    return page;
}

struct exit_sentence {
    std::string_view status;
    std::string_view summary;
    std::string_view then;  // what whoever called should do
};

constexpr std::array<exit_sentence, 5> exit_sentences{
    {{"0", "Everything that was asked for was done, and every promise kept.", "nothing"},
     {"1", "A promise was broken: that is the server's, and outranks 3.",
      "read report.html; the same command finds it again"},
     {"2", "The command line or a file is wrong: nothing was started.",
      "mend it; another try changes nothing"},
     {"3", "Something could not be judged, and nothing was broken: that is the machine's.",
      "try again, or see `stormdrain doctor`"},
     {"4", "No scenario was selected: a filter, a tag or a cycle that nothing has.",
      "see `stormdrain list`"}}};

std::vector<std::string> exit_names() {
    std::vector<std::string> names;
    for (const exit_row& row : all_exits()) {
        names.push_back(std::to_string(row.status));
    }
    return names;
}

explanation explain_exit(std::string_view name) {
    const exit_sentence& one = *std::ranges::find(exit_sentences, name, &exit_sentence::status);
    explanation page;
    page.summary = one.summary;
    page.facts.emplace_back("then", one.then);
    return page;
}

constexpr std::array<topic_group, 9> groups{
    {{"fault", "faults", fault_names, explain_fault_named},
     {"toxic", "toxics", toxic_names, explain_toxic_named},
     {"finding", "findings", finding_names, explain_finding},
     {"held condition", "held_conditions", condition_names, explain_condition},
     {"stop moment", "stop_moments", moment_names, explain_moment},
     {"verdict", "verdicts", verdict_names, explain_verdict},
     {"rule", "rules", rule_numbers, explain_rule},
     {"error type", "error_types", error_type_names, explain_error_type},
     {"exit code", "exit_codes", exit_names, explain_exit}}};

explanation explained(const topic_group& group, std::string_view name) {
    explanation page = group.explain(name);
    page.group = group.name;
    page.name = name;
    return page;
}

bool has(const topic_group& group, std::string_view name) {
    const std::vector<std::string> names = group.names();
    return std::ranges::find(names, name) != names.end();
}

usage_error unknown_word(std::string_view name) {
    std::vector<std::string> all;
    for (const topic_group& group : groups) {
        all.emplace_back(group.plural);
        std::ranges::move(group.names(), std::back_inserter(all));
    }
    const std::vector<std::string_view> words(all.begin(), all.end());
    const std::optional<std::string> guess = nearest_word(name, words);
    return usage_error(with_guess("nothing is called " + in_quotes(name), guess) +
                       (guess ? "" : "; see 'stormdrain explain'"));
}

std::span<const topic_group> group_called(std::string_view plural) {
    const auto found = std::ranges::find(groups, plural, &topic_group::plural);
    return found == groups.end() ? std::span<const topic_group>() : std::span(&*found, 1);
}

nlohmann::ordered_json list_as_json(std::span<const topic_group> some) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const topic_group& group : some) {
        for (const std::string& name : group.names()) {
            list.push_back(
                {{"group", group.name}, {"name", name}, {"summary", group.explain(name).summary}});
        }
    }
    return list;
}

}  // namespace

std::span<const topic_group> topic_groups() {
    return groups;
}

std::vector<explanation> explanations_of(std::string_view name) {
    // Types of JUnit's: "stormdrain.shutdown_deadline", "stormdrain.unfinished".
    constexpr std::string_view type_prefix = "stormdrain.";
    if (name.starts_with(type_prefix)) {
        name.remove_prefix(type_prefix.size());
    }
    // Reports say "R7", files are called after what it is; some faults are called alike.
    const rule* const by_name = find_rule(name);
    std::vector<explanation> pages;
    for (const topic_group& group : groups) {
        if (has(group, name)) {
            pages.push_back(explained(group, name));
        } else if (group.explain == explain_rule && by_name != nullptr) {
            pages.push_back(explained(group, by_name->number));
        }
    }
    if (pages.empty()) {
        throw unknown_word(name);
    }
    return pages;
}

std::string list_of_topics(std::span<const topic_group> some) {
    constexpr std::size_t indent = 2;
    constexpr std::size_t name_width = 24;
    std::string page;
    for (const topic_group& group : some) {
        page += (page.empty() ? "" : "\n") + std::string(group.plural) + "\n";
        for (const std::string& name : group.names()) {
            add_wrapped(page, std::string(indent, ' ') + padded(name, name_width),
                        group.explain(name).summary, indent + name_width);
        }
    }
    return page;
}

exit_code explain_command(const program& self, const invocation& asked) {
    using json = nlohmann::ordered_json;
    json list = asked.arguments.empty() ? list_as_json(groups) : json::array();
    std::string text = asked.arguments.empty() ? list_of_topics(groups) : "";
    for (const std::string& word : asked.arguments) {
        if (const auto group = group_called(word); !group.empty()) {
            const json entries = list_as_json(group);
            list.insert(list.end(), entries.begin(), entries.end());
            text += (text.empty() ? "" : "\n") + list_of_topics(group);
            continue;
        }
        for (const explanation& page : explanations_of(word)) {
            list.push_back(to_json(page));
            text += (text.empty() ? "" : "\n") + page_of(page);
        }
    }
    self.out << (asked.json ? list.dump(2, ' ', false, json::error_handler_t::replace) + "\n"
                            : text);
    return exit_code::kept;
}

}  // namespace stormdrain
