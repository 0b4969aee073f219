#include "harness/process/output/alarm_watch.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

alarm_watch watch() {
    return alarm_watch({"ERROR: AddressSanitizer", "panic: "});
}

TEST(AlarmWatch, FindsAWordWhereverTheReadsAreCut) {
    const std::string text = "fine\n==7==ERROR: AddressSanitizer: heap-use-after-free\nfine\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        alarm_watch watched = watch();
        watched.take(text.substr(0, cut));
        watched.take(text.substr(cut));
        EXPECT_THAT(watched.lines(),
                    ElementsAre("==7==ERROR: AddressSanitizer: heap-use-after-free"));
    }
}

TEST(AlarmWatch, FindsAWordAnywhereInALongLineOnce) {
    constexpr std::size_t cut = alarm_watch::pending_bytes_max;
    for (std::size_t before = cut - 30; before < cut + 60; ++before) {
        alarm_watch watched = watch();
        watched.take(std::string(before, 'x') + "panic: " + std::string(3 * cut, 'y'));
        EXPECT_THAT(watched.lines(), SizeIs(1)) << before;
        watched.take("panic: again\nfine\n");
        EXPECT_THAT(watched.lines(), SizeIs(1)) << before;
        EXPECT_THAT(watched.lines().front(), SizeIs(alarm_watch::line_bytes_max));
    }
}

TEST(AlarmWatch, CountsALineThatIsNotFinished) {
    alarm_watch watched = watch();
    watched.take("panic: out of");
    EXPECT_THAT(watched.lines(), ElementsAre("panic: out of"));
    watched.take(" memory\n");
    EXPECT_THAT(watched.lines(), ElementsAre("panic: out of memory"));
}

TEST(AlarmWatch, KeepsTheFirstOfManyLines) {
    alarm_watch watched = watch();
    for (int number = 0; number < 100; ++number) {
        watched.take("panic: " + std::to_string(number) + "\n");
    }
    EXPECT_THAT(watched.lines(), SizeIs(alarm_watch::lines_max));
    EXPECT_EQ(watched.lines().front(), "panic: 0");
}

TEST(AlarmWatch, IsCalmWithoutWords) {
    for (const std::vector<std::string>& words : {std::vector<std::string>(), {""}}) {
        alarm_watch watched(words);
        watched.take("panic: nobody asked\n");
        EXPECT_THAT(watched.lines(), IsEmpty());
    }
}

}  // namespace
}  // namespace stormdrain
