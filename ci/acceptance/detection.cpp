#include "ci/acceptance/detection.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace stormdrain::acceptance {
namespace {

using nlohmann::json;

std::string listed(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text.empty() ? "none" : text;
}

// Every message that lacks what it has to say, one a line.
std::string unsaid(const std::string& says, const std::vector<std::string>& messages) {
    std::string text;
    for (const std::string& message : messages) {
        text += message.find(says) == std::string::npos ? "\n  " + message : "";
    }
    return text;
}

void add_scenario(const json& line, detection& seen) {
    seen.cycles_count += line.value("done_count", std::uint64_t{0});
    for (const json& check : line.at("checks")) {
        if (check.at("verdict") != "fail") {
            continue;
        }
        const std::string name = check.at("check").get<std::string>();
        seen.failed.insert(name);
        for (const json& sample : check.value("samples", json::array())) {
            const std::uint64_t cycle = sample.at("cycle").get<std::uint64_t>() + 1;
            seen.first_cycle = std::min(seen.first_cycle.value_or(cycle), cycle);
            seen.messages[name].push_back(sample.value("message", ""));
        }
    }
}

}  // namespace

defect_record read_defect_record(const std::string& text) {
    try {
        const json read = json::parse(text);
        defect_record record;
        record.name = read.at("name");
        record.origin = read.at("origin");
        record.suite = read.at("suite");
        record.scenario = read.at("scenario");
        record.expects = read.at("expects");
        record.cycles_count = read.at("cycles");
        record.lifecycle = read.value("lifecycle", "process");
        record.base = read.value("base", "");
        record.also = read.value("also", std::set<std::string>());
        record.says = read.value("says", "");
        return record;
    } catch (const json::exception& error) {
        throw std::runtime_error(
            "--describe does not print a record: " + std::string(error.what()) + "\n" + text);
    }
}

detection read_detection(const std::string& results) {
    detection seen;
    std::istringstream lines(results);
    for (std::string line; std::getline(lines, line);) {
        const json read = json::parse(line, nullptr, false);
        if (read.is_object() && read.value("kind", "") == "scenario") {
            add_scenario(read, seen);
        }
    }
    return seen;
}

std::string disagreement(const defect_record& record, const detection& seen) {
    std::set<std::string> unexpected = seen.failed;
    unexpected.erase(record.expects);
    for (const std::string& companion : record.also) {
        unexpected.erase(companion);
    }
    if (!seen.failed.contains(record.expects)) {
        return "expected " + record.expects + ", found " + listed(seen.failed);
    }
    if (!unexpected.empty()) {
        return "expected only " + record.expects + ", found also " + listed(unexpected);
    }
    const auto messages = seen.messages.find(record.expects);
    if (messages == seen.messages.end()) {
        return record.says.empty() ? "" : record.expects + " came without a message";
    }
    if (const std::string wrong = unsaid(record.says, messages->second); !wrong.empty()) {
        return "expected " + record.expects + " to say \"" + record.says + "\", it says" + wrong;
    }
    return "";
}

}  // namespace stormdrain::acceptance
