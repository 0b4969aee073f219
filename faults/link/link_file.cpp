#include "faults/link/link_file.hpp"

#include "harness/config/object_reader.hpp"

#include <limits>
#include <set>
#include <utility>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

// Nobody waits longer for a connect(2): Linux gives up after about two minutes (tcp_syn_retries).
constexpr duration dial_limit_max = 10min;

place read_address(object_reader& keys, std::string_view key, std::optional<std::string> preset) {
    const std::string text = keys.text(key, std::move(preset));
    const std::optional<place> where = read_place(text);
    if (!where && keys.kind_of(key) == object_reader::value_kind::text) {
        keys.complain(key,
                      "expected an address such as \"127.0.0.1:5432\", got " + in_quotes(text));
    }
    return where.value_or(place{});
}

link_spec read_link(object_reader& keys) {
    link_spec spec;
    spec.name = keys.text("name");
    spec.listen = read_address(keys, "listen", "127.0.0.1:0");
    spec.upstream = read_address(keys, "upstream", std::nullopt);
    spec.starts =
        keys.flag("enabled", true) ? link_spec::state::enabled : link_spec::state::disabled;
    spec.dial_limit = keys.length_of_time("dial_timeout", 1ms, dial_limit_max, dial_limit_preset);
    std::set<std::string> names;
    for (object_reader& toxic : keys.objects("toxics")) {
        spec.toxics.push_back(read_toxic(toxic));
        if (!names.insert(spec.toxics.back().name).second) {
            toxic.complain("name", "there is another toxic named " +
                                       in_quotes(spec.toxics.back().name) + " on this link");
        }
    }
    keys.finish();
    return spec;
}

}  // namespace

link_file read_links(object_reader& root) {
    link_file file;
    root.integer("stormdrain", 1, 1);
    if (root.has("seed")) {
        file.randomness =
            static_cast<seed>(root.integer("seed", 0, std::numeric_limits<std::int64_t>::max()));
    }
    std::set<std::string> names;
    for (object_reader& link : root.objects("proxies")) {
        file.links.push_back(read_link(link));
        if (!names.insert(file.links.back().name).second) {
            link.complain("name",
                          "there is another link named " + in_quotes(file.links.back().name));
        }
    }
    root.finish();
    return file;
}

link_file read_link_file(const std::string& path, std::vector<problem>& problems) {
    const std::size_t first = problems.size();
    const json_document document = json_document::load(path, problems);
    if (!document.readable()) {
        return {};
    }
    object_reader root = document.root(problems);
    link_file file = read_links(root);
    sort_by_place(problems, first);
    return file;
}

}  // namespace stormdrain
