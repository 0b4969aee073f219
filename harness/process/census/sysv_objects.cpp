#include "harness/process/census/sysv_objects.hpp"

#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace stormdrain {
namespace {

// Each costs a system call. More than any server makes; the kernel's own limit is 32,000.
constexpr std::int64_t semaphores_in_set_max = 4'096;

// SHM_DEST of linux/shm.h: removed already, and gone with the last process that is attached.
constexpr std::int64_t removed_mode = 01000;

// The fourth argument of semctl(2), which the caller has to declare.
union semun_info {
    seminfo* info;
};

std::int64_t value_of(const sysv_row& row, std::string_view column) {
    const auto found = row.find(column);
    return found == row.end() ? 0 : found->second;
}

std::vector<sysv_row> read_rows(const std::string& path) {
    std::ifstream file(path);
    return parse_sysvipc(std::string(std::istreambuf_iterator<char>(file), {}));
}

bool is_new(const sysv_row& row, std::string_view id_column, const std::vector<sysv_row>& before) {
    return std::ranges::none_of(before, [&](const sysv_row& old) {
        return value_of(old, id_column) == value_of(row, id_column);
    });
}

bool only_of_tree(const std::vector<pid_t>& users, const std::set<pid_t>& tree) {
    const auto is_of_tree = [&](pid_t pid) { return tree.contains(pid); };
    const auto is_nobody_else = [&](pid_t pid) { return pid == 0 || is_of_tree(pid); };
    return std::ranges::any_of(users, is_of_tree) && std::ranges::all_of(users, is_nobody_else);
}

residue_item make_item(residue_kind kind, std::int64_t id, std::int64_t bytes, std::string detail) {
    return {kind, "id " + std::to_string(id), static_cast<std::uint64_t>(bytes), std::move(detail)};
}

}  // namespace

std::vector<sysv_row> parse_sysvipc(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);
    std::istringstream heading(line);
    const std::vector<std::string> columns{std::istream_iterator<std::string>(heading), {}};
    std::vector<sysv_row> rows;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        sysv_row row;
        for (const std::string& column : columns) {
            words >> (column == "perms" ? std::oct : std::dec) >> row[column];
        }
        if (words && !columns.empty()) {
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

// Most machines have none, and the kernel says so at once: /proc is not read for nothing.
sysv_objects read_sysv_objects() {
    shm_info shared_memory{};
    seminfo semaphores{};
    msginfo message_queues{};
    semun_info into{&semaphores};
    ::shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&shared_memory));
    ::semctl(0, 0, SEM_INFO, into);
    ::msgctl(0, MSG_INFO, reinterpret_cast<msqid_ds*>(&message_queues));
    sysv_objects objects;
    if (shared_memory.used_ids > 0) {
        objects.shared_memory = read_rows("/proc/sysvipc/shm");
    }
    if (semaphores.semusz > 0) {  // of SEM_INFO: how many sets there are (semctl(2))
        objects.semaphores = read_rows("/proc/sysvipc/sem");
    }
    if (message_queues.msgpool > 0) {  // of MSG_INFO: how many queues (msgctl(2))
        objects.message_queues = read_rows("/proc/sysvipc/msg");
    }
    return objects;
}

std::vector<pid_t> last_users_of(const sysv_row& set) {
    const std::int64_t count = value_of(set, "nsems");
    std::vector<pid_t> users;
    if (count > semaphores_in_set_max) {
        return users;
    }
    const auto id = static_cast<int>(value_of(set, "semid"));
    for (int index = 0; index < count; ++index) {
        const int user = ::semctl(id, index, GETPID);
        if (user < 0) {
            return {};  // not ours to read, or gone: nothing can be proved
        }
        users.push_back(user);
    }
    return users;
}

std::vector<residue_item> left_by(const std::set<pid_t>& tree, const sysv_objects& before,
                                  const sysv_objects& now, const semaphore_users& users_of) {
    std::vector<residue_item> items;
    for (const sysv_row& row : now.shared_memory) {
        const auto creator = static_cast<pid_t>(value_of(row, "cpid"));
        const bool is_removed = (value_of(row, "perms") & removed_mode) != 0;
        if (is_new(row, "shmid", before.shared_memory) && tree.contains(creator) && !is_removed) {
            items.push_back(make_item(residue_kind::sysv_shared_memory, value_of(row, "shmid"),
                                      value_of(row, "size"),
                                      "created by pid " + std::to_string(creator)));
        }
    }
    for (const sysv_row& row : now.semaphores) {
        // Asked only of new ones: a question is a system call a semaphore.
        if (is_new(row, "semid", before.semaphores) && only_of_tree(users_of(row), tree)) {
            const auto count = std::to_string(value_of(row, "nsems"));
            items.push_back(make_item(residue_kind::sysv_semaphore, value_of(row, "semid"), 0,
                                      "a set of " + count + ", used by the server only"));
        }
    }
    for (const sysv_row& row : now.message_queues) {
        const std::vector<pid_t> users{static_cast<pid_t>(value_of(row, "lspid")),
                                       static_cast<pid_t>(value_of(row, "lrpid"))};
        if (is_new(row, "msqid", before.message_queues) && only_of_tree(users, tree)) {
            const auto count = std::to_string(value_of(row, "qnum"));
            items.push_back(make_item(residue_kind::sysv_message_queue, value_of(row, "msqid"),
                                      value_of(row, "cbytes"),
                                      count + " messages in it, used by the server only"));
        }
    }
    return items;
}

}  // namespace stormdrain
