#include "harness/process/census/shared_memory.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace stormdrain {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;

TEST(SharedMemoryInMaps, IsKnownByItsInodeAlsoWithoutAName) {
    const std::string maps =
        "7f1-7f2 rw-s 00000000 00:19 12345                      /dev/shm/cache\n"
        "7f3-7f4 rw-s 00000000 00:1a 12346                      /dev/shm/sem.aB3xZ9 (deleted)\n"
        "7f5-7f6 r-xp 00000000 fe:00 99                         /usr/lib/libc.so.6\n"
        "7f7-7f8 rw-p 00000000 00:00 0 \n";
    EXPECT_THAT(shared_memory_in_maps(maps), SizeIs(2));
    EXPECT_THAT(shared_memory_in_maps(""), IsEmpty());
}

TEST(SharedMemory, IsInUseWhileItIsOpenOrMapped) {
    const std::string name = "/stormdrain-test-" + std::to_string(::getpid());
    const int opened = ::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
    ASSERT_GE(opened, 0);
    EXPECT_EQ(::ftruncate(opened, 4096), 0);
    const auto identity = identity_behind(std::string(shared_memory_folder) + name.substr(1));
    ASSERT_TRUE(identity.has_value());
    EXPECT_THAT(list_shared_memory(), Contains(Key(*identity)));
    EXPECT_TRUE(is_shared_memory_in_use(*identity));
    void* const mapped = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, opened, 0);
    ::close(opened);
    EXPECT_THAT(mapped_shared_memory(::getpid()), Contains(*identity));
    EXPECT_TRUE(is_shared_memory_in_use(*identity));
    ::munmap(mapped, 4096);
    EXPECT_FALSE(is_shared_memory_in_use(*identity));
    ::shm_unlink(name.c_str());
    EXPECT_THAT(list_shared_memory(), Not(Contains(Key(*identity))));
}

}  // namespace
}  // namespace stormdrain
