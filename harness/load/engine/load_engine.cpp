#include "harness/load/engine/load_engine.hpp"

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace stormdrain {
namespace {

class crew {
public:
    explicit crew(const engine_plan& plan) {
        const time_point start = clock::now();
        for (std::uint32_t number = 0; number < plan.threads_count; ++number) {
            const schedule_share share{number, plan.threads_count};
            shards_.push_back(std::make_unique<load_shard>(plan, share, start));
        }
    }
    crew(const crew&) = delete;
    crew& operator=(const crew&) = delete;
    ~crew() {
        for (const auto& shard : shards_) {
            shard->ask_to_abandon();
        }
        for (std::thread& one : threads_) {
            one.join();
        }
    }

    // The caller's thread carries the first shard: in a program of one thread, glibc's system calls
    // need not prepare for being cancelled (pthread_cancel(3)).
    void run(const load_watch& watch) {
        others_running_ = shards_.size() - 1;
        for (std::size_t index = 1; index < shards_.size(); ++index) {
            threads_.emplace_back([this, &one = *shards_[index]] { carry(one); });
        }
        time_point next_look = clock::now() + watch.every;
        shards_.front()->run([&] {
            if (watch.look && clock::now() >= next_look) {
                next_look += watch.every;
                obey(watch.look(progress()));
            }
        });
        wait_for_others(watch);
    }

    engine_tally tally() const {
        engine_tally all;
        for (const auto& shard : shards_) {
            all.add(shard->tally());
        }
        return all;
    }

private:
    void carry(load_shard& one) {
        std::exception_ptr failure;
        try {
            one.run([] {});
        } catch (...) {
            failure = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        failure_ = failure_ ? failure_ : failure;
        --others_running_;
        done_.notify_one();
    }

    void wait_for_others(const load_watch& watch) {
        std::unique_lock lock(mutex_);
        while (!done_.wait_for(lock, watch.every, [this] { return others_running_ == 0; })) {
            if (watch.look) {
                lock.unlock();
                obey(watch.look(progress()));
                lock.lock();
            }
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

    void obey(watch_answer answer) {
        for (const auto& shard : shards_) {
            if (answer == watch_answer::end) {
                shard->ask_to_end();
            } else if (answer == watch_answer::abandon) {
                shard->ask_to_abandon();
            }
        }
    }

    load_progress progress() const {
        load_progress all;
        for (const auto& shard : shards_) {
            const load_progress one = shard->progress();
            all.answered += one.answered;
            all.unusual += one.unusual;
            all.connections += one.connections;
        }
        return all;
    }

    std::vector<std::unique_ptr<load_shard>> shards_;
    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable done_;
    std::size_t others_running_ = 0;
    std::exception_ptr failure_;
};

}  // namespace

engine_tally run_load(const engine_plan& plan, const load_watch& watch) {
    crew all(plan);
    all.run(watch);
    return all.tally();
}

}  // namespace stormdrain
