#include "harness/process/output/output_sink.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <string_view>

namespace stormdrain {
namespace {

// What the other end shows of the bytes that a server writes.
std::string_view passed_on(const opened_sink& sink, std::array<char, 64>& buffer) {
    constexpr std::string_view line = "one\ntwo\n";
    EXPECT_EQ(::write(sink.write_end.get(), line.data(), line.size()),
              static_cast<ssize_t>(line.size()));
    const ssize_t count = ::read(sink.read_end.get(), buffer.data(), buffer.size());
    return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

TEST(OutputSink, PassesBytesOnAsTheyAre) {
    std::array<char, 64> buffer{};
    for (const output_sink kind : {output_sink::pipe, output_sink::terminal}) {
        const opened_sink sink = open_sink(kind);
        EXPECT_EQ(passed_on(sink, buffer), "one\ntwo\n") << to_text(kind);
        EXPECT_EQ(::isatty(sink.write_end.get()), kind == output_sink::terminal ? 1 : 0);
    }
}

TEST(OutputSink, HasNothingToReadOfDevNull) {
    std::array<char, 64> buffer{};
    EXPECT_EQ(passed_on(open_sink(output_sink::nothing), buffer), "");
}

}  // namespace
}  // namespace stormdrain
