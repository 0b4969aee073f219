#pragma once
// The single attempts behind the capabilities. Each returns why it failed, in one line with the
// errno's text; empty: the mechanism works here.

#include <string>

namespace stormdrain::probes {

std::string sock_diag();
std::string socket_events();
std::string pidfd();
std::string subreaper();
std::string children_files();
std::string seccomp_listener();
std::string seccomp_killable_wait();
std::string ptrace_exit();
std::string ptrace_attach();
std::string resource_limits();
std::string md5_signature();
std::string namespaces();
std::string cgroup();
std::string packet_socket();
// Why netem was not tried: trying would load a module into the kernel.
std::string netem();

}  // namespace stormdrain::probes
