#include "harness/config/text_file.hpp"

#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace stormdrain {
namespace {

using testing::Eq;
using testing::Optional;

TEST(TextFile, ReadsUpToItsBound) {
    const temporary_folder folder;
    const std::string text(200'000, 'x');
    std::ofstream(folder.file("a")) << text;
    std::ofstream(folder.file("empty")) << "";
    EXPECT_THAT(read_text_file(folder.file("a"), 200'000).text, Optional(Eq(text)));
    EXPECT_THAT(read_text_file(folder.file("empty"), 0).text, Optional(Eq("")));
    EXPECT_EQ(read_text_file(folder.file("a"), 199'999).text, std::nullopt);
    EXPECT_EQ(read_text_file(folder.file("a"), 65'536).failure, "larger than 64KiB");
    // A file without an end.
    EXPECT_EQ(read_text_file("/dev/zero", 4096).failure, "larger than 4KiB");
}

TEST(TextFile, SaysWhyItCannotBeRead) {
    const temporary_folder folder;
    EXPECT_EQ(read_text_file(folder.file("absent"), 1).failure, "No such file or directory");
    EXPECT_EQ(read_text_file(folder.path(), 1).failure, "Is a directory");
}

}  // namespace
}  // namespace stormdrain
