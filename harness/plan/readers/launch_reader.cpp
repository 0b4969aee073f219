#include "harness/plan/readers/launch_reader.hpp"

#include "harness/config/text_file.hpp"
#include "harness/plan/readers/file_places.hpp"
#include "harness/plan/readers/limits_reader.hpp"
#include "harness/plan/readers/names.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace stormdrain {
namespace {

using value_kind = object_reader::value_kind;

// Held in memory, and written anew for each cycle.
constexpr std::uint64_t generated_bytes_max = 1024 * 1024 * 1024;

void check_variables(object_reader& from, std::string_view key, std::string_view text,
                     const variables& known) {
    const std::vector<std::string> names = names_of(known);
    const std::vector<std::string_view> words(names.begin(), names.end());
    for (const std::string& name : expand(text, known).unknown) {
        std::optional<std::string> guess = nearest_word(name, words);
        if (guess) {
            guess = "${" + *guess + "}";
        }
        from.complain(
            key,
            with_guess("expected known variables, got " + in_quotes("${" + name + "}"), guess));
    }
}

void read_environment(object_reader& launch, const variables& known, target& result) {
    std::optional<object_reader> keys = launch.object("env");
    if (!keys) {
        return;
    }
    for (const std::string& name : keys->keys()) {
        if (name.empty() || name.find('=') != std::string::npos) {
            keys->complain(name, "expected the name of a variable, got " + in_quotes(name));
        }
        if (keys->kind_of(name) == value_kind::null) {
            result.environment.emplace_back(name, std::nullopt);
            continue;
        }
        const std::string value = keys->text(name);
        check_variables(*keys, name, value, known);
        result.environment.emplace_back(name, value);
    }
}

std::string read_template(object_reader& keys, const std::string& key, const std::string& path) {
    text_file file = read_text_file(path, template_bytes_max);
    if (!file.text) {
        keys.complain(key, "expected a template that can be read, got " +
                               in_quotes(keys.text(key)) + ": " + file.failure);
    }
    return std::move(file.text).value_or("");
}

void read_files(object_reader& launch, const std::string& folder, target& result) {
    std::optional<object_reader> keys = launch.object("files");
    if (!keys) {
        return;
    }
    for (const std::string& name : keys->keys()) {
        if (!stays_inside(name)) {
            keys->complain(
                name, "expected a file name inside the cycle's folder, got " + in_quotes(name));
        }
        if (keys->kind_of(name) == value_kind::text) {
            const std::string path = beside(folder, keys->text(name));
            result.files.push_back({name, read_template(*keys, name, path), 0});
        } else if (keys->kind_of(name) == value_kind::object) {
            object_reader generated = *keys->object(name);
            const std::uint64_t bytes = generated.size_bytes("size", 0, generated_bytes_max);
            result.files.push_back({name, "", bytes});
            generated.finish();
        } else {
            keys->complain(name, "expected the path of a template, or {\"size\": \"16MiB\"}");
        }
    }
}

}  // namespace

void read_launch(object_reader& root, const std::string& folder, const variables& known,
                 target& result) {
    std::optional<object_reader> launch = root.object("launch");
    if (!launch) {
        if (!root.has("launch")) {
            root.complain("",
                          "required key \"launch\" is missing; expected an object such as "
                          "{\"argv\": [\"./server\"]}");
        }
        return;
    }
    result.launch_line = launch->line();
    result.argv = read_argv(*launch, "argv", folder, known);
    read_environment(*launch, known, result);
    result.working_folder = launch->text("folder", "");
    check_variables(*launch, "folder", result.working_folder, known);
    if (!result.working_folder.empty() && !result.working_folder.starts_with("${")) {
        result.working_folder = absolute_beside(folder, result.working_folder);
    }
    read_files(*launch, folder, result);
    result.limits = read_limits(*launch);
    result.exit_watch = read_exit_watch(*launch);
    launch->finish();
}

std::vector<std::string> read_argv(object_reader& from, std::string_view key,
                                   const std::string& folder, const variables& known) {
    std::vector<std::string> argv = from.texts(key);
    if (from.kind_of(key) != value_kind::array) {
        return argv;
    }
    object_reader words = *from.list(key);
    const bool no_program =
        argv.empty() || (words.kind_of("0") == value_kind::text && argv.front().empty());
    if (no_program) {
        from.complain(key, "expected a program and its arguments, got no program");
        return argv;
    }
    for (std::size_t index = 0; index < argv.size(); ++index) {
        check_variables(words, std::to_string(index), argv[index], known);
    }
    std::string& program = argv.front();
    if (program.find('/') != std::string::npos && !program.starts_with("${")) {
        program = absolute_beside(folder, program);
    }
    return argv;
}

}  // namespace stormdrain
