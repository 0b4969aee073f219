#include "harness/process/launch/idle_keepers.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

namespace stormdrain {
namespace {

owned_descriptor some_channel() {
    return owned_descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

bool is_open(int number) {
    return ::fcntl(number, F_GETFD) >= 0;
}

TEST(IdleKeepers, GivesTheOneThatCameLastAndNoneTwice) {
    idle_keepers idle;
    owned_descriptor first = some_channel();
    owned_descriptor second = some_channel();
    const int first_number = first.get();
    const int second_number = second.get();
    idle.give(std::move(first));
    idle.give(std::move(second));
    const owned_descriptor taken = idle.take();
    EXPECT_EQ(taken.get(), second_number);
    const owned_descriptor taken_next = idle.take();
    EXPECT_EQ(taken_next.get(), first_number);
    EXPECT_FALSE(idle.take().is_open());
}

TEST(IdleKeepers, ClosesTheChannelsOfThoseThatAreDismissed) {
    idle_keepers idle;
    owned_descriptor before = some_channel();
    owned_descriptor after = some_channel();
    const int before_number = before.get();
    const int after_number = after.get();
    idle.give(std::move(before));
    idle.dismiss();
    EXPECT_FALSE(is_open(before_number));
    idle.give(std::move(after));
    EXPECT_FALSE(is_open(after_number));
    EXPECT_FALSE(idle.take().is_open());
}

}  // namespace
}  // namespace stormdrain
