#include "harness/commands/stored/shard_results.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/config/invocation.hpp"
#include "harness/config/shard_options.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace stormdrain {
namespace {

namespace files = std::filesystem;

bool exists(const std::string& path) {
    std::error_code hidden;  // then creating a file there fails, and says why
    return files::exists(path, hidden);
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

shard_results::shard_results(const std::string& folder, const shard_choice& shard,
                             std::uint32_t attempt, numbering how)
    : folder_(folder), shard_(shard.number), attempt_(attempt) {
    files::create_directories(folder_);
    while (!take()) {
        if (how == numbering::exact) {
            throw usage_error("--attempt " + std::to_string(attempt_) + ": " + path() +
                              " is there already, or being written");
        }
        if (++attempt_ > shard_options::attempts_max) {
            throw environment_error("no number is left for an attempt in " + folder_);
        }
    }
}

// The part is made by whoever comes first (O_EXCL). Who makes it after a complete attempt has given
// it up for its final name finds that one.
bool shard_results::take() {
    const int descriptor =
        ::open(part_path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        if (errno == EEXIST) {
            return false;
        }
        throw environment_error("cannot write " + part_path() + ": " +
                                std::system_category().message(errno));
    }
    ::close(descriptor);
    if (exists(path())) {
        std::error_code stays;  // then the number is taken twice over
        files::remove(part_path(), stays);
        return false;
    }
    return true;
}

std::string shard_results::stem() const {
    return std::to_string(shard_) + "-" + std::to_string(attempt_);
}

std::string shard_results::path() const {
    return folder_ + "/results-" + stem() + ".jsonl";
}

std::string shard_results::evidence_folder() const {
    return folder_ + "/shard-" + stem();
}

void shard_results::complete() const {
    std::error_code error;
    files::rename(part_path(), path(), error);
    if (error) {
        throw environment_error("cannot rename " + part_path() + ": " + error.message());
    }
}

bool is_shard_results(const std::string& path) {
    constexpr std::string_view prefix = "results-";
    constexpr std::string_view suffix = ".jsonl";
    const std::string name = files::path(path).filename().string();
    std::string_view numbers = name;
    if (!numbers.starts_with(prefix) || !numbers.ends_with(suffix)) {
        return false;
    }
    numbers.remove_prefix(prefix.size());
    numbers.remove_suffix(suffix.size());
    const std::size_t dash = numbers.find('-');
    return dash != std::string_view::npos && is_number(numbers.substr(0, dash)) &&
           is_number(numbers.substr(dash + 1));
}

}  // namespace stormdrain
