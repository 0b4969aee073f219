#include "faults/slow_fault.hpp"

#include "faults/slow_crowd.hpp"
#include "harness/base/environment_error.hpp"

#include <boost/asio/this_coro.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

asio::awaitable<injection> slow_fault::inject(fault_context& context) const {
    injection seen;
    crowd one{context};
    one.on_in_place = [&context](std::uint32_t) { context.in_place(); };
    one.on_ended = [&seen](std::uint32_t, injection happened) {
        seen = std::move(happened);
        return false;
    };
    co_await inject_all(one);
    co_return seen;
}

asio::awaitable<void> slow_fault::inject_all(crowd& wanted) const {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    std::unique_ptr<slow_crowd> all;
    injection failed;
    try {
        all = std::make_unique<slow_crowd>(*this, wanted, executor);
    } catch (const environment_error& error) {
        failed.proof = "the harness failed: " + std::string(error.what());
    }
    if (all) {
        co_await all->run();
        co_return;
    }
    for (std::uint32_t number = 0; number < wanted.size; ++number) {
        while (wanted.on_ended(number, failed)) {
        }
    }
}

}  // namespace stormdrain
