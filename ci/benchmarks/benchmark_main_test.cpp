#include "ci/benchmarks/benchmark_main.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace stormdrain::benchmarks {
namespace {

using testing::ElementsAre;

using measurement = std::function<int(const std::vector<std::string>&)>;

struct outcome {
    int code = 0;
    std::string said;
};

outcome started(std::vector<std::string> words, const measurement& measure) {
    words.insert(words.begin(), "bin/some_benchmark");
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    testing::internal::CaptureStderr();
    const int code = benchmark_main(argv, {"some_benchmark", "BIN_FOLDER [ROUNDS]"}, measure);
    return {code, testing::internal::GetCapturedStderr()};
}

TEST(BenchmarkMain, HandsOverTheArguments) {
    const auto takes = [](std::vector<std::string> words) {
        std::vector<std::string> taken;
        const outcome done = started(std::move(words), [&](const std::vector<std::string>& given) {
            taken = given;
            return 5;
        });
        EXPECT_EQ(done.code, 5);
        EXPECT_EQ(done.said, "");
        return taken;
    };
    EXPECT_THAT(takes({"bin"}), ElementsAre("bin"));
    EXPECT_THAT(takes({"bin", "3"}), ElementsAre("bin", "3"));
}

TEST(BenchmarkMain, SaysHowItIsCalled) {
    const measurement never = [](const std::vector<std::string>&) {
        ADD_FAILURE() << "nothing to measure";
        return 0;
    };
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{}, std::vector<std::string>{"bin", "3", "4"}}) {
        const outcome done = started(words, never);
        EXPECT_EQ(done.code, 2);
        EXPECT_EQ(done.said, "usage: some_benchmark BIN_FOLDER [ROUNDS]\n");
    }
}

TEST(BenchmarkMain, SaysWhatWentWrong) {
    const outcome done = started({"bin"}, [](const std::vector<std::string>&) -> int {
        throw std::runtime_error("no nginx");
    });
    EXPECT_EQ(done.code, 1);
    EXPECT_EQ(done.said, "some_benchmark: no nginx\n");
}

}  // namespace
}  // namespace stormdrain::benchmarks
