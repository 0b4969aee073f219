#include "harness/checks/fingerprint.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stormdrain {
namespace {

using texts = std::vector<std::string>;

const std::optional<grid_cell> no_cell;

TEST(ShortDigest, IsTheBeginningOfSha256) {
    // FIPS 180-2, appendix B.1.
    EXPECT_EQ(short_digest("abc", 8), "ba7816bf");
    EXPECT_EQ(short_digest("abc", 64).size(), 64U);
    EXPECT_EQ(short_digest("abc", 3), "ba7");
}

TEST(Fingerprint, IsTheSameWhateverTheOrder) {
    const std::string name =
        fingerprint_of("shutdown_deadline", no_cell, texts{"lost_wakeup", "in futex"});
    EXPECT_EQ(name.size(), fingerprint_digits);
    EXPECT_EQ(
        fingerprint_of("shutdown_deadline", no_cell, texts{"in futex", "lost_wakeup", "in futex"}),
        name);
}

// Goal: histories are built on it, so it stays what it is from release to release.
TEST(Fingerprint, NeverChanges) {
    EXPECT_EQ(fingerprint_of("close_wait", no_cell, {}),
              short_digest("check close_wait\n", fingerprint_digits));
    EXPECT_EQ(fingerprint_of("close_wait", grid_cell{"cells", "silent", "idle"}, texts{"b", "a"}),
              short_digest("check close_wait\ncell silent @ idle\ntrait a\ntrait b\n",
                           fingerprint_digits));
}

TEST(Fingerprint, DiffersByCheckCellAndTrait) {
    const grid_cell cell{"cells", "silent", "idle"};
    const grid_cell other{"cells", "silent", "last_close"};
    const std::string name = fingerprint_of("close_wait", cell, texts{"load CLOSE_WAIT"});
    EXPECT_NE(fingerprint_of("descriptor_leak", cell, texts{"load CLOSE_WAIT"}), name);
    EXPECT_NE(fingerprint_of("close_wait", other, texts{"load CLOSE_WAIT"}), name);
    EXPECT_NE(fingerprint_of("close_wait", no_cell, texts{"load CLOSE_WAIT"}), name);
    EXPECT_NE(fingerprint_of("close_wait", cell, texts{"load ESTABLISHED"}), name);
    EXPECT_NE(fingerprint_of("close_wait", cell, texts{}), name);
}

}  // namespace
}  // namespace stormdrain
