#include "harness/plan/readers/link_reader.hpp"

#include "harness/plan/readers/names.hpp"

#include <algorithm>
#include <set>

namespace stormdrain {
namespace {

using value_kind = object_reader::value_kind;

// Two at one place would be one behind the other, which toxics on one link say as well.
void complain_of_shared_places(object_reader& entries, const std::string& index,
                               const std::vector<link_use>& links) {
    const link_use& last = links.back();
    const bool is_shared =
        std::any_of(links.begin(), links.end() - 1, [&last](const link_use& other) {
            return other.between == last.between &&
                   (other.only == last.only || other.only.empty() || last.only.empty());
        });
    if (is_shared) {
        entries.complain(index, "expected one link between " + std::string(to_text(last.between)) +
                                    " for each port or origin, got another; put its toxics "
                                    "on one link");
    }
}

}  // namespace

void link_shelf::read_named(object_reader& root) {
    if (std::optional<object_reader> keys = root.object("links")) {
        for (const std::string& name : read_names_of_keys(*keys)) {
            if (std::optional<object_reader> link = keys->object(name)) {
                named_[name] = read_link(*link, name);
            }
        }
    }
}

link_use link_shelf::read_link(object_reader& keys, const std::string& name) {
    link_use link;
    link.name = name;
    link.between =
        keys.choice<link_place>("between", link_place_words(), link_place::load_and_target);
    const bool is_before_target = link.between == link_place::load_and_target;
    const std::string_view own = is_before_target ? "port" : "origin";
    const std::string_view others = is_before_target ? "origin" : "port";
    if (is_given(keys, own)) {
        link.only = keys.text(own);
    }
    if (is_given(keys, others)) {
        keys.complain(others, "expected no \"" + std::string(others) + "\" of a link between " +
                                  std::string(to_text(link.between)));
        keys.text(others, "");
    }
    std::set<std::string> names;
    for (object_reader& toxic : keys.objects("toxics")) {
        toxic_spec spec = read_toxic(toxic);
        if (spec.values.size() != spec.kind->attributes.size()) {
            continue;  // its type is unknown, and complained of
        }
        if (!names.insert(spec.name).second) {
            toxic.complain(
                "name", "there is another toxic named " + in_quotes(spec.name) + " on this link");
        }
        link.toxics.push_back(std::move(spec));
    }
    keys.finish();
    return link;
}

std::vector<link_use> link_shelf::read_list(object_reader& keys, const std::string& key) const {
    std::vector<link_use> links;
    std::optional<object_reader> entries = keys.list(key);
    if (!entries) {
        return links;
    }
    for (const std::string& index : entries->keys()) {
        if (entries->kind_of(index) == value_kind::text) {
            const std::string name = entries->text(index);
            if (!check_known(*entries, index, "link", name, names_of(named_))) {
                continue;
            }
            links.push_back(named_.at(name));
        } else if (entries->kind_of(index) == value_kind::object) {
            object_reader link = *entries->object(index);
            links.push_back(read_link(link, "link"));
        } else {
            entries->complain(index, "expected the name of a link, or an object");
            continue;
        }
        complain_of_shared_places(*entries, index, links);
    }
    return links;
}

std::string names_of_links(const std::vector<link_use>& links) {
    std::string names;
    for (const link_use& link : links) {
        names += (names.empty() ? "" : "+") + link.name;
    }
    return names.empty() ? "none" : names;
}

}  // namespace stormdrain
