#include "harness/init/starter_target.hpp"

#include "harness/config/quantity.hpp"
#include "harness/probe/stop_times.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::size_t comment_bytes_max = 160;
constexpr duration start_within_default = running_contract{}.start_within;

std::string in_json(std::string_view text) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    std::string quoted = "\"";
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (code < ' ') {
            quoted += std::string("\\u00") + hexadecimal[code / 16] + hexadecimal[code % 16];
        } else {
            quoted += character == '"' || character == '\\' ? "\\" : "";
            quoted += character;
        }
    }
    return quoted + "\"";
}

std::string comment(std::size_t indent, const std::string& text) {
    return std::string(indent, ' ') + "// " + one_line(text, comment_bytes_max) + "\n";
}

std::string_view word_for(spoken_protocol how) {
    switch (how) {
        case spoken_protocol::http:
            return "http";
        case spoken_protocol::https:
            return "https";
        case spoken_protocol::http2_over_tls:
        case spoken_protocol::other_over_tls:
            return "tls";
        default:
            return "tcp";
    }
}

// A program or template as people write it: the reader looks for it beside the file anyway.
std::string program_text(const std::string& program) {
    constexpr std::string_view here = "${target_folder}/";
    if (!program.starts_with(here)) {
        return program;
    }
    const std::string relative = program.substr(here.size());
    return relative.starts_with("../") ? relative : "./" + relative;
}

std::string launch_text(const found_server& found) {
    std::string text = "    \"launch\": {\n";
    if (found.working_folder.empty()) {
        text += comment(8,
                        "Started directly, without a shell, in a new folder of its own each "
                        "time: ${folder}.");
    } else {
        text += comment(8,
                        "Started directly, without a shell. In a folder of its own it did not "
                        "serve as here: cycles share this one.");
    }
    std::string words = in_json(program_text(found.launch.argv.front()));
    for (std::size_t index = 1; index < found.launch.argv.size(); ++index) {
        words += ", " + in_json(found.launch.argv[index]);
    }
    text += "        \"argv\": [" + words + "]";
    if (!found.working_folder.empty()) {
        text += ",\n        \"folder\": " + in_json(found.working_folder);
    }
    std::string variables;
    for (const auto& [name, value] : found.launch.environment) {
        variables += (variables.empty() ? "" : ", ") + in_json(name) + ": " + in_json(value);
    }
    if (!variables.empty()) {
        text += ",\n        \"env\": {" + variables + "}";
    }
    std::string rendered;
    for (const launch_file& file : found.launch.files) {
        rendered += (rendered.empty() ? "" : ", ") + in_json(file.name) + ": " +
                    in_json(program_text(file.written));
    }
    if (!rendered.empty()) {
        text += ",\n" + comment(8,
                                "Written anew each time into ${folder}, with variables such as "
                                "${port.http} replaced.");
        text += "        \"files\": {" + rendered + "}";
    }
    return text + "\n    },\n";
}

std::string ports_text(const found_server& found) {
    std::string text = "    \"ports\": {";
    for (std::size_t index = 0; index < found.ports.size(); ++index) {
        const found_port& port = found.ports[index];
        text += index == 0 ? "\n" : ",\n";
        text += comment(8, port.evidence);
        if (port.fixed != 0) {
            text += comment(8, "Its own port: two cycles cannot run at the same time (--jobs 1).");
        }
        text += "        " + in_json(port.name) + ": {\"speaks\": \"" +
                std::string(word_for(port.speaks)) + "\"";
        text +=
            port.address == target_port().address ? "" : ", \"address\": " + in_json(port.address);
        text += port.fixed == 0 ? "}" : ", \"number\": " + std::to_string(port.fixed) + "}";
    }
    text += "\n    },\n";
    if (std::ranges::any_of(found.ports, &found_port::own_certificate)) {
        text += comment(4,
                        "It has a certificate of its own, which nobody verifies. With "
                        "${tls.certificate} and ${tls.key} in argv it would be verified.");
        text += "    \"tls\": {\"verify\": false},\n";
    }
    return text;
}

std::string route_text(const found_server& found) {
    if (!found.route) {
        return "";
    }
    std::string text = comment(4, "GET " + found.route->path + " is answered with " +
                                      std::to_string(found.route->status) +
                                      ". Name more routes (large, delayed, "
                                      "upload, ...), and more scenarios run.");
    text += "    \"routes\": {\"small\": ";
    text += found.route->status == 200
                ? in_json(found.route->path)
                : "{\"path\": " + in_json(found.route->path) +
                      ", \"status\": " + std::to_string(found.route->status) + "}";
    text += "},\n";
    if (found.ports.size() > 1) {
        text +=
            "    \"ready\": {\"route\": \"small\", \"port\": " + in_json(found.main_port) + "},\n";
    }
    return text;
}

std::string start_text(const found_server& found) {
    if (found.until_listening * 2 <= start_within_default) {
        return "";
    }
    return comment(4, "It listened after " + to_text(found.until_listening) + ".") +
           "    \"promises\": {\"start_within\": " +
           in_json(spell_duration(promise_for(found.until_listening * 2))) + "},\n";
}

std::string exit_text(exit_status how) {
    return how.exited() ? std::to_string(how.code())
                        : "{\"signal\": " + in_json(signal_name(how.signal())) + "}";
}

// What goes behind the stop that was seen.
std::string stop_promises(const stop_trial& seen) {
    constexpr std::size_t indent = 12;
    const std::string margin(indent, ' ');
    std::string text =
        ",\n" + comment(indent, "Measured with nobody connected: " + to_text(seen.took) + ".");
    text += margin + "\"exit_within\": " + in_json(spell_duration(promise_for(seen.took)));
    text += ",\n" + comment(indent,
                            "Not measured: how long clients may hold the stop. stormdrain "
                            "lets go of them after a second.");
    text += margin + "\"timeout\": \"none\",\n";
    if (seen.exit->signalled()) {
        // Some finish first, and then die of the signal again (uvicorn since 0.29).
        text += comment(indent,
                        "It dies of the signal, as a server without a handler does: nothing "
                        "is demanded of requests under way.");
        text += margin + "\"in_flight\": \"truncate\"";
    } else {
        text += comment(indent, "Not measured, and demanded: requests under way are answered.");
        text += margin + "\"in_flight\": \"complete\"";
    }
    return text + ",\n" + margin + "\"exit_status\": [" + exit_text(*seen.exit) + "]";
}

std::string stop_text(const found_server& found) {
    const stop_trial* const chosen = first_that_ends(found.stops);
    std::string text = "    \"stop\": {\n";
    for (const stop_trial& seen : found.stops) {
        text += comment(8, to_text(seen) + ".");
    }
    if (!found.stops.empty() && chosen == nullptr) {
        text += comment(8,
                        "No signal ends it. Say how it is asked to: \"request\", \"command\" or "
                        "\"stdin\" instead of \"signal\".");
    }
    const int number = chosen != nullptr ? chosen->signal : stop_trigger{}.signal;
    text += "        \"graceful\": {\n            \"signal\": " + in_json(signal_name(number)) +
            ",\n            \"confirm\": " + in_json(found.confirm);
    text += chosen != nullptr ? stop_promises(*chosen) : "";
    return text + "\n        }\n    }\n";
}

}  // namespace

bool speaks_http(spoken_protocol how) {
    return how == spoken_protocol::http || how == spoken_protocol::https;
}

void name_ports(std::vector<found_port>& ports) {
    std::set<std::string> taken;
    for (const found_port& port : ports) {
        taken.insert(port.name);
    }
    for (found_port& port : ports) {
        if (!port.name.empty()) {
            continue;
        }
        const std::string word(word_for(port.speaks));
        port.name = word;
        for (int number = 2; taken.contains(port.name); ++number) {
            port.name = word + "_" + std::to_string(number);
        }
        taken.insert(port.name);
    }
}

target first_target(const launch_words& words, const std::vector<std::string>& asked,
                    const std::string& working_folder, const std::string& file) {
    target made;
    made.name = "init";
    made.file = file;
    made.argv = words.argv;
    for (const auto& [name, value] : words.environment) {
        made.environment.emplace_back(name, value);
    }
    for (const launch_file& rendered : words.files) {
        made.files.push_back({rendered.name, rendered.text, 0});
    }
    made.working_folder = working_folder;
    for (const std::string& name : asked) {
        made.ports[name].speaks = port_protocol::tcp;
    }
    return made;
}

std::string target_text(const found_server& found) {
    std::string text = comment(0, found.origin);
    text += comment(0,
                    "servers/README.md explains every key; `stormdrain check` reads it "
                    "strictly.");
    text += "{\n    \"stormdrain\": 1,\n    \"name\": " + in_json(found.name) + ",\n";
    return text + launch_text(found) + ports_text(found) + route_text(found) + start_text(found) +
           stop_text(found) + "}\n";
}

std::vector<std::string> assumptions_of(const found_server& found) {
    std::vector<std::string> assumed;
    for (const found_port& port : found.ports) {
        if (!speaks_http(port.speaks)) {
            assumed.push_back("\"speaks\": \"" + std::string(word_for(port.speaks)) +
                              "\" of port " + port.name +
                              ": that it is ready as soon as it listens");
        }
    }
    const stop_trial* const chosen = first_that_ends(found.stops);
    if (chosen != nullptr) {
        assumed.emplace_back(chosen->exit->signalled()
                                 ? "\"in_flight\": \"truncate\": that who dies of the signal cuts "
                                   "what is under way"
                                 : "\"in_flight\": \"complete\": that a stop lets requests under "
                                   "way be answered");
        assumed.emplace_back("\"timeout\": \"none\": that clients may hold a stop for ever");
    }
    if (std::ranges::any_of(found.ports, &found_port::own_certificate)) {
        assumed.emplace_back("\"verify\": false: that its certificate is right");
    }
    return assumed;
}

}  // namespace stormdrain
