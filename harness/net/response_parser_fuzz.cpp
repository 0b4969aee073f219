// libFuzzer: the parser takes any bytes, and how they are cut into pieces never matters.
//     clang++ -std=c++20 -fsanitize=fuzzer,address,undefined -I. \
//         harness/net/response_parser*.cpp harness/net/http_syntax.cpp \
//         harness/net/script_answer.cpp harness/net/byte_pattern.cpp   (without the _test.cpp)

#include "harness/net/response_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool kept) {
    if (!kept) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    using namespace stormdrain;
    const std::string_view text(reinterpret_cast<const char*>(bytes), count);
    response_parser whole;
    const std::size_t taken = whole.feed(text);
    require(taken <= count);

    response_parser cut;
    std::size_t cut_taken = 0;
    while (cut_taken < count && cut.feed(text.substr(cut_taken, 1)) == 1) {
        ++cut_taken;
    }
    require(cut_taken == taken && cut.state() == whole.state() && cut.head() == whole.head() &&
            cut.body_bytes() == whole.body_bytes() && cut.error() == whole.error());
    return 0;
}
