#include "harness/probe/known_defects.hpp"

#include "harness/report/text.hpp"

#include <algorithm>
#include <string_view>

namespace stormdrain {
namespace {

constexpr std::size_t evidence_bytes_max = 120;  // as in the table

const known_finding* find_known(const std::vector<known_finding>& known, std::string_view finding) {
    const auto found = std::ranges::find(known, finding, &known_finding::finding);
    return found == known.end() ? nullptr : &*found;
}

bool took_longer(const exit_promise& seen, const contract& written, held_condition condition) {
    const exit_deadline promised = deadline_for(written, {condition});
    if (promised.release_first) {
        return false;  // unbounded: there is nothing worse
    }
    return !seen.within || *seen.within > promised.after_stop;
}

template <class Value>
void leave_out(promisable& what, measured<Value>& seen, std::string_view name,
               const known_finding& why) {
    what.kept.push_back(std::string(name) + ": " + one_line(seen.evidence, evidence_bytes_max) +
                        "; " + why.finding + " is known: " + why.origin);
    seen.value.reset();
}

}  // namespace

promisable without_known_defects(measured_stop seen, const contract& written,
                                 const std::vector<known_finding>& known) {
    promisable what{std::move(seen), {}};
    if (const known_finding* late = find_known(known, "shutdown_deadline")) {
        for (auto& [condition, time] : what.stop.times) {
            if (time.value && took_longer(*time.value, written, condition)) {
                leave_out(what, time, to_text(condition), *late);
            }
        }
    }
    const known_finding* cut = find_known(known, "response_truncated");
    cut = cut != nullptr ? cut : find_known(known, "connection_severed");
    if (cut != nullptr && written.in_flight == in_flight_promise::complete &&
        what.stop.in_flight.value == in_flight_promise::truncate) {
        leave_out(what, what.stop.in_flight, "in_flight", *cut);
    }
    return what;
}

}  // namespace stormdrain
