// What every toxic there is keeps, so that a new one is tested before its author writes a test.

#include "faults/link/toxic.hpp"

#include "faults/link/toxic_spec.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

using testing::Ge;
using testing::Le;

TEST(EveryToxic, IsFoundByItsNameAndSaysWhatItDoes) {
    std::set<std::string_view> names;
    for (const toxic_kind* const kind : toxic_catalogue()) {
        EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
        EXPECT_EQ(find_toxic(kind->name), kind);
        EXPECT_TRUE(kind->summary.ends_with('.')) << kind->name;
    }
    EXPECT_EQ(find_toxic("no_such_toxic"), nullptr);
    // Those of Toxiproxy, by the names its clients know.
    for (const char* const name :
         {"latency", "bandwidth", "slow_close", "timeout", "reset_peer", "slicer", "limit_data"}) {
        EXPECT_TRUE(names.contains(name)) << name;
    }
}

TEST(EveryToxic, HasDefaultsWithinItsLimits) {
    for (const toxic_kind* const kind : toxic_catalogue()) {
        for (const attribute& one : kind->attributes) {
            EXPECT_THAT(one.preset, testing::AllOf(Ge(one.min), Le(one.max)))
                << kind->name << "." << one.name;
            EXPECT_EQ(one.measure == attribute::unit::word, !one.words.empty());
        }
    }
}

// Whatever comes, nothing is due before it came, and every state says when it acts.
TEST(EveryToxic, ReleasesNothingBeforeItCame) {
    const time_point now(std::chrono::hours(5));
    for (const toxic_kind* const kind : toxic_catalogue()) {
        const auto state = kind->make(preset_values(*kind), {random_source(1), now});
        if (!state) {
            EXPECT_NE(kind->before_dial, nullptr) << kind->name << " does nothing at all";
            continue;
        }
        outlet out;
        state->take(bytes_of("HTTP/1.1 200 OK\r\n\r\nbody"), now, out);
        state->take(the(piece::kind::end), now, out);
        EXPECT_GE(state->acts_at(), now) << kind->name;
        while (!out.empty()) {
            EXPECT_GE(out.take_next().due, now) << kind->name;
        }
    }
}

// Its defaults, and with each of the words that an attribute may be.
std::vector<attribute_values> settings_of(const toxic_kind& kind) {
    std::vector<attribute_values> all{preset_values(kind)};
    for (std::size_t index = 0; index < kind.attributes.size(); ++index) {
        for (std::size_t word = 0; word < kind.attributes[index].words.size(); ++word) {
            all.push_back(preset_values(kind));
            all.back()[index] = static_cast<std::int64_t>(word);
        }
    }
    return all;
}

// What leaves it of a stream that is read in steps of that size: bytes, and "|" with the end.
std::string passed(const toxic_kind& kind, const attribute_values& values,
                   const std::string& stream, std::size_t step) {
    const time_point now(std::chrono::hours(5));
    const auto state = kind.make(values, {random_source(3), now});
    outlet out;
    for (std::size_t at = 0; state && at < stream.size(); at += step) {
        state->take(bytes_of(stream.substr(at, step)), now, out);
    }
    std::string text;
    while (!out.empty()) {
        const piece next = out.take_next().what;
        text += next.what == piece::kind::bytes ? next.bytes
                                                : "|" + std::to_string(static_cast<int>(next.what));
    }
    return text;
}

// TCP keeps no boundaries: what a toxic does must not follow from how the stream happens to be
// read.
TEST(EveryToxic, PassesTheSameBytesHoweverTheyAreRead) {
    const std::vector<std::string> parts{
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        std::string("\x17\x03\x03\x00\x04", 5) + "body",
        std::string("\x16\x03\x01\x00\x00", 5),
        "\r\n\r\n",
        std::string(40, '\0'),
        "*1\r\n$4\r\nPING\r\n"};
    random_source random(11);
    for (int trial = 0; trial < 300; ++trial) {
        std::string stream;
        for (std::uint64_t left = 1 + random.below(4); left > 0; --left) {
            const std::string& part = parts[random.below(parts.size())];
            stream += part.substr(random.below(4) == 0 ? random.below(part.size()) : 0);
        }
        for (const toxic_kind* const kind : toxic_catalogue()) {
            for (const attribute_values& values : settings_of(*kind)) {
                const std::string whole = passed(*kind, values, stream, stream.size());
                for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{7}}) {
                    ASSERT_EQ(passed(*kind, values, stream, step), whole)
                        << kind->name << ", trial " << trial << ", read by " << step;
                }
            }
        }
    }
}

// A toxic that has acted does not ask to be woken for the same time for ever.
TEST(EveryToxic, ActsOnce) {
    const time_point now(std::chrono::hours(5));
    for (const toxic_kind* const kind : toxic_catalogue()) {
        const auto state = kind->make(preset_values(*kind), {random_source(1), now});
        if (state && state->acts_at() != time_point::max()) {
            outlet out;
            state->act(state->acts_at(), out);
            EXPECT_EQ(state->acts_at(), time_point::max()) << kind->name;
            EXPECT_EQ(out.strikes_count(), 1U) << kind->name;
        }
    }
}

}  // namespace
}  // namespace stormdrain
