#include "faults/link/api_body.hpp"

#include "harness/config/object_reader.hpp"
#include "harness/net/endpoint.hpp"

#include <set>
#include <utility>

namespace stormdrain {
namespace {

constexpr unsigned bad_request = 400;

// One body on its way into values; finish() throws if anything was wrong with it.
class body_reader {
public:
    explicit body_reader(std::string_view json)
        : document_(json_document::parse("body", json, problems_)),
          root_(document_.root(problems_)) {
        finish();
    }

    object_reader& root() { return root_; }
    // What no key was asked for passes, as with Toxiproxy.
    void finish() const {
        if (!problems_.empty()) {
            const problem& first = problems_.front();
            throw api_error(bad_request, "bad request body: " + first.path +
                                             (first.path.empty() ? "" : ": ") + first.message);
        }
    }

private:
    std::vector<problem> problems_;
    json_document document_;
    object_reader root_;
};

bool is_given(const object_reader& keys, std::string_view key) {
    const auto kind = keys.kind_of(key);
    return kind != object_reader::value_kind::absent && kind != object_reader::value_kind::null;
}

// null stands for what is absent: clients of typed languages write it.
std::string text_of(object_reader& keys, std::string_view key, std::string preset = "") {
    return is_given(keys, key) ? keys.text(key) : std::move(preset);
}

place place_of(const std::string& key, const std::string& text) {
    const std::optional<place> where = read_place(text);
    if (!where) {
        throw api_error(bad_request, "bad request body: " + key +
                                         ": expected an address such as "
                                         "127.0.0.1:5432, got " +
                                         in_quotes(text));
    }
    return *where;
}

toxic_spec toxic_of(object_reader& keys) {
    toxic_spec spec;
    const std::string stream = text_of(keys, "stream", "downstream");
    const std::optional<stream_direction> direction = read_direction(stream);
    if (!direction) {
        throw api_error(bad_request, "stream was invalid, can be either upstream or downstream");
    }
    spec.stream = *direction;
    spec.kind = find_toxic(text_of(keys, "type"));
    if (spec.kind == nullptr) {
        throw api_error(bad_request, "invalid toxic type");
    }
    spec.name = text_of(keys, "name");
    if (spec.name.empty()) {
        spec.name = preset_name(*spec.kind, spec.stream);
    }
    spec.toxicity = is_given(keys, "toxicity") ? keys.number("toxicity", 0, 1) : 1;
    const std::string source = text_of(keys, "source");
    if (!source.empty()) {
        spec.source = source_filter::read(source);
        if (!spec.source) {
            throw api_error(bad_request,
                            "bad request body: source: expected an address or network "
                            "such as 127.0.0.2 or 10.0.0.0/8, got " +
                                in_quotes(source));
        }
    }
    spec.values = preset_values(*spec.kind);
    if (is_given(keys, "attributes")) {
        if (std::optional<object_reader> attributes = keys.object("attributes")) {
            spec.values = read_api_attributes(*attributes, *spec.kind, std::move(spec.values));
        }
    }
    return spec;
}

// `where` is " at proxy 2" in a list.
link_spec link_of(object_reader& keys, const std::string& where) {
    link_spec spec;
    spec.name = text_of(keys, "name");
    const std::string upstream = text_of(keys, "upstream");
    const auto demand = [&](std::string_view key, const std::string& value) {
        if (value.empty()) {
            throw api_error(bad_request, "missing required field: " + std::string(key) + where);
        }
    };
    demand("name", spec.name);
    demand("upstream", upstream);
    const std::string listen = text_of(keys, "listen");
    spec.listen = listen.empty() ? spec.listen : place_of("listen", listen);
    spec.upstream = place_of("upstream", upstream);
    const bool enabled = is_given(keys, "enabled") ? keys.flag("enabled", true) : true;
    spec.starts = enabled ? link_spec::state::enabled : link_spec::state::disabled;
    std::set<std::string> names;
    for (object_reader& toxic :
         is_given(keys, "toxics") ? keys.objects("toxics") : std::vector<object_reader>{}) {
        spec.toxics.push_back(toxic_of(toxic));
        if (!names.insert(spec.toxics.back().name).second) {
            throw api_error(409, "toxic already exists");
        }
    }
    return spec;
}

std::string text_of(const place& where) {
    return to_text(endpoint{where.host, where.port});
}

}  // namespace

link_spec read_api_link(std::string_view body) {
    body_reader reader(body);
    link_spec spec = link_of(reader.root(), "");
    reader.finish();
    return spec;
}

std::vector<link_spec> read_api_links(std::string_view body) {
    // The reader's root is an object, and the body a list.
    body_reader reader("{\"proxies\":" + std::string(body) + "}");
    std::vector<link_spec> specs;
    std::set<std::string> names;
    for (object_reader& keys : reader.root().objects("proxies")) {
        specs.push_back(link_of(keys, " at proxy " + std::to_string(specs.size() + 1)));
        if (!names.insert(specs.back().name).second) {
            throw api_error(bad_request, "duplicate proxy name " + in_quotes(specs.back().name));
        }
    }
    reader.finish();
    return specs;
}

toxic_spec read_api_toxic(std::string_view body) {
    body_reader reader(body);
    toxic_spec spec = toxic_of(reader.root());
    reader.finish();
    return spec;
}

link_change read_link_change(std::string_view body, const fault_link& before) {
    body_reader reader(body);
    object_reader& keys = reader.root();
    link_change change;
    change.enabled = is_given(keys, "enabled") ? keys.flag("enabled", true) : before.is_enabled();
    if (const std::string listen = text_of(keys, "listen"); !listen.empty()) {
        change.listen = place_of("listen", listen);
    }
    if (const std::string upstream = text_of(keys, "upstream"); !upstream.empty()) {
        change.upstream = place_of("upstream", upstream);
    }
    reader.finish();
    return change;
}

toxic_change read_toxic_change(std::string_view body, const toxic_spec& before) {
    body_reader reader(body);
    object_reader& keys = reader.root();
    toxic_change change{before.values, before.toxicity};
    if (is_given(keys, "toxicity")) {
        change.toxicity = keys.number("toxicity", 0, 1);
    }
    if (is_given(keys, "attributes")) {
        if (std::optional<object_reader> attributes = keys.object("attributes")) {
            change.values = read_api_attributes(*attributes, *before.kind, before.values);
        }
    }
    reader.finish();
    return change;
}

std::string json_quoted(std::string_view text) {
    return to_json(key_value(std::string(text)));
}

std::string toxics_json(const fault_link& link) {
    std::string json;
    // Toxiproxy lists those of the one direction behind those of the other.
    for (const stream_direction stream :
         {stream_direction::upstream, stream_direction::downstream}) {
        for (const std::unique_ptr<link_toxic>& toxic : link.toxics()) {
            if (toxic->spec.stream == stream) {
                json += (json.empty() ? "" : ",") + to_api_json(toxic->spec);
            }
        }
    }
    return "[" + json + "]";
}

std::string link_json(std::string_view name, const fault_link& link) {
    return "{\"name\":" + json_quoted(name) +
           ",\"listen\":" + json_quoted(text_of(link.listens_on())) +
           ",\"upstream\":" + json_quoted(text_of(link.upstream())) +
           ",\"enabled\":" + (link.is_enabled() ? "true" : "false") +
           ",\"toxics\":" + toxics_json(link) + "}";
}

}  // namespace stormdrain
