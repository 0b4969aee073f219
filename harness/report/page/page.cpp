#include "harness/report/page/page.hpp"

#include "harness/report/page/banner.hpp"
#include "harness/report/page/defect_section.hpp"
#include "harness/report/page/machine_section.hpp"
#include "harness/report/page/overview.hpp"
#include "harness/report/page/words.hpp"

#include <string_view>

namespace stormdrain::page {
namespace {

// Nothing here says anything: below a policy that forbids it the page is read without. The colors
// of the page itself are the browser's, light or dark, by the name "color-scheme".
constexpr std::string_view style = R"(
body { font: 15px/1.5 system-ui, sans-serif; margin: 24px; }
@media (prefers-color-scheme: dark) { body { background: #16181d; color: #e4e6eb; } }
h2 { margin: 36px 0 8px; font-size: 21px; }
h3 { margin: 28px 0 6px; font-size: 17px; overflow-wrap: anywhere; }
p { margin: 6px 0; }
svg { max-width: 100%; height: auto; }
fieldset { border: 1px solid #8b8d9866; border-radius: 8px; padding: 8px 14px; margin: 10px 0; }
legend { font-size: 13px; opacity: .75; }
code, pre { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; margin: 6px 0; }
td td, th { padding: 4px 12px 4px 0; vertical-align: top; text-align: left; }
details { margin: 8px 0; }
summary { cursor: pointer; }
hr { border: 0; border-top: 1px solid #8b8d9855; margin: 28px 0; }
)";

}  // namespace

void write_page(std::ostream& out, const run_results& results, const page_series& series,
                const folder_listing& files_in) {
    out << "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
        << "<meta charset=\"utf-8\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n"
        << "<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>stormdrain: "
        << name(results.facts.hostname) << "</title>\n<style>" << style
        << "</style>\n</head>\n<body>\n<font face=\"system-ui, sans-serif\">\n"
        << "<table width=\"" << number(page_width)
        << "\" align=\"center\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\"><tr><td>\n";
    write_banner(out, results);
    write_defects(out, results, series, files_in);
    write_longest_stop(out, results, series);
    write_known(out, results);
    write_not_judged(out, results);
    write_scenarios(out, results, series);
    write_grids(out, results);
    write_environment(out, results);
    write_machine(out, results.facts.machine);
    out << "</td></tr></table>\n</font>\n</body>\n</html>\n";
}

}  // namespace stormdrain::page
