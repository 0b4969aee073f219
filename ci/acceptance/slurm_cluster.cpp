#include "ci/acceptance/slurm_cluster.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
namespace files = std::filesystem;

constexpr auto command_limit = 20s;
constexpr auto start_limit = 30s;  // 1.4 s on an idle machine
constexpr auto end_limit = 10s;
constexpr std::size_t key_bytes = 128;
constexpr std::size_t log_bytes_max = 20'000;

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    const std::string full = name.data();
    return full.substr(0, full.find('.'));
}

std::string user_name() {
    const passwd* const entry = ::getpwuid(::getuid());
    return entry == nullptr ? "" : entry->pw_name;
}

// Free at this moment, all different: the sockets are held until all are known.
std::vector<int> free_ports(int count) {
    std::vector<int> ports;
    std::vector<int> sockets;
    for (int i = 0; i < count; ++i) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket, generic, size) == 0 && ::getsockname(socket, generic, &size) == 0) {
            ports.push_back(ntohs(address.sin_port));
        }
        sockets.push_back(socket);
    }
    for (const int socket : sockets) {
        ::close(socket);
    }
    return ports;
}

std::string random_key() {
    std::string key(key_bytes, '\0');
    return ::getrandom(key.data(), key.size(), 0) == static_cast<ssize_t>(key.size()) ? key : "";
}

// Files of /proc have no size.
std::string text_in(const files::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

std::string folder_of(const std::string& program) {
    return files::path(program).parent_path().string();
}

}  // namespace

bool holds_by(clock::time_point deadline, const std::function<bool()>& condition) {
    while (!condition()) {
        if (clock::now() >= deadline) {
            return false;
        }
        ::poll(nullptr, 0, 100);  // ten looks a second: each of them starts a program
    }
    return true;
}

slurm_cluster::slurm_cluster(const std::string& folder) : folder_(folder) {
    for (const std::string tool : {SBATCH_PROGRAM, SLURMD_PROGRAM, MUNGED_PROGRAM}) {
        if (tool.empty()) {
            why_not_ = "no Slurm (packages slurmctld slurmd slurm-client munge)";
            return;
        }
    }
    if (user_name().empty()) {
        why_not_ = "munged asks for a user with a name";
        return;
    }
    start();
}

slurm_cluster::~slurm_cluster() {
    if (!daemons_.empty() && why_not_.empty()) {
        run({"scancel", "--user=" + user_name()}, command_limit);
        // A slurmstepd that cannot report the end of its job stays and tries again.
        holds_by(clock::now() + end_limit, [this] {
            return run({"squeue", "-h"}, command_limit).output.empty();
        });
    }
    for (auto daemon = daemons_.rbegin(); daemon != daemons_.rend(); ++daemon) {
        (*daemon)->signal(SIGTERM);
    }
    const clock::time_point deadline = clock::now() + end_limit;
    for (auto daemon = daemons_.rbegin(); daemon != daemons_.rend(); ++daemon) {
        (*daemon)->wait(deadline);  // else it is killed with the object
    }
}

// slurm.conf(5). Nodes of a machine need a name and a port each, and CPUs that nobody looks at.
void slurm_cluster::write_configuration() const {
    const std::vector<int> ports = free_ports(nodes_count + 1);
    const std::string host = host_name();
    const std::string user = user_name();
    std::ostringstream out;
    out << "ClusterName=stormdrain\n"
        << "SlurmctldHost=" << host << "(127.0.0.1)\n"
        << "SlurmctldPort=" << ports.at(0) << "\n"
        << "SlurmUser=" << user << "\nSlurmdUser=" << user << "\n"
        << "AuthType=auth/munge\nAuthInfo=socket=" << file("socket/munge") << "\n"
        << "CredType=cred/munge\n"
        << "StateSaveLocation=" << file("state") << "\n"
        << "SlurmdSpoolDir=" << file("spool.%n") << "\n"
        << "SlurmctldPidFile=" << file("slurmctld.pid") << "\n"
        << "SlurmdPidFile=" << file("slurmd.%n.pid") << "\n"
        << "SlurmctldLogFile=" << file("log/slurmctld.log") << "\n"
        << "SlurmdLogFile=" << file("log/slurmd.%n.log") << "\n"
        << "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\n"
        << "JobAcctGatherType=jobacct_gather/none\n"
        << "AccountingStorageType=accounting_storage/none\nMpiDefault=none\n"
        << "ReturnToService=2\nSchedulerType=sched/backfill\n"
        << "SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\n"
        // The shorter, the sooner a lost job is missed.
        << "SlurmctldTimeout=10\nSlurmdTimeout=3\nKillWait=2\n"
        << "SlurmdParameters=config_overrides\n";
    for (int node = 0; node < nodes_count; ++node) {
        out << "NodeName=w" << node << " NodeHostname=" << host
            << " NodeAddr=127.0.0.1 Port=" << ports.at(static_cast<std::size_t>(node) + 1)
            << " CPUs=1 RealMemory=500 State=UNKNOWN\n";
    }
    out << "PartitionName=soak Nodes=ALL Default=YES MaxTime=00:10:00 State=UP\n";
    write_file(file("slurm.conf"), out.str());
}

// munged(8) wants its socket where everybody may go, and its key where nobody else may.
bool slurm_cluster::start_munged() {
    constexpr files::perms pass_through = files::perms::group_exec | files::perms::others_exec;
    files::permissions(files::path(folder_).parent_path(), pass_through, files::perm_options::add);
    write_file(file("key/munge.key"), random_key());
    files::permissions(file("key"), files::perms::owner_all);
    files::permissions(file("key/munge.key"), files::perms::owner_read);
    files::permissions(file("socket"), files::perms(0755));
    daemons_.push_back(std::make_unique<program>(
        std::vector<std::string>{MUNGED_PROGRAM, "--foreground", "--socket=" + file("socket/munge"),
                                 "--key-file=" + file("key/munge.key"),
                                 "--log-file=" + file("log/munged.log"),
                                 "--pid-file=" + file("socket/munged.pid"),
                                 "--seed-file=" + file("key/seed"), "--num-threads=2"},
        file("log/munged.out")));
    return holds_by(clock::now() + start_limit,
                    [this] { return files::exists(file("socket/munge")); });
}

void slurm_cluster::start() {
    for (const char* const name : {"key", "socket", "state", "log"}) {
        files::create_directories(file(name));
    }
    write_configuration();
    if (!start_munged()) {
        why_not_ = "munged does not start: " + logs();
        return;
    }
    const std::string conf = "SLURM_CONF=" + file("slurm.conf");
    const std::string sbin = folder_of(SLURMD_PROGRAM);
    daemons_.push_back(std::make_unique<program>(
        std::vector<std::string>{"/usr/bin/env", conf, sbin + "/slurmctld", "-D", "-i"},
        file("log/slurmctld.out")));
    for (int node = 0; node < nodes_count; ++node) {
        const std::string name = "w" + std::to_string(node);
        files::create_directories(file("spool." + name));
        daemons_.push_back(std::make_unique<program>(
            std::vector<std::string>{"/usr/bin/env", conf, SLURMD_PROGRAM, "-D", "-N", name},
            file("log/" + name + ".out")));
    }
    if (!wait_for_nodes()) {
        why_not_ = "Slurm does not start here: " + logs();
    }
}

bool slurm_cluster::wait_for_nodes() const {
    return holds_by(clock::now() + start_limit, [this] {
        const std::string states = run({"sinfo", "-h", "-N", "-o", "%T"}, command_limit).output;
        std::istringstream lines(states);
        int idle = 0;
        for (std::string line; std::getline(lines, line);) {
            idle += line == "idle" ? 1 : 0;
        }
        return idle == nodes_count;
    });
}

finished slurm_cluster::run(const std::vector<std::string>& words, clock::duration limit) const {
    std::vector<std::string> argv = words;
    argv.front() = folder_of(SBATCH_PROGRAM) + "/" + words.front();
    return run_beside(argv, limit);
}

// A recipe of ours asks for a night; the partition ends after ten minutes.
finished slurm_cluster::run_beside(const std::vector<std::string>& argv,
                                   clock::duration limit) const {
    std::vector<std::string> all = {"/usr/bin/env", "SLURM_CONF=" + file("slurm.conf"),
                                    "SBATCH_TIMELIMIT=00:05:00", "SBATCH_SIGNAL=B:TERM@20",
                                    std::string("STORMDRAIN=") + STORMDRAIN_PROGRAM};
    all.insert(all.end(), argv.begin(), argv.end());
    return run_program(all, file("log/command.out"), limit);
}

pid_t slurm_cluster::process_of_task(const std::string& task, const std::string& argument) const {
    const std::string wanted = std::string(1, '\0') + "SLURM_ARRAY_TASK_ID=" + task + '\0';
    std::error_code gone;  // processes end while we look
    for (const files::directory_entry& entry : files::directory_iterator("/proc", gone)) {
        const std::string name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) {
            continue;
        }
        const bool is_program =
            files::read_symlink(entry.path() / "exe", gone) == STORMDRAIN_PROGRAM;
        const std::string words = text_in(entry.path() / "cmdline");
        const std::string variables = '\0' + text_in(entry.path() / "environ");
        if (is_program && words.find(argument) != std::string::npos &&
            variables.find(wanted) != std::string::npos) {
            return std::stoi(name);
        }
    }
    return 0;
}

std::string slurm_cluster::queue(const std::string& job) const {
    const finished listed =
        run({"squeue", "-h", "-r", "--jobs=" + job, "-o", "%i %t %r"}, command_limit);
    return listed.how.exit_code == 0 ? listed.output : "";
}

std::string slurm_cluster::logs() const {
    std::string all;
    std::error_code absent;
    for (const files::directory_entry& entry : files::directory_iterator(file("log"), absent)) {
        all += "\n" + entry.path().filename().string() + ":\n" +
               read_file(entry.path().string(), log_bytes_max);
    }
    return all;
}

}  // namespace stormdrain::acceptance
