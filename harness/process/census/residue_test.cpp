#include "harness/process/census/residue.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

using type = left_file::type;

const std::set<pid_t> tree{4711, 4712};

left_file file_called(std::string name, std::string contents = "text") {
    left_file file;
    file.name = std::move(name);
    file.size_bytes = contents.size();
    file.beginning = std::move(contents);
    return file;
}

residue_kind kind_of(const std::string& name) {
    return to_item(file_called(name), tree).kind;
}

TEST(Residue, TellsFilesByTheirNames) {
    for (const char* name : {"tmp1", "tmp.dat", "cache.tmp", "a/b/x.temp", ".nfs0000000001",
                             "upload-aB3xZ9", "body.Qw7eRt", "client_body/0000000001"}) {
        EXPECT_EQ(kind_of(name), residue_kind::temporary_file) << name;
    }
    for (const char* name :
         {"access.log", "access.202401", "upload-server", "app.Server", "README", "core.4711",
          "tmpfiles/a", "0123456789.log", "1234567890", "x-aB3xZ", "aB3xZ9", "release-v1.2.3"}) {
        EXPECT_EQ(kind_of(name), residue_kind::other_file) << name;
    }
    EXPECT_EQ(kind_of("run/server.pid"), residue_kind::pid_file);
    EXPECT_EQ(kind_of("data/.lock"), residue_kind::lock_file);
    EXPECT_EQ(kind_of("app.lck"), residue_kind::lock_file);
}

TEST(Residue, KnowsASocketByItsTypeNotByItsName) {
    left_file socket = file_called("app.pid", "");
    socket.what = type::socket;
    EXPECT_EQ(to_item(socket, tree).kind, residue_kind::unix_socket);
    EXPECT_EQ(kind_of("app.sock"), residue_kind::other_file);
    left_file pipe = file_called("tmp.fifo", "");
    pipe.what = type::other;
    EXPECT_EQ(to_item(pipe, tree).kind, residue_kind::other_file);
}

TEST(Residue, KnowsAPidFileByTheNumberItHolds) {
    const residue_item item = to_item(file_called("state", "4711\n"), tree);
    EXPECT_EQ(item.kind, residue_kind::pid_file);
    EXPECT_EQ(item.detail, "holds 4711, the number of a process of the server");
    EXPECT_EQ(to_item(file_called("state", "4713\n"), tree).kind, residue_kind::other_file);
    EXPECT_EQ(to_item(file_called("state", "4711 and more"), tree).kind, residue_kind::other_file);
    // Somebody else's number, but the name says what it is for.
    EXPECT_EQ(to_item(file_called("a.pid", "1"), tree).detail, "");
}

TEST(Residue, ReadsANumberOnlyWhenNothingElseIsThere) {
    EXPECT_EQ(only_number_in(file_called("x", " 12\n")), 12);
    EXPECT_EQ(only_number_in(file_called("x", "")), std::nullopt);
    EXPECT_EQ(only_number_in(file_called("x", "\n")), std::nullopt);
    EXPECT_EQ(only_number_in(file_called("x", "12 13")), std::nullopt);
    EXPECT_EQ(only_number_in(file_called("x", "99999999999999999999")), std::nullopt);
    left_file longer = file_called("x", "4711\n");
    longer.size_bytes = 4096;
    EXPECT_EQ(only_number_in(longer), std::nullopt);
}

TEST(Residue, NamesEachPlaceAsContractsDo) {
    EXPECT_EQ(place_of({residue_kind::unix_socket, "run/app.sock", 0, ""}), "run/app.sock");
    EXPECT_EQ(place_of({residue_kind::shared_memory, "cache", 0, ""}), "/dev/shm/cache");
    EXPECT_EQ(place_of({residue_kind::named_semaphore, "sem.x", 0, ""}), "/dev/shm/sem.x");
    EXPECT_EQ(place_of({residue_kind::sysv_semaphore, "id 7", 0, ""}), "sysv_semaphore id 7");
}

}  // namespace
}  // namespace stormdrain
