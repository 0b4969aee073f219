#include "harness/process/launch/keeper_protocol.hpp"

#include <time.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace stormdrain {
namespace {

// Of a server with more, all sockets of the machine are looked through at its exit.
constexpr std::size_t encoded_ports_max = 16;

// Then follow, each with its NUL: the working folder, argv, the environment.
struct encoded_header {
    std::uint64_t total_bytes = 0;
    std::uint64_t argv_count = 0;
    std::uint64_t environment_count = 0;
    std::uint64_t limits[3] = {};
    std::uint64_t limits_given[3] = {};
    exit_watch_choice exit_watch = exit_watch_choice::off;
    bool accept_trap = false;
    std::uint16_t ports[encoded_ports_max] = {};
    std::uint16_t ports_count = 0;
};

constexpr std::optional<std::uint64_t> process_limits::*encoded_limits[] = {
    &process_limits::open_files,
    &process_limits::core_bytes,
    &process_limits::address_space_bytes,
};

void append_text(std::string& bytes, const std::string& text) {
    if (text.find('\0') != std::string::npos) {
        throw std::invalid_argument("a NUL byte inside \"" + std::string(text.c_str()) + "...\"");
    }
    bytes.append(text.c_str(), text.size() + 1);
}

std::optional<std::string> take_text(std::string_view& bytes) {
    const std::size_t length = bytes.find('\0');
    if (length == std::string_view::npos) {
        return std::nullopt;
    }
    std::string text(bytes.substr(0, length));
    bytes.remove_prefix(length + 1);
    return text;
}

std::optional<std::vector<std::string>> take_texts(std::string_view& bytes, std::uint64_t count) {
    std::vector<std::string> texts;
    for (std::uint64_t index = 0; index < count; ++index) {
        std::optional<std::string> text = take_text(bytes);
        if (!text) {
            return std::nullopt;
        }
        texts.push_back(std::move(*text));
    }
    return texts;
}

}  // namespace

keeper_report keeper_failure(const char* step, int error) {
    keeper_report report;
    report.kind = report_kind::keeper_failed;
    report.number = error;
    std::strncpy(report.step, step, sizeof(report.step) - 1);
    return report;
}

std::optional<launch_parts> to_launch_parts(const launch_request& request,
                                            std::vector<owned_descriptor> passed) {
    const std::size_t before_listeners = 1U + request.has_input + request.has_output;
    const bool is_sound = request.has_input <= 1 && request.has_output <= 1;
    if (!is_sound || passed.size() != before_listeners + request.listeners_count) {
        return std::nullopt;
    }
    launch_parts parts;
    parts.spec = std::move(passed[0]);
    if (request.has_input == 1) {
        parts.input = std::move(passed[1]);
    }
    if (request.has_output == 1) {
        parts.output = std::move(passed[1U + request.has_input]);
    }
    for (std::size_t index = before_listeners; index < passed.size(); ++index) {
        parts.listeners.push_back(std::move(passed[index]));
    }
    return parts;
}

std::int64_t monotonic_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);  // cannot fail: the clock exists and `now` is ours
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

std::string encode(const launch_spec& spec) {
    if (spec.argv.empty() || spec.argv.front().empty()) {
        throw std::invalid_argument("no program to launch: argv is empty");
    }
    std::string texts;
    append_text(texts, spec.working_folder);
    for (const std::string& argument : spec.argv) {
        append_text(texts, argument);
    }
    for (const std::string& variable : spec.environment) {
        append_text(texts, variable);
    }
    encoded_header header;
    header.total_bytes = sizeof(header) + texts.size();
    header.argv_count = spec.argv.size();
    header.environment_count = spec.environment.size();
    header.exit_watch = spec.exit_watch;
    header.accept_trap = spec.accept_trap;
    if (spec.ports.size() <= encoded_ports_max) {
        header.ports_count = static_cast<std::uint16_t>(spec.ports.size());
        std::ranges::copy(spec.ports, header.ports);
    }
    for (std::size_t index = 0; index < std::size(encoded_limits); ++index) {
        const std::optional<std::uint64_t>& limit = spec.limits.*encoded_limits[index];
        header.limits[index] = limit.value_or(0);
        header.limits_given[index] = limit.has_value() ? 1 : 0;
    }
    if (header.total_bytes > encoded_spec_bytes_max) {
        throw std::invalid_argument(
            "argv and environment are too long: " + std::to_string(header.total_bytes) + " bytes");
    }
    std::string bytes(sizeof(header), '\0');
    std::memcpy(bytes.data(), &header, sizeof(header));
    return bytes + texts;
}

std::optional<launch_spec> decode(std::string_view bytes) {
    encoded_header header;
    if (bytes.size() < sizeof(header)) {
        return std::nullopt;
    }
    std::memcpy(&header, bytes.data(), sizeof(header));
    if (header.total_bytes != bytes.size()) {
        return std::nullopt;
    }
    bytes.remove_prefix(sizeof(header));
    std::optional<std::string> folder = take_text(bytes);
    auto argv = take_texts(bytes, header.argv_count);
    auto environment = take_texts(bytes, header.environment_count);
    if (!folder || !argv || argv->empty() || !environment || !bytes.empty()) {
        return std::nullopt;
    }
    launch_spec spec;
    spec.argv = std::move(*argv);
    spec.environment = std::move(*environment);
    spec.working_folder = std::move(*folder);
    spec.exit_watch = header.exit_watch;
    spec.accept_trap = header.accept_trap;
    spec.ports.assign(header.ports,
                      header.ports + std::min<std::size_t>(header.ports_count, encoded_ports_max));
    for (std::size_t index = 0; index < std::size(encoded_limits); ++index) {
        if (header.limits_given[index] != 0) {
            spec.limits.*encoded_limits[index] = header.limits[index];
        }
    }
    return spec;
}

}  // namespace stormdrain
