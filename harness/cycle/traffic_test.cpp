#include "harness/cycle/traffic.hpp"

#include "faults/crowd.hpp"
#include "harness/cycle/traffic_fixture.hpp"
#include "harness/testing/websocket_script.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <functional>
#include <stdexcept>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(Traffic, BeginsItsLoadOnceItsHoldersStand) {
    std::uint64_t connections_before = 99;
    what_.faults.push_back(
        use(held_condition::silent, [&](fault_context& context) -> asio::awaitable<injection> {
            for (int turn = 0; turn < 20; ++turn) {  // as long as a load would need to connect
                co_await asio::post(executor(), asio::use_awaitable);
            }
            connections_before = log_.size();
            co_return co_await hold(context);
        }));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        EXPECT_EQ(connections_before, 0U);
        EXPECT_THAT(all.held(), ElementsAre(held_condition::silent, held_condition::in_flight));
        const stop_choice stop = stop_at(stop_moment::after_load);
        EXPECT_TRUE(co_await all.reach(stop, soon()));
        EXPECT_THAT(all.held(), ElementsAre(held_condition::silent));
        all.release();
        co_await all.finish(soon());
        EXPECT_THAT(all.held(), IsEmpty());
        EXPECT_EQ(all.fault_records().at(0).delivered_count, 1U);
        EXPECT_EQ(all.tally().ordinary, 6U);
    });
}

TEST_F(Traffic, HoldsTheTunnelsOfALoadOfWebSockets) {
    what_.load->protocol = load_protocol::websocket;
    what_.load->after = after_stop::stay_idle;
    with_traffic(websocket_echo_script(), [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        EXPECT_THAT(all.held(), ElementsAre(held_condition::upgraded));
        const stop_choice stop = stop_at(stop_moment::after_load);
        EXPECT_TRUE(co_await all.reach(stop, soon()));
        EXPECT_EQ(all.tally().ordinary, 6U);
        EXPECT_THAT(all.held(), ElementsAre(held_condition::upgraded));
    });
}

TEST_F(Traffic, BeginsItsLoadAlsoWhenAHolderCouldNotStand) {
    what_.faults.push_back(
        use(held_condition::silent,
            [](fault_context&) -> asio::awaitable<injection> { co_return happened(false); }));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        const stop_choice stop = stop_at(stop_moment::at_rest);
        EXPECT_TRUE(co_await all.reach(stop, soon()));
        EXPECT_EQ(all.tally().ordinary, 6U);
        EXPECT_EQ(all.fault_records().at(0).planned_count, 1U);
        EXPECT_EQ(all.fault_records().at(0).delivered_count, 0U);
    });
}

TEST_F(Traffic, DoesNotWaitForAHolderBeyondItsDeadline) {
    what_.faults.push_back(
        use(held_condition::silent, [](fault_context& context) -> asio::awaitable<injection> {
            co_await context.released.wait(context.deadline);
            co_return happened(false);
        }));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(clock::now() + 10ms);
        EXPECT_THAT(all.held(), ElementsAre(held_condition::in_flight));
        const stop_choice stop = stop_at(stop_moment::after_load);
        EXPECT_TRUE(co_await all.reach(stop, soon()));
        EXPECT_EQ(all.tally().ordinary, 6U);
    });
}

class fault_on_process : public scripted_fault {
public:
    using scripted_fault::scripted_fault;
    strike_point point() const override { return strike_point::serving; }
    bool stands_until_released() const override { return true; }
};

// Goal: a shortage of descriptors must find the connections that are held accepted.
TEST_F(Traffic, LetsWhatIsHeldStandBeforeTheProcessIsBeset) {
    std::vector<std::string> order;
    fault_use besetting = use(held_condition::none, {});
    besetting.what = std::make_shared<fault_on_process>(
        held_condition::none, [&](fault_context& context) -> asio::awaitable<injection> {
            order.push_back("beset");
            context.in_place();
            co_await context.released.wait(context.deadline);
            co_return happened(true);
        });
    what_.faults.push_back(besetting);
    what_.faults.push_back(
        use(held_condition::silent, [&](fault_context& context) -> asio::awaitable<injection> {
            co_await asio::post(executor(), asio::use_awaitable);
            order.push_back("held");
            context.in_place();
            co_await context.released.wait(context.deadline);
            co_return happened(true);
        }));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        EXPECT_THAT(order, ElementsAre("held", "beset"));
        EXPECT_THAT(all.held(), Contains(held_condition::silent));
        EXPECT_EQ(all.fault_records().at(0).holds, held_condition::none);
        EXPECT_EQ(all.fault_records().at(1).holds, held_condition::silent);
    });
}

TEST_F(Traffic, BringsTheExceptionOfAFaultUpAndWaitsForNobody) {
    what_.faults.push_back(
        use(held_condition::none, [](fault_context&) -> asio::awaitable<injection> {
            throw std::runtime_error("a bug");
            co_return happened(false);
        }));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        const stop_choice stop = stop_at(stop_moment::after_load);
        const time_point deadline = soon();
        EXPECT_TRUE(co_await all.reach(stop, deadline));
        EXPECT_LT(clock::now(), deadline - 5s);
        std::string thrown;
        try {
            co_await all.finish(soon());
        } catch (const std::runtime_error& failure) {
            thrown = failure.what();
        }
        EXPECT_EQ(thrown, "a bug");
    });
}

TEST_F(Traffic, StrikesAShareOfTheClientsAsOftenAsPlanned) {
    fault_use strike = use(held_condition::none, [](fault_context&) -> asio::awaitable<injection> {
        co_return happened(true);
    });
    strike.connections_count = 0;
    strike.share = 0.5;
    strike.times = 3;
    what_.load->clients_count = 4;
    what_.faults.push_back(std::move(strike));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        const stop_choice stop = stop_at(stop_moment::at_rest);
        EXPECT_TRUE(co_await all.reach(stop, soon()));
        const fault_record struck = all.fault_records().at(0);
        EXPECT_EQ(struck.planned_count, 6U);
        EXPECT_EQ(struck.delivered_count, 6U);
        EXPECT_EQ(struck.injections.size(), 6U);
    });
}

class scripted_crowd : public scripted_fault, public crowd_fault {
public:
    scripted_crowd() : scripted_fault(held_condition::silent, {}) {}
    asio::awaitable<void> inject_all(crowd& wanted) const override {
        for (std::uint32_t number = 0; number < wanted.size; ++number) {
            wanted.on_in_place(number);
            // Over before anybody was let go of: it is to happen once more.
            EXPECT_TRUE(wanted.on_ended(number, happened(true)));
        }
        for (std::uint32_t number = 0; number + 1 < wanted.size; ++number) {
            wanted.on_in_place(number);
        }
        EXPECT_TRUE(wanted.on_ended(wanted.size - 1, happened(false)));
        EXPECT_FALSE(wanted.on_ended(wanted.size - 1, happened(false))) << "three times in all";
        co_await wanted.shared.released.wait(wanted.shared.deadline);
        for (std::uint32_t number = 0; number + 1 < wanted.size; ++number) {
            EXPECT_FALSE(wanted.on_ended(number, happened(true))) << "it was let go of";
        }
    }
};

// Goal: connections that are carried out together are counted as those with a coroutine each.
TEST_F(Traffic, CarriesOutACrowdTogether) {
    fault_use many = use(held_condition::silent, {});
    many.what = std::make_shared<scripted_crowd>();
    many.connections_count = 3;
    many.times = 3;
    what_.faults.push_back(std::move(many));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        EXPECT_THAT(all.held(), Contains(held_condition::silent));
        const stop_choice stop = stop_at(stop_moment::after_load);
        EXPECT_TRUE(co_await all.reach(stop, soon()));
        all.release();
        co_await all.finish(soon());
        EXPECT_THAT(all.held(), IsEmpty());
        const fault_record seen = all.fault_records().at(0);
        EXPECT_EQ(seen.planned_count, 7U);
        EXPECT_EQ(seen.delivered_count, 5U);
    });
}

TEST_F(Traffic, DoesNotCountAFaultThatTheStopOvertook) {
    what_.faults.push_back(
        use(held_condition::none, [&](fault_context& context) -> asio::awaitable<injection> {
            co_await released_.wait(context.deadline);
            co_return happened(false);
        }));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        all.stop_triggered();
        released_.open();
        co_await all.finish(soon());
        EXPECT_EQ(all.fault_records().at(0).planned_count, 0U);
        EXPECT_EQ(all.fault_records().at(0).delivered_count, 0U);
    });
}

// Goal: what strikes at the stop comes after it by nature, and is overtaken only if it says so.
TEST_F(Traffic, CountsAFaultThatWaitedForTheStop) {
    for (const bool overtaken : {false, true}) {
        const auto miss = [overtaken](fault_context& context) -> asio::awaitable<injection> {
            context.in_place();
            co_await context.stop_begins->wait(context.deadline);
            injection missed = happened(false);
            missed.overtaken = overtaken;
            co_return missed;
        };
        auto scripted = std::make_shared<scripted_fault>(held_condition::none, miss);
        scripted->strike_at_stop();
        what_.faults = {use(held_condition::none, miss)};
        what_.faults[0].what = scripted;
        with_traffic(correct, [&](traffic& under_test) -> asio::awaitable<void> {
            co_await under_test.begin(soon());
            under_test.stop_triggered();
            co_await under_test.finish(soon());
            EXPECT_EQ(under_test.fault_records().at(0).planned_count, overtaken ? 0U : 1U);
            EXPECT_EQ(under_test.fault_records().at(0).overtaken_count, overtaken ? 1U : 0U);
        });
    }
}

TEST_F(Traffic, HoldsTheSignalBackUntilThoseThatStrikeAheadOfItHaveStruck) {
    gate may_strike(executor());
    bool has_struck = false;
    const auto play = [&](fault_context& context) -> asio::awaitable<injection> {
        context.in_place();
        co_await context.stop_begins->wait(context.deadline);
        co_await may_strike.wait(context.deadline);
        has_struck = true;
        co_return happened(true);
    };
    auto scripted = std::make_shared<scripted_fault>(held_condition::none, play);
    scripted->strike_ahead_of_signal();
    what_.faults = {use(held_condition::none, play)};
    what_.faults[0].what = scripted;
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        all.stop_triggered();
        co_await all.strike_ahead_of_signal(clock::now() + 10ms);
        EXPECT_FALSE(has_struck);  // its limit passed
        may_strike.open();
        co_await all.strike_ahead_of_signal(soon());
        EXPECT_TRUE(has_struck);
    });
}

TEST_F(Traffic, HoldsTheSignalBackForNothingElse) {
    what_.faults.push_back(
        use(held_condition::none, [&](fault_context& context) -> asio::awaitable<injection> {
            context.in_place();
            co_await released_.wait(context.deadline);
            co_return happened(true);
        }));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        all.stop_triggered();
        const time_point began = clock::now();
        co_await all.strike_ahead_of_signal(began + 10s);
        EXPECT_LT(clock::now(), began + 10s);
        released_.open();
    });
}

TEST_F(Traffic, ReachesAfterLoadOnceEveryStrikeIsOver) {
    gate may_strike(executor());
    what_.load.reset();
    what_.faults.push_back(
        use(held_condition::none, [&](fault_context& context) -> asio::awaitable<injection> {
            co_await may_strike.wait(context.deadline);
            co_return happened(true);
        }));
    with_traffic(correct, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        const stop_choice stop = stop_at(stop_moment::after_load);
        EXPECT_FALSE(co_await all.reach(stop, clock::now() + 10ms));
        may_strike.open();
        EXPECT_TRUE(co_await all.reach(stop, soon()));
    });
}

TEST_F(Traffic, CancelsWhatIsLeftAtItsDeadline) {
    const auto never_answers = [&](tcp::socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await until_released();
    };
    with_traffic(never_answers, [&](traffic& all) -> asio::awaitable<void> {
        co_await all.begin(soon());
        const stop_choice stop = stop_at(stop_moment::awaiting_first_byte);
        EXPECT_TRUE(co_await all.reach(stop, soon()));
        co_await all.finish(clock::now() + 20ms);
        EXPECT_EQ(all.tally().started, 2U);
        EXPECT_EQ(all.tally().unusual_count, 2U);
        for (const request_row& row : all.tally().unusual) {
            EXPECT_EQ(row.end, request_end::abandoned) << row.error;
        }
    });
}

}  // namespace
}  // namespace stormdrain
