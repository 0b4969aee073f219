#include "harness/checks/rules/surviving_children.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

survivor survivor_of(char state) {
    const bool is_dead = state == 'Z' || state == 'X' || state == 'x';
    return is_dead ? survivor::zombie : survivor::alive;
}

extern const rule surviving_children;
const rule surviving_children{
    .number = "R18",
    .name = "surviving_children",
    .summary =
        "A process of the server that lives 2 s after its exit is a failure, a zombie that nobody "
        "reaps a warning.",
    .source = "proc_pid_stat(5); HKUDS/LightRAG#3494",
};

}  // namespace stormdrain::rules
