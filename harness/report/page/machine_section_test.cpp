#include "harness/report/page/machine_section.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain::page {
namespace {

using testing::HasSubstr;

std::string written(const machine_facts& machine) {
    std::ostringstream out;
    write_machine(out, machine);
    return out.str();
}

TEST(MachineSection, SaysFirstWhatWasNotThere) {
    const std::string table = written(testing_results::facts().machine);
    EXPECT_LT(table.find("ptrace_attach"), table.find("sock_diag *"));
    EXPECT_THAT(table,
                HasSubstr("<td nowrap=\"nowrap\">missing</td><td>a report of a hang has no stacks "
                          "(not permitted)</td>"));
    EXPECT_THAT(table,
                HasSubstr("<td nowrap=\"nowrap\">nofile soft / hard</td><td>1024 / 4096</td>"));
}

TEST(MachineSection, IsLeftOutWhereTheRunDidNotSay) {
    EXPECT_EQ(written({}), "");
}

TEST(MachineSection, EscapesWhatKernelsSay) {
    machine_facts machine = testing_results::facts().machine;
    machine.settings.front().value = "|/bin/core <\"%p\">";
    EXPECT_THAT(written(machine), HasSubstr("|/bin/core &lt;&quot;%p&quot;&gt;"));
}

}  // namespace
}  // namespace stormdrain::page
