#include "faults/link/link_api.hpp"

#include "faults/link/api_body.hpp"
#include "harness/net/endpoint.hpp"

#include <charconv>
#include <cstddef>
#include <vector>

namespace stormdrain {
namespace {

constexpr unsigned created = 201;
constexpr unsigned no_content = 204;
constexpr unsigned forbidden = 403;
constexpr unsigned not_found = 404;
constexpr unsigned wrong_method = 405;
constexpr unsigned conflict = 409;
constexpr unsigned server_failed = 500;

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

api_answer plain(unsigned status, std::string text) {
    return {status, std::string(plain_text), std::move(text)};
}

api_answer nothing() {
    return {no_content, "", ""};
}

api_answer json(std::string body, unsigned status = 200) {
    return {status, "application/json", std::move(body)};
}

// As gorilla/mux answers for Toxiproxy.
api_answer unknown_path() {
    return plain(not_found, "404 page not found\n");
}

// "my%20proxy"
std::string decoded(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned value = 0;
        const bool is_escape = text[at] == '%' && at + 2 < text.size();
        const char* const begin = text.data() + at + 1;
        if (is_escape && std::from_chars(begin, begin + 2, value, 16).ptr == begin + 2) {
            result += static_cast<char>(value);
            at += 2;
        } else {
            result += text[at];
        }
    }
    return result;
}

std::vector<std::string> segments_of(std::string_view target) {
    std::string_view path = target.substr(0, target.find('?'));
    std::vector<std::string> segments;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const std::string_view segment = path.substr(0, path.find('/'));
        segments.push_back(decoded(segment));
        path.remove_prefix(segment.size());
    }
    return segments;
}

bool is_change(std::string_view method) {
    return method == "POST" || method == "PATCH";
}

// "listen tcp 127.0.0.1:80: bind: Address already in use", much as Go says it.
api_error listen_error(const place& where, const boost::system::error_code& error) {
    return {server_failed,
            "listen tcp " + to_text(endpoint{where.host, where.port}) + ": " + error.message()};
}

// Whether both mean the same address: "localhost:80" is "127.0.0.1:80".
bool is_same(const place& left, const place& right) {
    if (left == right) {
        return true;
    }
    const auto of_left = known_addresses(left);
    const auto of_right = known_addresses(right);
    return !of_left.empty() && !of_right.empty() && of_left.front() == of_right.front();
}

}  // namespace

api_answer link_api::answer(const api_request& request) {
    // A page that a browser shows must not reach a port of this machine (DNS rebinding).
    if (request.user_agent.starts_with("Mozilla/")) {
        return plain(forbidden, "User agent not allowed\n");
    }
    try {
        return routed(request);
    } catch (const api_error& wrong) {
        return json("{\"error\":" + json_quoted(wrong.what()) +
                        ",\"status\":" + std::to_string(wrong.status()) + "}\n",
                    wrong.status());
    }
}

api_answer link_api::routed(const api_request& request) {
    const std::vector<std::string> path = segments_of(request.target);
    const std::string first = path.empty() ? "" : path.front();
    if (first == "proxies" && path.size() <= 4) {
        switch (path.size()) {
            case 1:
                return of_proxies(request);
            case 2:
                return of_proxy(request, path[1]);
            case 3:
                return path[2] == "toxics" ? of_toxics(request, path[1]) : unknown_path();
            default:
                return path[2] == "toxics" ? of_toxic(request, path[1], path[3]) : unknown_path();
        }
    }
    if (path.size() != 1) {
        return unknown_path();
    }
    const bool is_get = request.method == "GET";
    const bool is_post = request.method == "POST";
    if (first == "populate") {
        return is_post ? populate(request.body) : plain(wrong_method, "");
    }
    if (first == "reset") {
        return is_post ? reset() : plain(wrong_method, "");
    }
    if (first == "version") {
        return is_get ? api_answer{200, "application/json;charset=utf-8",
                                   "{\"version\": " + json_quoted(version_) + "}\n"}
                      : plain(wrong_method, "");
    }
    if (first == "metrics") {
        return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_of(links_)};
    }
    return unknown_path();
}

fault_link& link_api::link_named(const std::string& name) {
    fault_link* const found = links_.find(name);
    if (found == nullptr) {
        throw api_error(not_found, "proxy not found");
    }
    return *found;
}

api_answer link_api::of_proxies(const api_request& request) {
    if (request.method == "GET") {
        std::string all;
        for (const auto& [name, link] : links_.all()) {
            all += (all.empty() ? "" : ",") + json_quoted(name) + ":" + link_json(name, *link);
        }
        return json("{" + all + "}");
    }
    if (request.method != "POST") {
        return plain(wrong_method, "");
    }
    const link_spec spec = read_api_link(request.body);
    if (links_.find(spec.name) != nullptr) {
        throw api_error(conflict, "proxy already exists");
    }
    if (const auto error = links_.add(spec)) {
        throw listen_error(spec.listen, error);
    }
    return json(link_json(spec.name, *links_.find(spec.name)), created);
}

api_answer link_api::of_proxy(const api_request& request, const std::string& name) {
    if (is_change(request.method)) {
        return update(request.body, name);
    }
    if (request.method == "GET") {
        return json(link_json(name, link_named(name)));
    }
    if (request.method == "DELETE") {
        link_named(name);
        links_.remove(name);
        return nothing();
    }
    return plain(wrong_method, "");
}

api_answer link_api::update(std::string_view body, const std::string& name) {
    fault_link& link = link_named(name);
    const link_change change = read_link_change(body, link);
    const place listen = change.listen.value_or(link.listens_on());
    const place upstream = change.upstream.value_or(link.upstream());
    if (!is_same(listen, link.listens_on()) || !(upstream == link.upstream())) {
        link.move_to(listen, upstream);
    }
    if (!change.enabled) {
        link.stop();
    } else if (const auto error = link.start()) {
        throw listen_error(listen, error);
    }
    return json(link_json(name, link));
}

api_answer link_api::of_toxics(const api_request& request, const std::string& name) {
    fault_link& link = link_named(name);
    if (request.method == "GET") {
        return json(toxics_json(link));
    }
    if (request.method != "POST") {
        return plain(wrong_method, "");
    }
    toxic_spec spec = read_api_toxic(request.body);
    if (link.find(spec.name) != nullptr) {
        throw api_error(conflict, "toxic already exists");
    }
    return json(to_api_json(link.add(std::move(spec)).spec));
}

api_answer link_api::of_toxic(const api_request& request, const std::string& name,
                              const std::string& toxic) {
    fault_link& link = link_named(name);
    const link_toxic* const found = link.find(toxic);
    if (found == nullptr) {
        throw api_error(not_found, "toxic not found");
    }
    if (request.method == "GET") {
        return json(to_api_json(found->spec));
    }
    if (is_change(request.method)) {
        toxic_change change = read_toxic_change(request.body, found->spec);
        link.change(toxic, std::move(change.values), change.toxicity);
        return json(to_api_json(link.find(toxic)->spec));
    }
    if (request.method == "DELETE") {
        link.remove(toxic);
        return nothing();
    }
    return plain(wrong_method, "");
}

// What is there already and the same stays as it is, with its connections and toxics.
api_answer link_api::populate(std::string_view body) {
    std::string all;
    for (const link_spec& spec : read_api_links(body)) {
        const fault_link* const before = links_.find(spec.name);
        const bool stays = before != nullptr && is_same(spec.listen, before->listens_on()) &&
                           spec.upstream == before->upstream() &&
                           before->is_enabled() == (spec.starts == link_spec::state::enabled);
        if (!stays) {
            links_.remove(spec.name);
            if (const auto error = links_.add(spec)) {
                throw listen_error(spec.listen, error);
            }
        }
        all += (all.empty() ? "" : ",") + link_json(spec.name, *links_.find(spec.name));
    }
    return json("{\"proxies\":[" + all + "]}", created);
}

api_answer link_api::reset() {
    for (const auto& [name, link] : links_.all()) {
        if (const auto error = link->start()) {
            throw listen_error(link->listens_on(), error);
        }
        link->remove_all();
    }
    return nothing();
}

}  // namespace stormdrain
