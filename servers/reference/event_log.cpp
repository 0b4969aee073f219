#include "servers/reference/event_log.hpp"

#include <unistd.h>

#include <string>

namespace reference {

void event_log::write(std::string_view name, std::string_view fields) const {
    std::string line = "event=";
    line += name;
    if (!fields.empty()) {
        line += ' ';
        line += fields;
    }
    line += '\n';
    // A log that cannot be written (closed pipe, full disk) must not stop the service.
    [[maybe_unused]] const ssize_t written = ::write(descriptor_, line.data(), line.size());
}

}  // namespace reference
