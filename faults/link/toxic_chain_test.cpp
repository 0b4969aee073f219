#include "faults/link/toxic_chain.hpp"

#include "faults/link/toxic_spec.hpp"

#include <gmock/gmock.h>

#include <array>
#include <map>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class ToxicChain : public testing::Test {
protected:
    std::unique_ptr<toxic_state> state(std::string_view text) const {
        const toxic_spec spec = read_toxic(text);
        return spec.kind->make(spec.values, {random_source(1), start_});
    }
    void add(toxic_chain::toxic_id id, std::string_view text) {
        chain_.add(id, state(text), deliveries_[id]);
    }
    // What is out by then.
    std::vector<std::string> out_at(duration after) {
        chain_.advance(start_ + after);
        std::vector<std::string> words;
        for (const piece& one : std::exchange(chain_.ready(), {})) {
            words.push_back(one.what == piece::kind::bytes   ? one.bytes
                            : one.what == piece::kind::end   ? "FIN"
                            : one.what == piece::kind::close ? "close"
                                                             : "RST");
        }
        return words;
    }
    void take(std::string bytes, duration after) {
        chain_.take(bytes_of(std::move(bytes)), start_ + after);
    }

    const time_point start_ = time_point(1h);
    std::map<toxic_chain::toxic_id, toxic_deliveries> deliveries_;
    toxic_chain chain_;
};

TEST_F(ToxicChain, AddsUpDelaysExactlyHoweverLateItIsAsked) {
    add(1, "latency:latency=20ms");
    add(2, "latency:latency=30ms");
    take("a", 0ms);
    EXPECT_EQ(chain_.next_event(), start_ + 20ms);
    EXPECT_THAT(out_at(29ms), IsEmpty());  // the first is looked at 9 ms late
    EXPECT_EQ(chain_.next_event(), start_ + 50ms);
    EXPECT_THAT(out_at(49'999us), IsEmpty());
    EXPECT_THAT(out_at(50ms), ElementsAre("a"));
    EXPECT_EQ(chain_.next_event(), time_point::max());
}

TEST_F(ToxicChain, RemovedToxicGivesWhatItHoldsToTheNextOne) {
    add(1, "blackhole");
    add(2, "latency:latency=30ms");
    take("a", 0ms);
    chain_.take(the(piece::kind::end), start_ + 1ms);
    EXPECT_THAT(out_at(1h), IsEmpty());
    chain_.remove(1, start_ + 2h);
    EXPECT_THAT(out_at(2h + 29ms), IsEmpty());
    EXPECT_THAT(out_at(2h + 30ms), ElementsAre("a", "FIN"));
    EXPECT_FALSE(chain_.has(1));
    EXPECT_TRUE(chain_.has(2));
}

TEST_F(ToxicChain, RemovedTimeoutClosesTheStreamThatHasAHole) {
    add(1, "timeout");
    take("lost", 0ms);
    chain_.remove(1, start_ + 5ms);
    EXPECT_THAT(out_at(5ms), ElementsAre("close"));
    EXPECT_TRUE(chain_.empty());
}

TEST_F(ToxicChain, ReplacedToxicLetsGoOfWhatItHeldAndTheNewOneCounts) {
    add(1, "latency:latency=1h");
    take("old", 0ms);
    chain_.replace(1, state("latency:latency=10ms"), start_ + 1ms);
    EXPECT_THAT(out_at(1ms), ElementsAre("old"));
    take("new", 2ms);
    EXPECT_THAT(out_at(11'999us), IsEmpty());
    EXPECT_THAT(out_at(12ms), ElementsAre("new"));
}

TEST_F(ToxicChain, ToxicThatActsByItselfNeedsNoBytes) {
    add(1, "close_after:after=40ms");
    EXPECT_EQ(chain_.next_event(), start_ + 40ms);
    EXPECT_THAT(out_at(40ms), ElementsAre("close"));
    EXPECT_EQ(chain_.next_event(), time_point::max());
}

TEST_F(ToxicChain, CountsEachConnectionOnceAndEveryStrike) {
    add(1, "latency:latency=1ms");
    take("a", 0ms);
    take("b", 0ms);
    EXPECT_EQ(deliveries_[1].connections_count, 1U);
    EXPECT_EQ(deliveries_[1].strikes_count, 2U);
}

// Whatever is put on, changed and taken off, and whenever: the bytes come out as they went in, and
// the FIN behind them. Of those toxics that do not say that they drop something.
TEST_F(ToxicChain, LosesAndReordersNothingHoweverToxicsComeAndGo) {
    constexpr std::array<std::string_view, 7> toxics{
        "noop",
        "latency:latency=5ms,jitter=5ms",
        "bandwidth:rate=100000B/s",
        "slicer:average_size=10B,size_variation=9B,delay=100us",
        "slow_close:delay=30ms",
        "blackhole",
        "reset_peer:timeout=10h"};
    for (std::uint64_t start = 1; start <= 200; ++start) {
        SCOPED_TRACE("seed " + std::to_string(start));
        random_source random(start);
        toxic_chain chain;
        toxic_deliveries deliveries;
        std::vector<toxic_chain::toxic_id> on;
        std::string sent;
        std::string got;
        time_point now = start_;
        const auto collect = [&] {
            for (const piece& one : std::exchange(chain.ready(), {})) {
                got += one.what == piece::kind::end ? "|" : one.bytes;
            }
        };
        for (toxic_chain::toxic_id step = 1; step <= 100; ++step) {
            now += std::chrono::microseconds(random.below(8'000));
            const std::uint64_t does = random.below(6);
            if (does == 0) {
                chain.add(step, state(toxics[random.below(toxics.size())]), deliveries);
                on.push_back(step);
            } else if (does == 1 && !on.empty()) {
                chain.remove(on[random.below(on.size())], now);
            } else if (does == 2 && !on.empty()) {
                chain.replace(on.back(), state("latency:latency=2ms"), now);
            } else if (does == 3) {
                chain.advance(now);
            } else {
                std::string bytes(1 + random.below(60), static_cast<char>('a' + step % 26));
                sent += bytes;
                chain.take(bytes_of(std::move(bytes)), now);
            }
            collect();
            ASSERT_TRUE(sent.starts_with(got)) << "after step " << step;
        }
        chain.take(the(piece::kind::end), now);
        for (const toxic_chain::toxic_id id : on) {
            chain.remove(id, now);
        }
        collect();
        EXPECT_EQ(got, sent + "|");
        EXPECT_EQ(chain.held_bytes(), 0U);
    }
}

TEST_F(ToxicChain, TellsHowMuchItHolds) {
    EXPECT_EQ(chain_.held_bytes(), 0U);
    add(1, "blackhole");
    take("abc", 0ms);
    EXPECT_EQ(chain_.held_bytes(), 3 + outlet::piece_overhead_bytes);
    chain_.remove(1, start_ + 1ms);
    EXPECT_EQ(chain_.held_bytes(), 3 + outlet::piece_overhead_bytes) << "it is ready, and here";
    out_at(1ms);
    EXPECT_EQ(chain_.held_bytes(), 0U);
}

TEST_F(ToxicChain, MeasuresWhatCameLaterAndHowMuchOfThatWasTheMachines) {
    add(1, "latency:latency=20ms");
    take("four", 0ms);
    take("by", 1ms);
    out_at(20ms);
    out_at(24ms);  // three late
    const toxic_deliveries& seen = deliveries_[1];
    EXPECT_EQ(seen.delays_count, 2U);
    EXPECT_EQ(seen.delayed_bytes, 6U);
    EXPECT_EQ(seen.delay_min, 20ms);
    EXPECT_EQ(seen.delay_max, 23ms);
    EXPECT_EQ(seen.delay_sum, 43ms);
    EXPECT_EQ(seen.lateness_max, 3ms);
}

TEST_F(ToxicChain, MeasuresNoDelayOfWhatPassesAtOnce) {
    add(1, "limit_data:bytes=100B");
    take("now", 0ms);
    out_at(5ms);
    EXPECT_EQ(deliveries_[1].delays_count, 0U);
}

TEST_F(ToxicChain, TellsWhetherAToxicHasStruck) {
    add(1, "latency:latency=20ms");
    EXPECT_FALSE(chain_.has_struck(1));
    take("a", 0ms);
    EXPECT_TRUE(chain_.has_struck(1));
    EXPECT_FALSE(chain_.has_struck(2));
}

}  // namespace
}  // namespace stormdrain
