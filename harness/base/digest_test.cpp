#include "harness/base/digest.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

// These stand in files that other machines and later builds read. They were computed by another
// implementation, in another language, from the definition of FNV-1a.
TEST(Digest, IsTheSameOnEveryMachineForEver) {
    EXPECT_EQ(digest().value(), 0xcbf29ce484222325U);
    EXPECT_EQ(digest().add(std::uint64_t{1}).value(), 0x89cd31291d2aefa4U);
    EXPECT_EQ(digest().add("ab").add(0.25).add(duration(5ms)).value(), 0x6c7db94123d62d8U);
}

TEST(Digest, DiffersInEveryValueAndInItsPlace) {
    const std::set<std::uint64_t> different{
        digest().value(),
        digest().add("ab").add("c").value(),
        digest().add("a").add("bc").value(),
        digest().add(std::uint64_t{1}).value(),
        digest().add(1.0).value(),
        digest().add_optional(std::optional<double>()).value(),
        digest().add_optional(std::optional<double>(0.0)).value()};
    EXPECT_EQ(different.size(), 7U);
}

}  // namespace
}  // namespace stormdrain
