#pragma once
// RLIMIT_NOFILE of a process that runs already. prlimit(2) wants its user and group to be our real
// ones, or CAP_SYS_RESOURCE, which root in a container has not: so root takes them on for the call.

#include <boost/system/result.hpp>

#include <sys/resource.h>
#include <sys/types.h>

namespace stormdrain {

boost::system::result<rlimit> descriptor_limit_of(pid_t process);

boost::system::error_code set_descriptor_limit(pid_t process, const rlimit& wanted);

}  // namespace stormdrain
