#include "harness/process/census/residue.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace stormdrain {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

// mkstemp(3) replaces XXXXXX by letters of both cases and digits. A word ("upload-server"), a date
// ("access.202401") and a capitalised word ("app.Server") are no such thing.
bool looks_random(std::string_view text) {
    const bool has_letter =
        std::ranges::any_of(text, is_upper) || std::ranges::any_of(text, is_lower);
    const bool has_digit = std::ranges::any_of(text, is_digit);
    const bool has_inner_capital = std::ranges::any_of(text.substr(1), is_upper);
    const bool has_small = std::ranges::any_of(text, is_lower);
    const bool is_alphanumeric =
        std::ranges::all_of(text, [](char c) { return is_digit(c) || is_upper(c) || is_lower(c); });
    return is_alphanumeric && has_letter && (has_digit || (has_inner_capital && has_small));
}

bool ends_as_mkstemp_does(std::string_view name) {
    constexpr std::size_t random_length = 6;
    if (name.size() <= random_length) {
        return false;
    }
    const char before = name[name.size() - random_length - 1];
    return (before == '.' || before == '-' || before == '_') &&
           looks_random(name.substr(name.size() - random_length));
}

// nginx counts its temporary files in ten digits (ngx_create_temp_file()).
bool is_nginx_counter(std::string_view name) {
    return name.size() == 10 && name.front() == '0' && std::ranges::all_of(name, is_digit);
}

bool has_any_ending(std::string_view name, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](std::string_view end) { return name.ends_with(end); });
}

bool is_temporary_name(std::string_view name) {
    // .nfs*: a deleted file on NFS that somebody still had open.
    return name.starts_with("tmp") || name.starts_with(".tmp") || name.starts_with(".nfs") ||
           has_any_ending(name, {".tmp", ".temp", ".TMP"}) || ends_as_mkstemp_does(name) ||
           is_nginx_counter(name);
}

residue_kind kind_of(const left_file& file, bool holds_pid) {
    if (file.what == left_file::type::socket) {
        return residue_kind::unix_socket;
    }
    const std::string_view path = file.name;
    const std::string_view name = path.substr(path.rfind('/') + 1);
    if (file.what != left_file::type::regular) {
        return residue_kind::other_file;
    }
    if (has_any_ending(name, {".lock", ".lck"})) {
        return residue_kind::lock_file;
    }
    if (holds_pid || name.ends_with(".pid")) {
        return residue_kind::pid_file;
    }
    return is_temporary_name(name) ? residue_kind::temporary_file : residue_kind::other_file;
}

}  // namespace

std::string_view to_text(residue_kind kind) {
    switch (kind) {
        case residue_kind::unix_socket:
            return "unix_socket";
        case residue_kind::pid_file:
            return "pid_file";
        case residue_kind::lock_file:
            return "lock_file";
        case residue_kind::temporary_file:
            return "temporary_file";
        case residue_kind::other_file:
            return "other_file";
        case residue_kind::shared_memory:
            return "shared_memory";
        case residue_kind::named_semaphore:
            return "named_semaphore";
        case residue_kind::sysv_shared_memory:
            return "sysv_shared_memory";
        case residue_kind::sysv_semaphore:
            return "sysv_semaphore";
        case residue_kind::sysv_message_queue:
            return "sysv_message_queue";
    }
    return "other_file";
}

std::string place_of(const residue_item& item) {
    switch (item.kind) {
        case residue_kind::shared_memory:
        case residue_kind::named_semaphore:
            return "/dev/shm/" + item.name;
        case residue_kind::sysv_shared_memory:
        case residue_kind::sysv_semaphore:
        case residue_kind::sysv_message_queue:
            return std::string(to_text(item.kind)) + " " + item.name;
        default:
            return item.name;
    }
}

std::optional<pid_t> only_number_in(const left_file& file) {
    constexpr std::string_view blanks = " \t\r\n";
    std::string_view text = file.beginning;
    if (file.what != left_file::type::regular || file.size_bytes != text.size()) {
        return std::nullopt;  // it goes on behind the beginning
    }
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    text = text.substr(0, text.find_last_not_of(blanks) + 1);
    pid_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

residue_item to_item(const left_file& file, const std::set<pid_t>& tree) {
    const std::optional<pid_t> number = only_number_in(file);
    const bool holds_pid = number && tree.contains(*number);
    residue_item item;
    item.kind = kind_of(file, holds_pid);
    item.name = file.name;
    item.size_bytes = file.size_bytes;
    if (holds_pid) {
        item.detail =
            "holds " + std::to_string(*number) + ", the number of a process of the server";
    }
    return item;
}

}  // namespace stormdrain
