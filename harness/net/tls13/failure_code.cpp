#include "harness/net/tls13/failure_code.hpp"

#include <openssl/ssl.h>

#include <string>
#include <system_error>

namespace stormdrain::tls13 {
namespace {

// Codes from here on are alerts.
constexpr int first_alert = 256;

std::string name_of_alert(int number) {
    constexpr int certificate_required = 116;  // OpenSSL 3.0 has no name for it
    const std::string name = number == certificate_required ? "certificate required"
                                                            : ::SSL_alert_desc_string_long(number);
    return name == "unknown" ? "" : ", " + name;
}

std::string text_of_alert(int number) {
    return std::string(to_text(failure::alert_received)) + ": " + std::to_string(number) +
           name_of_alert(number);
}

// Of std, for Boost's has no destructor that others may inherit.
class failure_category : public std::error_category {
public:
    const char* name() const noexcept override { return "stormdrain.tls13"; }
    std::string message(int code) const override {
        return code >= first_alert ? text_of_alert(code - first_alert)
                                   : std::string(to_text(static_cast<failure>(code)));
    }
};

}  // namespace

boost::system::error_code failure_code(failure why, std::optional<alert> received) {
    const int code = why == failure::alert_received && received
                         ? first_alert + static_cast<int>(*received)
                         : static_cast<int>(why);
    static const failure_category words;
    return std::error_code(code, words);
}

}  // namespace stormdrain::tls13
