#include "harness/process/exits/process_end.hpp"

namespace stormdrain {

std::string_view to_text(exit_witness witness) {
    switch (witness) {
        case exit_witness::none:
            return "none";
        case exit_witness::seccomp:
            return "seccomp";
        case exit_witness::ptrace:
            return "ptrace";
        case exit_witness::sampled:
            return "sampled";
    }
    return "none";
}

}  // namespace stormdrain
