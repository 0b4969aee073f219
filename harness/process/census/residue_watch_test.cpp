#include "harness/process/census/residue_watch.hpp"

#include "harness/process/census/census_reader.hpp"
#include "harness/process/owned_descriptor.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

constexpr pid_t server_pid = 4711;

void write_file(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
}

owned_descriptor bind_unix_socket(const std::string& path, int backlog = -1) {
    owned_descriptor opened(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(opened.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_TRUE(backlog < 0 || ::listen(opened.get(), backlog) == 0);
    return opened;
}

class ResidueWatch : public testing::Test {
protected:
    residue_watch watch(std::vector<std::string> ignored = {}, std::string shared = "") const {
        return residue_watch({folder_.path(), std::move(shared), std::move(ignored)});
    }
    static residue_record look(const residue_watch& from) {
        return from.look(std::array{server_pid});
    }
    static census own_census() {
        socket_table sockets;
        return take_census(std::array{::getpid()}, sockets, {});
    }

    temporary_folder folder_;
};

TEST_F(ResidueWatch, NamesWhatIsNewInTheFolder) {
    write_file(folder_.file("server.conf"), "before");
    const residue_watch before = watch({"server.log"});
    write_file(folder_.file("server.log"), "hello");
    write_file(folder_.file("run/server.pid"), "4711\n");
    write_file(folder_.file("cache/tmp1"), "12345");
    write_file(folder_.file("extra.log"), "");
    bind_unix_socket(folder_.file("app.sock"));
    std::filesystem::create_directory(folder_.file("empty_temp"));
    const residue_record left = look(before);
    EXPECT_EQ(left.items_count, 4U);
    EXPECT_THAT(left.unseen, IsEmpty());
    EXPECT_THAT(left.items,
                ElementsAre(residue_item{residue_kind::unix_socket, "app.sock", 0, ""},
                            residue_item{residue_kind::pid_file, "run/server.pid", 5,
                                         "holds 4711, the number of a process of the server"},
                            residue_item{residue_kind::temporary_file, "cache/tmp1", 5, ""},
                            residue_item{residue_kind::other_file, "extra.log", 0, ""}));
}

TEST_F(ResidueWatch, NamesNothingThatWasThereBefore) {
    write_file(folder_.file("kept"), "before");
    bind_unix_socket(folder_.file("old.sock"));
    const residue_watch before = watch();
    write_file(folder_.file("kept"), "written to by the server");
    EXPECT_THAT(look(before).items, IsEmpty());
}

TEST_F(ResidueWatch, KnowsASocketThatReplacedAnother) {
    const auto first = bind_unix_socket(folder_.file("app.sock"));
    std::filesystem::rename(folder_.file("app.sock"), folder_.file("aside.sock"));
    std::filesystem::rename(folder_.file("aside.sock"), folder_.file("app.sock"));
    const residue_watch before = watch();
    EXPECT_THAT(look(before).items, IsEmpty());
    // Bound before the old one goes, so that its inode is surely another.
    const auto second = bind_unix_socket(folder_.file("new.sock"));
    std::filesystem::rename(folder_.file("new.sock"), folder_.file("app.sock"));
    EXPECT_THAT(look(before).items, ElementsAre(Field(&residue_item::name, "app.sock")));
}

TEST_F(ResidueWatch, KnowsAPidFileThatWasRewritten) {
    write_file(folder_.file("state"), "1\n");
    const residue_watch before = watch();
    write_file(folder_.file("state"), "4711\n");
    EXPECT_THAT(look(before).items,
                ElementsAre(Field(&residue_item::kind, residue_kind::pid_file)));
}

TEST_F(ResidueWatch, CountsMoreThanItKeepsAndKeepsTheWorst) {
    const residue_watch before = watch();
    for (std::size_t index = 0; index < 2 * residue_record::items_max; ++index) {
        write_file(folder_.file("log." + std::to_string(index)), "");
    }
    bind_unix_socket(folder_.file("z.sock"));
    const residue_record left = look(before);
    EXPECT_EQ(left.items_count, 2 * residue_record::items_max + 1);
    EXPECT_THAT(left.items, SizeIs(residue_record::items_max));
    EXPECT_EQ(left.items.front().kind, residue_kind::unix_socket);
}

TEST_F(ResidueWatch, SaysWhenItCouldNotSeeTheFolder) {
    const residue_watch before({folder_.file("absent"), "", {}});
    EXPECT_EQ(look(before).unseen, "the working folder could not be listed whole before the start");
}

TEST_F(ResidueWatch, NamesOnlyProvenPidFilesInASharedFolder) {
    const temporary_folder shared;
    const residue_watch before = watch({}, shared.path() + "/");
    write_file(shared.file("other.pid"), "4712\n");
    write_file(shared.file("server.pid"), "4711\n");
    write_file(shared.file("tmp1"), "");
    EXPECT_THAT(look(before).items,
                ElementsAre(Field(&residue_item::name, shared.file("server.pid"))));
}

TEST_F(ResidueWatch, NamesASocketElsewhereThatTheTreeListenedOn) {
    const temporary_folder elsewhere;
    residue_watch before = watch();
    auto listener = bind_unix_socket(elsewhere.file("app.sock"), 1);
    const auto silent = bind_unix_socket(elsewhere.file("bound_only.sock"));
    before.saw(own_census());
    EXPECT_THAT(look(before).items, IsEmpty()) << "somebody still listens there";
    listener.reset();
    EXPECT_THAT(look(before).items, ElementsAre(residue_item{residue_kind::unix_socket,
                                                             elsewhere.file("app.sock"), 0, ""}));
    std::filesystem::remove(elsewhere.file("app.sock"));
    EXPECT_THAT(look(before).items, IsEmpty());
}

TEST_F(ResidueWatch, NamesNoSocketElsewhereThatNobodySawOpen) {
    const temporary_folder elsewhere;
    residue_watch before = watch();
    before.saw(own_census());
    bind_unix_socket(elsewhere.file("app.sock"), 1);
    EXPECT_THAT(look(before).items, IsEmpty());
}

// Objects in the machine's /dev/shm, under names that are this test's alone.
class LeftSharedMemory : public ResidueWatch {
protected:
    LeftSharedMemory() : name_("stormdrain-test-" + std::to_string(::getpid())) {}
    ~LeftSharedMemory() override {
        ::shm_unlink(name_.c_str());
        ::shm_unlink(("sem." + name_).c_str());
    }

    owned_descriptor make(const std::string& name) {
        owned_descriptor made(::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600));
        if (!made.is_open() || ::ftruncate(made.get(), 4096) != 0) {
            ADD_FAILURE() << "shm_open: " << std::strerror(errno);
        }
        return made;
    }

    std::string name_;
};

TEST_F(LeftSharedMemory, IsNamedWhenTheTreeHadItOpen) {
    if (::access("/dev/shm", W_OK) != 0) {
        GTEST_SKIP() << "/dev/shm: " << std::strerror(errno);
    }
    residue_watch before = watch();
    owned_descriptor held = make(name_);
    before.saw(own_census());
    EXPECT_THAT(look(before).items, IsEmpty()) << "somebody still uses it";
    held.reset();
    EXPECT_THAT(look(before).items,
                ElementsAre(residue_item{residue_kind::shared_memory, name_, 4096, ""}));
}

TEST_F(LeftSharedMemory, IsNamedWhenTheTreeHadItMapped) {
    if (::access("/dev/shm", W_OK) != 0) {
        GTEST_SKIP() << "/dev/shm: " << std::strerror(errno);
    }
    residue_watch before = watch();
    void* mapped = MAP_FAILED;
    {
        const owned_descriptor held = make("sem." + name_);
        mapped = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, held.get(), 0);
    }
    ASSERT_NE(mapped, MAP_FAILED);
    before.saw_maps(::getpid());
    EXPECT_THAT(look(before).items, IsEmpty()) << "somebody still uses it";
    ::munmap(mapped, 4096);
    EXPECT_THAT(look(before).items,
                ElementsAre(residue_item{residue_kind::named_semaphore, "sem." + name_, 4096, ""}));
}

TEST_F(LeftSharedMemory, IsNotNamedUnseenOrOld) {
    if (::access("/dev/shm", W_OK) != 0) {
        GTEST_SKIP() << "/dev/shm: " << std::strerror(errno);
    }
    const residue_watch unseeing = watch();
    owned_descriptor held = make(name_);
    residue_watch late = watch();
    late.saw(own_census());
    held.reset();
    EXPECT_THAT(look(unseeing).items, IsEmpty());
    EXPECT_THAT(look(late).items, IsEmpty());
}

}  // namespace
}  // namespace stormdrain
