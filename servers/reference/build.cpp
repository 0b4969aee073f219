#include "servers/reference/build.hpp"

#include <string_view>

namespace reference {
namespace {

// Records are written by us: quotes and backslashes are all that could need escaping.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c;
    }
    return result + '"';
}

std::string quoted(const std::vector<std::string>& texts) {
    std::string result;
    for (const std::string& text : texts) {
        result += (result.empty() ? std::string() : std::string(", ")) + quoted(text);
    }
    return "[" + result + "]";
}

}  // namespace

std::string to_json(const defect_record& record) {
    return "{\"name\": " + quoted(record.name) + ", \"origin\": " + quoted(record.origin) +
           ", \"suite\": " + quoted(record.suite) + ", \"scenario\": " + quoted(record.scenario) +
           ", \"expects\": " + quoted(record.expects) + ", \"also\": " + quoted(record.also) +
           ", \"says\": " + quoted(record.says) + ", \"base\": " + quoted(record.base) +
           ", \"lifecycle\": " + quoted(record.lifecycle) +
           ", \"cycles\": " + std::to_string(record.cycles) + "}";
}

}  // namespace reference
