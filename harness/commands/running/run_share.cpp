#include "harness/commands/running/run_share.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/plan/shard.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>

namespace stormdrain {
namespace {

void check_mergeable(const invocation& asked, const found_shard& found) {
    if (found.which.total > 1 && !asked.run_seed) {
        throw usage_error("shard " + to_text(found.which) + ", as " + found.source +
                          " says, needs a --seed that all shards share, such as the number of the "
                          "pipeline");
    }
    if (!asked.history_folder.empty()) {
        throw usage_error(
            "--history is for the merge of the shards: they are one night, and not one each");
    }
    if (asked.until_fail) {
        throw usage_error(
            "--until-fail goes round without an end, and a shard has a part of a plan");
    }
}

}  // namespace

environment_lookup own_environment() {
    return [](const char* name) -> const char* { return std::getenv(name); };
}

run_share::run_share(const invocation& asked, const environment_lookup& environment)
    : out_folder_(std::filesystem::absolute(asked.out_folder).string()),
      junit_file_(asked.junit_file),
      prometheus_file_(asked.prometheus_file),
      found_(find_shard(asked.shard, environment)) {
    if (found_) {
        check_mergeable(asked, *found_);
        attempt_ = find_attempt(asked.shard, environment);
    }
}

std::optional<shard_choice> run_share::shard() const {
    return found_ ? std::optional(found_->which) : std::nullopt;
}

plan run_share::part_of(const plan& whole) const {
    return found_ ? shard_of(whole, found_->which) : whole;
}

void run_share::open() {
    if (!found_) {
        return;
    }
    const auto numbering =
        attempt_.is_given ? shard_results::numbering::exact : shard_results::numbering::first_free;
    place_.emplace(out_folder_, found_->which, attempt_.number, numbering);
    if (!found_->status_file.empty()) {
        std::ofstream heard(found_->status_file, std::ios::app);
        if (!heard) {
            throw environment_error("cannot touch " + found_->status_file + ", as " +
                                    found_->source + " asks for");
        }
    }
}

std::string run_share::folder() const {
    return place_ ? place_->evidence_folder() : out_folder_;
}

std::string run_share::results_path() const {
    return place_ ? place_->part_path() : out_folder_ + "/results.jsonl";
}

report_files run_share::reports() const {
    report_files all = reports_in(folder(), junit_file_);
    all.prometheus = prometheus_file_;
    return all;
}

void run_share::complete() const {
    if (place_) {
        place_->complete();
    }
}

std::string run_share::final_results_path() const {
    return place_ ? place_->path() : results_path();
}

void run_share::describe(std::ostream& out, const plan& whole, const plan& part) const {
    if (!found_) {
        return;
    }
    out << "shard " << to_text(found_->which) << ", as " << found_->source
        << " says: " << part.scenarios.size() << " of " << whole.scenarios.size() << " scenarios, "
        << part.cycles_count() << " of " << whole.cycles_count() << " cycles";
    if (place_) {
        out << "; attempt " << place_->attempt();
        if (!attempt_.source.empty()) {
            out << (attempt_.number == place_->attempt() ? ", as "
                                                         : ", the first free one after what ")
                << attempt_.source << " says";
        }
    }
    out << (part.scenarios.empty() ? "; nothing of the plan falls to it\n" : "\n") << std::flush;
}

}  // namespace stormdrain
