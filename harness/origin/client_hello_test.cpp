#include "harness/origin/client_hello.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stormdrain {
namespace {

TEST(ClientHello, NamesItsHost) {
    const std::vector<unsigned char> extension{0, 9, 0, 0, 6, 'a', '.', 't', 'e', 's', 't'};
    EXPECT_EQ(server_name_in(extension), "a.test");
}

TEST(ClientHello, NamesNobodyWhenItIsCutOrOfAnotherKind) {
    const std::vector<unsigned char> whole{0, 9, 0, 0, 6, 'a', '.', 't', 'e', 's', 't'};
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_EQ(server_name_in({whole.data(), length}), "") << length;
    }
    std::vector<unsigned char> other = whole;
    other[2] = 1;
    EXPECT_EQ(server_name_in(other), "");
}

}  // namespace
}  // namespace stormdrain
