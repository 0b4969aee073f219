#include "harness/plan/readers/known_finding_reader.hpp"

#include "harness/plan/readers/names.hpp"

namespace stormdrain {
namespace {

std::string read_some_text(object_reader& keys, std::string_view key, const std::string& example) {
    std::string text = keys.text(key);
    if (text.empty() && keys.kind_of(key) == object_reader::value_kind::text) {
        keys.complain(key, "expected a text such as \"" + example + "\", got \"\"");
    }
    return text;
}

}  // namespace

std::vector<known_finding> read_known_findings(object_reader& root) {
    std::vector<known_finding> all;
    if (!is_given(root, "known")) {
        return all;
    }
    for (object_reader& keys : root.objects("known")) {
        known_finding& what = all.emplace_back();
        what.line = keys.line();
        what.finding = read_name(keys, "finding");
        what.scenario = read_some_text(keys, "scenario", "shutdown_cycles/held/*silent*");
        what.origin = read_some_text(keys, "origin", "hyperium/hyper#2730");
        what.versions = keys.text("versions", "");
        what.note = keys.text("note", "");
        what.rate_min = keys.number("rate_min", 0.0, 1.0, 1.0);
        keys.finish();
    }
    return all;
}

}  // namespace stormdrain
