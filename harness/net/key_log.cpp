#include "harness/net/key_log.hpp"

#include "harness/net/openssl_pointers.hpp"

#include <openssl/ssl.h>

namespace stormdrain {
namespace {

// Asio keeps what it needs at index 0 of a context, as SSL_CTX_set_app_data(3) does.
int index_in_context() {
    static const int index =
        ::CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

// SSL_CTX_set_keylog_callback(3)
void take_line(const SSL* connection, const char* line) {
    const SSL_CTX* const context = ::SSL_get_SSL_CTX(connection);
    auto* const log = static_cast<key_log*>(::SSL_CTX_get_ex_data(context, index_in_context()));
    if (log != nullptr) {
        log->add(line);
    }
}

std::string hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 0xfU];
    }
    return text;
}

}  // namespace

void key_log::listen_to(SSL_CTX* context) {
    require_openssl(::SSL_CTX_set_ex_data(context, index_in_context(), this) == 1,
                    "note the secrets of connections");
    ::SSL_CTX_set_keylog_callback(context, take_line);
}

void key_log::add(std::string_view line) {
    lines_.emplace_back(line);
    bytes_ += line.size() + 1;
    while (bytes_ > bytes_max) {
        bytes_ -= lines_.front().size() + 1;
        lines_.pop_front();
    }
}

void key_log::add(std::string_view label, std::span<const std::uint8_t> client_random,
                  std::span<const std::uint8_t> secret) {
    add(std::string(label) + " " + hex(client_random) + " " + hex(secret));
}

std::string key_log::text() const {
    std::string all;
    all.reserve(bytes_);
    for (const std::string& line : lines_) {
        all += line;
        all += '\n';
    }
    return all;
}

void key_log::clear() {
    lines_.clear();
    bytes_ = 0;
}

}  // namespace stormdrain
