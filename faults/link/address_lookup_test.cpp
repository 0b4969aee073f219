#include "faults/link/address_lookup.hpp"

#include "faults/link/link_fixture.hpp"

#include <boost/asio/ip/host_name.hpp>
#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class AddressLookup : public link_fixture {
protected:
    // This machine's own: the one that most machines know without asking a server for it.
    static std::optional<std::string> known_name() {
        boost::system::error_code unknown;
        asio::io_context context;
        std::string name = asio::ip::host_name();
        tcp::resolver(context).resolve(name, "80", unknown);
        const bool is_name = !unknown && known_addresses({name, 80}).empty();
        return is_name ? std::optional(std::move(name)) : std::nullopt;
    }
};

TEST_F(AddressLookup, KnowsLiteralsAndLoopbackAtOnce) {
    for (const char* const host : {"127.0.0.1", "::1", "localhost"}) {
        address_lookup lookup(executor(), {host, 80}, [] { ADD_FAILURE() << "nobody was asked"; });
        const address_lookup::addresses* const found = lookup.get();
        ASSERT_NE(found, nullptr) << host;
        EXPECT_TRUE(found->front().address().is_loopback()) << host;
        EXPECT_EQ(found->front().port(), 80);
    }
}

TEST_F(AddressLookup, AsksForANameOnceAndGoesOnMeanwhile) {
    const std::optional<std::string> name = known_name();
    if (!name) {
        GTEST_SKIP() << "this machine does not know its own name";
    }
    run([&]() -> asio::awaitable<void> {
        int answers_count = 0;
        address_lookup lookup(executor(), {*name, 80}, [&] { ++answers_count; });
        EXPECT_EQ(lookup.get(), nullptr);
        EXPECT_EQ(lookup.get(), nullptr);
        const auto answered = [&] { return answers_count > 0; };
        EXPECT_TRUE(co_await eventually(answered));
        const address_lookup::addresses* const found = lookup.get();
        EXPECT_TRUE(found != nullptr && !found->empty());
        EXPECT_EQ(answers_count, 1);
    });
}

TEST_F(AddressLookup, MayDieBeforeItsAnswerComes) {
    const std::optional<std::string> name = known_name();
    if (!name) {
        GTEST_SKIP() << "this machine does not know its own name";
    }
    run([&]() -> asio::awaitable<void> {
        {
            address_lookup lookup(executor(), {*name, 80}, [] { ADD_FAILURE() << "it is dead"; });
            lookup.get();
        }
        co_await pause(std::chrono::milliseconds(1));
    });
    context().restart();
    context().run();  // what the resolver still has to say
}

}  // namespace
}  // namespace stormdrain
