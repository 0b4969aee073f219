#include "harness/process/launch/keeper_protocol.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace stormdrain {
namespace {

using testing::Eq;
using testing::Optional;

TEST(LaunchSpec, ArrivesAsItWasSent) {
    launch_spec spec;
    spec.argv = {"server", "", "--name=two words"};
    spec.environment = {"A=1", "EMPTY="};
    spec.working_folder = "/srv";
    spec.limits.core_bytes = 0;
    spec.limits.address_space_bytes = 1ULL << 40;
    EXPECT_THAT(decode(encode(spec)), Optional(Eq(spec)));
}

TEST(LaunchSpec, IsRefusedWhenExecCannotExpressIt) {
    launch_spec spec;
    EXPECT_THROW(encode(spec), std::invalid_argument);
    spec.argv = {"server", std::string("a\0b", 3)};
    EXPECT_THROW(encode(spec), std::invalid_argument);
    spec.argv = {"server", std::string(encoded_spec_bytes_max, 'x')};
    EXPECT_THROW(encode(spec), std::invalid_argument);
}

TEST(LaunchSpec, IsNotTakenFromAnythingCutOrLonger) {
    launch_spec spec;
    spec.argv = {"server", "argument"};
    spec.environment = {"A=1"};
    const std::string whole = encode(spec);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_FALSE(decode(whole.substr(0, length)).has_value()) << length;
    }
    EXPECT_FALSE(decode(whole + "x").has_value());
}

}  // namespace
}  // namespace stormdrain
