#pragma once
// Where a shard's results go: results-SHARD-ATTEMPT.jsonl, under another name until they are
// complete. Several attempts at a shard may run at the same time in one folder (a scheduler that
// takes a machine for lost begins its job elsewhere, and the first goes on): none writes into the
// results of another.

#include "harness/plan/shard_choice.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace stormdrain {

class shard_results {
public:
    // Takes a number for the attempt: that which was given, else the first from `attempt` on that
    // is free. Makes the folder. Throws usage_error when the given one is taken, environment_error
    // when nothing can be written there.
    enum class numbering { exact, first_free };
    shard_results(const std::string& folder, const shard_choice& shard, std::uint32_t attempt,
                  numbering how);

    std::uint32_t attempt() const { return attempt_; }
    // "results-2-1.jsonl.part": to be written to.
    std::string part_path() const { return path() + part_suffix; }
    std::string path() const;
    // Of everything else that the attempt leaves behind.
    std::string evidence_folder() const;
    // Gives them their name.
    void complete() const;

    static constexpr const char* part_suffix = ".part";

private:
    bool take();
    std::string stem() const;

    std::string folder_;
    std::uint32_t shard_;
    std::uint32_t attempt_;
};

// Whether the file has such a name: results-2-1.jsonl.
bool is_shard_results(const std::string& path);

}  // namespace stormdrain
