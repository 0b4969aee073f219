#include "ci/tidy/rules.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <utility>

namespace stormdrain::tidy {
namespace {

struct ban {
    std::string word;
    bool (*applies)(const source_file& file);
    std::string instead;
    std::string reason;
    std::string unless_followed_by = {};
};

bool everywhere(const source_file& file) {
    return file.is_cpp();
}

bool in_headers(const source_file& file) {
    return file.is_header();
}

bool in_any(const source_file& file, const std::vector<std::string_view>& places) {
    return std::ranges::any_of(
        places, [&](std::string_view place) { return file.path.starts_with(place); });
}

// House rule 22: what comes from a user is read once, with every error named.
bool where_json_ends(const source_file& file) {
    return in_any(file, {"harness/", "faults/"}) && !file.is_test() &&
           !in_any(file, {"harness/config/", "harness/report/"});
}

// Commands and reports write JSON, as does what makes scenarios smaller; they do not read a user's.
bool where_json_is_not_written(const source_file& file) {
    return where_json_ends(file) && !in_any(file, {"harness/commands/", "harness/shrink/"});
}

bool where_nobody_prints(const source_file& file) {
    return in_any(file, {"harness/", "faults/"}) && !file.is_test() &&
           !in_any(file, {"harness/report/", "harness/commands/", "harness/main.cpp"});
}

const std::vector<ban>& bans() {
    static const std::vector<ban> table = {
        {"asio::detached", everywhere, "task_group",
         "an exception thrown in a detached coroutine vanishes, and nobody joins it"},
        {"sleep_for", everywhere, "a timer with a deadline", "a sleep is a guess"},
        {"sleep_until", everywhere, "a timer with a deadline", "a sleep is a guess"},
        {"usleep", everywhere, "a timer with a deadline", "a sleep is a guess"},
        {"nanosleep", everywhere, "a timer with a deadline", "a sleep is a guess"},
        {"sleep(", everywhere, "a timer with a deadline", "a sleep is a guess"},
        {"boost/asio.hpp", everywhere, "the headers of what is used",
         "the umbrella costs seconds in every file"},
        {"shared_from_this", everywhere, "one owner, or a coroutine whose frame owns it",
         "it hides who keeps what alive"},
        {"[=]", everywhere, "the names that are captured", "it copies `this` unseen"},
        {"[=,", everywhere, "the names that are captured", "it copies `this` unseen"},
        {"awaitable_operators", everywhere, "before(deadline, ...)",
         "|| costs twice as much and loses the count of a partial read"},
        {"using namespace", in_headers, "an alias, or the name itself",
         "it changes the meaning of every file that includes the header", " std::chrono_literals;"},
        {".get<", where_json_ends, "object_reader",
         "nlohmann converts silently: 3.7 to 3, -1 to 4294967295"},
        {"nlohmann::", where_json_is_not_written, "object_reader", "no JSON past harness/config"},
        {"std::cout", where_nobody_prints, "a record, a result or an error",
         "stdout belongs to reports and commands"},
    };
    return table;
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// The code, and the paths of the includes, which are literals to the rest of the rules.
std::string code_with_includes(const source_file& file) {
    std::string code = file.code;
    std::size_t start = 0;
    for (const std::string_view line : lines_of(file.text)) {
        if (line.starts_with("#include ")) {
            code.replace(start, line.size(), line);
        }
        start += line.size() + 1;
    }
    return code;
}

}  // namespace

violations banned_words(const source_file& file) {
    violations found;
    if (!file.is_cpp()) {
        return found;
    }
    const std::string code = code_with_includes(file);
    for (const ban& rule : bans()) {
        if (!rule.applies(file)) {
            continue;
        }
        for (std::size_t at = code.find(rule.word); at != std::string::npos;
             at = code.find(rule.word, at + 1)) {
            const bool word_begins =
                !is_word(rule.word.front()) || at == 0 || !is_word(code[at - 1]);
            const std::size_t end = at + rule.word.size();
            const bool word_ends =
                !is_word(rule.word.back()) || end == code.size() || !is_word(code[end]);
            const bool excused =
                !rule.unless_followed_by.empty() &&
                code.compare(end, rule.unless_followed_by.size(), rule.unless_followed_by) == 0;
            if (word_begins && word_ends && !excused) {
                found.push_back({file.path, line_at(code, at),
                                 "`" + rule.word + "`: use " + rule.instead + "; " + rule.reason});
            }
        }
    }
    return found;
}

}  // namespace stormdrain::tidy
