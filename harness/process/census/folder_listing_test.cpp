#include "harness/process/census/folder_listing.hpp"

#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace stormdrain {
namespace {

using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class FolderListing : public testing::Test {
protected:
    void make(const std::string& name) const {
        const std::filesystem::path path = std::filesystem::path(folder_.path()) / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << "x";
    }

    temporary_folder folder_;
};

TEST_F(FolderListing, HasTheFilesBelowAndNoFolders) {
    make("one");
    make("deep/er/two");
    const folder_listing listing = list_below(folder_.path());
    EXPECT_TRUE(listing.is_complete);
    EXPECT_THAT(listing.files, UnorderedElementsAre(Field(&found_file::name, "one"),
                                                    Field(&found_file::name, "deep/er/two")));
}

TEST_F(FolderListing, SaysThatItIsNotWhole) {
    std::string deep;
    for (int level = 0; level < 40; ++level) {
        deep += "a/";
    }
    make(deep + "hidden");
    EXPECT_FALSE(list_below(folder_.path()).is_complete);
    EXPECT_FALSE(list_below(folder_.path() + "/nothing").is_complete);
}

TEST_F(FolderListing, HasEntriesWithoutWhatTheyHold) {
    make("one");
    make("deep/er/two");
    EXPECT_THAT(entries_of(folder_.path()), SizeIs(2));
    EXPECT_THAT(entries_of(folder_.path() + "/nothing"), IsEmpty());
}

}  // namespace
}  // namespace stormdrain
