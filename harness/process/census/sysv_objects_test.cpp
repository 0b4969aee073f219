#include "harness/process/census/sysv_objects.hpp"

#include <gmock/gmock.h>

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

const std::set<pid_t> tree{70, 71};

// A set of one semaphore, last used by whom the row says.
std::vector<pid_t> user_in_row(const sysv_row& set) {
    return {static_cast<pid_t>(set.find("user")->second)};
}

sysv_objects with_shared_memory(std::int64_t creator, std::int64_t mode = 0600) {
    sysv_objects objects;
    objects.shared_memory = {{{"shmid", 5}, {"perms", mode}, {"size", 64}, {"cpid", creator}}};
    return objects;
}

TEST(SysvObjects, AreReadByTheNamesOfTheColumns) {
    const std::vector<sysv_row> rows = parse_sysvipc(
        "       key      msqid perms      cbytes\n"
        "        -1          3  1600          12\n"
        "         0      32769   644           0\n"
        "     cut o");
    ASSERT_THAT(rows, SizeIs(2));
    EXPECT_EQ(rows[0], (sysv_row{{"key", -1}, {"msqid", 3}, {"perms", 01600}, {"cbytes", 12}}));
    EXPECT_EQ(rows[1].at("msqid"), 32769);
    EXPECT_THAT(parse_sysvipc(""), IsEmpty());
}

TEST(SysvObjects, OfTheTreeAreNamed) {
    const std::vector<residue_item> left = left_by(tree, {}, with_shared_memory(71));
    EXPECT_THAT(left, ElementsAre(residue_item{residue_kind::sysv_shared_memory, "id 5", 64,
                                               "created by pid 71"}));
}

TEST(SysvObjects, OfOthersAreNot) {
    EXPECT_THAT(left_by(tree, {}, with_shared_memory(72)), IsEmpty());
    EXPECT_THAT(left_by(tree, with_shared_memory(71), with_shared_memory(71)), IsEmpty())
        << "it was there before";
    EXPECT_THAT(left_by(tree, {}, with_shared_memory(71, 01600)), IsEmpty())
        << "it is removed, and goes with its last user";
}

TEST(SysvObjects, WithoutACreatorMustHaveBeenUsedByTheTreeAlone) {
    sysv_objects now;
    const auto left = [&] { return left_by(tree, {}, now, user_in_row); };
    now.semaphores = {{{"semid", 1}, {"nsems", 1}, {"user", 70}},
                      {{"semid", 2}, {"nsems", 1}, {"user", 0}},
                      {{"semid", 3}, {"nsems", 1}, {"user", 99}}};
    EXPECT_THAT(left(), ElementsAre(Field(&residue_item::name, "id 1")));
    now.semaphores.clear();
    now.message_queues = {{{"msqid", 1}, {"lspid", 70}, {"lrpid", 0}},
                          {{"msqid", 2}, {"lspid", 70}, {"lrpid", 71}},
                          {{"msqid", 3}, {"lspid", 70}, {"lrpid", 99}},
                          {{"msqid", 4}, {"lspid", 0}, {"lrpid", 0}}};
    EXPECT_THAT(left(), ElementsAre(Field(&residue_item::name, "id 1"),
                                    Field(&residue_item::name, "id 2")));
}

// A real process makes one of each and ends; the objects stay.
class LeftSysvObjects : public testing::Test {
protected:
    struct made_ids {
        int shared_memory = -1;
        int semaphores = -1;
        int queue = -1;
    };

    void SetUp() override {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        before_ = read_sysv_objects();
        maker_ = ::fork();
        if (maker_ == 0) {
            make_and_end(ends[1]);
        }
        ::close(ends[1]);
        const ssize_t count = ::read(ends[0], &made_, sizeof(made_));
        ::close(ends[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(maker_, &status, 0), maker_);
        ASSERT_EQ(count, static_cast<ssize_t>(sizeof(made_)));
        if (WEXITSTATUS(status) != 0) {
            GTEST_SKIP() << "System V IPC: " << std::strerror(WEXITSTATUS(status));
        }
    }

    void TearDown() override {
        ::shmctl(made_.shared_memory, IPC_RMID, nullptr);
        ::semctl(made_.semaphores, 0, IPC_RMID);
        ::msgctl(made_.queue, IPC_RMID, nullptr);
    }

    [[noreturn]] static void make_and_end(int answers) {
        made_ids made;
        made.shared_memory = ::shmget(IPC_PRIVATE, 4096, 0600);
        made.semaphores = ::semget(IPC_PRIVATE, 2, 0600);
        made.queue = ::msgget(IPC_PRIVATE, 0600);
        sembuf up{};
        up.sem_op = 1;
        struct {
            long type = 1;
            std::array<char, 4> text{};
        } message;
        const bool good = made.shared_memory >= 0 && ::semop(made.semaphores, &up, 1) == 0 &&
                          ::msgsnd(made.queue, &message, message.text.size(), IPC_NOWAIT) == 0;
        const int error = good ? 0 : errno;
        const ssize_t written = ::write(answers, &made, sizeof(made));
        ::_exit(written == static_cast<ssize_t>(sizeof(made)) ? error : EIO);
    }

    pid_t maker_ = -1;
    made_ids made_;
    sysv_objects before_;
};

TEST_F(LeftSysvObjects, AreNamedForTheProcessThatMadeThem) {
    const auto name = [](int id) { return "id " + std::to_string(id); };
    EXPECT_THAT(left_by({maker_}, before_, read_sysv_objects()),
                ElementsAre(Field(&residue_item::name, name(made_.shared_memory)),
                            Field(&residue_item::name, name(made_.semaphores)),
                            Field(&residue_item::name, name(made_.queue))));
}

TEST_F(LeftSysvObjects, AreNotNamedForAnother) {
    EXPECT_THAT(left_by({::getpid()}, before_, read_sysv_objects()), IsEmpty());
}

}  // namespace
}  // namespace stormdrain
