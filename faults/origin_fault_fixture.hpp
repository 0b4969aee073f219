#pragma once
// For tests of faults at an origin: a client asks the origin directly, as a proxy would, while the
// fault is injected.

#include "faults/fault_fixture.hpp"
#include "harness/base/task_group.hpp"
#include "harness/origin/origin_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

class origin_fault_fixture : public fault_fixture {
protected:
    struct outcome {
        injection happened;
        std::vector<origin_answer_seen> answers;
        origin_record seen;
    };

    // So many requests for 100 bytes, one after the other, on a kept connection while it lasts.
    outcome strike(std::string_view kind, std::string_view json, std::size_t requests_count,
                   duration between = duration::zero()) {
        const std::unique_ptr<const fault> what = make(kind, json);
        outcome result;
        run([&]() -> boost::asio::awaitable<void> {
            origin_set origins;
            std::vector<origin_plan> plans(1);
            plans.front().name = "web";
            origins.start(executor(), plans, folder_.path());
            origins.begin(clock_);
            origins_ = &origins;
            task_group tasks(executor());
            const auto inject_it = [&]() -> boost::asio::awaitable<void> {
                const endpoint where = origins.find("")->where();
                surroundings usual;
                usual.let_go = surroundings::release::never;
                result.happened = co_await inject(*what, where, usual);
            };
            tasks.spawn(inject_it());
            co_await ask_all(origins, requests_count, between, result.answers);
            released_.open();
            co_await tasks.join();
            result.seen = origins.records().front();
            co_await origins.stop();
        });
        return result;
    }

    temporary_folder folder_;

private:
    boost::asio::awaitable<void> ask_all(origin_set& origins, std::size_t count, duration between,
                                         std::vector<origin_answer_seen>& answers) {
        connector connections(executor(), {"origin", origins.find("")->where(), nullptr}, log_);
        const time_point deadline = clock::now() + std::chrono::seconds(10);
        std::unique_ptr<transport> connection;
        for (std::size_t number = 0; number < count; ++number) {
            if (!connection) {
                connect_options options;
                connect_outcome made = co_await connections.connect(std::move(options), deadline);
                connection = std::move(made.connection);
            }
            route what;
            what.path = "/bytes/100";
            answers.push_back(co_await ask_origin(*connection, what, deadline));
            if (answers.back().end != exchange_end::whole) {
                connection.reset();
            }
            boost::asio::steady_timer timer(executor(), between);
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
    }
};

}  // namespace stormdrain
