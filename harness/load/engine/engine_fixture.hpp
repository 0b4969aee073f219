#pragma once
// A test that runs the engine against a server made of a script: the engine blocks, so it has a
// thread of its own.

#include "harness/base/gate.hpp"
#include "harness/load/engine/load_engine.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <utility>

namespace stormdrain {

class engine_fixture : public io_fixture {
protected:
    engine_fixture() { plan_.requests_count = 1; }

    static time_point soon() { return clock::now() + std::chrono::seconds(15); }

    void aim_at(const endpoint& where) {
        plan_.remote = address_of(where).value();
        plan_.routes = {ask("small", route_, to_text(where))};
        if (plan_.protocol == engine_protocol::http_2) {
            plan_.routes.front().over_http2 =
                render_http2(route_, to_text(where), plan_.tls != nullptr ? "https" : "http");
        }
    }

    // Meanwhile the test's own io_context plays the server.
    engine_tally run_engine(const load_watch& watch = {}) {
        gate done(executor());
        std::future<engine_tally> load = std::async(std::launch::async, [&] {
            const engine_tally tally = run_load(plan_, watch);
            boost::asio::post(executor(), [&done] { done.open(); });
            return tally;
        });
        run([&]() -> boost::asio::awaitable<void> { co_await done.wait(soon()); });
        return load.get();
    }

    engine_tally run_against(scripted_peer::script script, const load_watch& watch = {}) {
        scripted_peer peer(executor(), std::move(script));
        aim_at(peer.where());
        engine_tally tally = run_engine(watch);
        accepted_count_ = peer.accepted_count();
        run([&]() -> boost::asio::awaitable<void> { co_await peer.stop(); });
        return tally;
    }

    route route_;
    engine_plan plan_;
    std::size_t accepted_count_ = 0;
};

}  // namespace stormdrain
