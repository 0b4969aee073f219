#include "servers/reference/build.hpp"

#include <string_view>

namespace reference {
namespace {

// Records are written by us: quotes and backslashes are all that could need escaping.
std::string json_quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c;
    }
    return result + '"';
}

std::string json_quoted(const std::vector<std::string>& texts) {
    std::string result;
    for (const std::string& text : texts) {
        result += (result.empty() ? std::string() : std::string(", ")) + json_quoted(text);
    }
    return "[" + result + "]";
}

}  // namespace

std::string to_json(const defect_record& record) {
    return "{\"name\": " + json_quoted(record.name) +
           ", \"origin\": " + json_quoted(record.origin) +
           ", \"suite\": " + json_quoted(record.suite) +
           ", \"scenario\": " + json_quoted(record.scenario) +
           ", \"expects\": " + json_quoted(record.expects) +
           ", \"also\": " + json_quoted(record.also) + ", \"says\": " + json_quoted(record.says) +
           ", \"base\": " + json_quoted(record.base) +
           ", \"lifecycle\": " + json_quoted(record.lifecycle) +
           ", \"cycles\": " + std::to_string(record.cycles) + "}";
}

}  // namespace reference
