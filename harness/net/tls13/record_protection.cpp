#include "harness/net/tls13/record_protection.hpp"

#include "harness/net/tls13/key_schedule.hpp"

#include <algorithm>
#include <stdexcept>

namespace stormdrain::tls13 {
namespace {

constexpr unsigned byte_bits = 8;
// Section 5.1: frozen, and the same for every record of ours behind the ClientHello.
constexpr std::array<std::uint8_t, 2> legacy_record_version{3, 3};

// Encrypts or decrypts, as the context was told.
void transform(EVP_CIPHER_CTX* context, byte_view from, std::uint8_t* to) {
    int written = 0;
    require_openssl(from.empty() || ::EVP_CipherUpdate(context, to, &written, from.data(),
                                                       static_cast<int>(from.size())) == 1,
                    "protect a record");
}

}  // namespace

std::array<std::uint8_t, record_header_bytes> record_header(content_type type, std::size_t bytes) {
    return {static_cast<std::uint8_t>(type), legacy_record_version[0], legacy_record_version[1],
            static_cast<std::uint8_t>(bytes >> byte_bits), static_cast<std::uint8_t>(bytes)};
}

record_keys::record_keys() : context_(::EVP_CIPHER_CTX_new()) {
    require_openssl(context_ != nullptr, "protect records");
}

void record_keys::change(const cipher_suite& suite, const short_bytes& traffic_secret,
                         direction way) {
    const short_bytes key =
        hkdf_expand_label(*suite.hash, traffic_secret.view(), {"key", {}, suite.key_bytes});
    const short_bytes base =
        hkdf_expand_label(*suite.hash, traffic_secret.view(), {"iv", {}, nonce_bytes});
    std::ranges::copy(base.view(), base_.begin());
    require_openssl(::EVP_CipherInit_ex(context_.get(), suite.cipher, nullptr, key.view().data(),
                                        nullptr, static_cast<int>(way)) == 1,
                    "take a key for records");
    records_count_ = 0;
    are_set_ = true;
}

void record_keys::begin_record(byte_view header) {
    std::array<std::uint8_t, nonce_bytes> nonce = base_;
    for (std::size_t place = 0; place < sizeof(records_count_); ++place) {
        nonce[nonce_bytes - 1 - place] ^=
            static_cast<std::uint8_t>(records_count_ >> (byte_bits * place));
    }
    ++records_count_;
    constexpr int same_direction = -1;
    int written = 0;
    require_openssl(::EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr, nonce.data(),
                                        same_direction) == 1 &&
                        ::EVP_CipherUpdate(context_.get(), nullptr, &written, header.data(),
                                           static_cast<int>(header.size())) == 1,
                    "begin a record");
}

void record_sealer::seal(content_type type, byte_view text, byte_string& into,
                         std::size_t padding_bytes) {
    const std::size_t body_bytes = text.size() + 1 + padding_bytes + record_tag_bytes;
    if (text.size() + padding_bytes > record_text_bytes_max) {
        throw std::length_error("a record of TLS takes no more than 16 KiB");
    }
    const auto header = record_header(content_type::application_data, body_bytes);
    append(into, header);
    const std::size_t begin = into.size();
    into.resize(begin + body_bytes);
    keys_.begin_record(header);
    std::uint8_t* const body = into.data() + begin;
    // The type and the padding stand in the last place already, to be encrypted there.
    std::uint8_t* const inner_end = body + text.size();
    *inner_end = static_cast<std::uint8_t>(type);
    transform(keys_.context(), text, body);
    transform(keys_.context(), {inner_end, 1 + padding_bytes}, inner_end);
    int written = 0;
    std::uint8_t* const tag = inner_end + 1 + padding_bytes;
    require_openssl(::EVP_CipherFinal_ex(keys_.context(), tag, &written) == 1 &&
                        ::EVP_CIPHER_CTX_ctrl(keys_.context(), EVP_CTRL_AEAD_GET_TAG,
                                              static_cast<int>(record_tag_bytes), tag) == 1,
                    "authenticate a record");
}

boost::system::result<content_type, failure> record_opener::open(byte_view header, byte_view body,
                                                                 byte_string& into) {
    if (body.size() <= record_tag_bytes) {
        return failure::record_too_short;
    }
    const std::size_t inner_bytes = body.size() - record_tag_bytes;
    if (inner_bytes > record_text_bytes_max + 1) {
        return failure::record_too_long;
    }
    keys_.begin_record(header);
    const std::size_t begin = into.size();
    into.resize(begin + inner_bytes);
    transform(keys_.context(), body.first(inner_bytes), into.data() + begin);
    std::array<std::uint8_t, record_tag_bytes> tag{};
    std::ranges::copy(body.last(record_tag_bytes), tag.begin());
    int written = 0;
    const bool is_authentic =
        ::EVP_CIPHER_CTX_ctrl(keys_.context(), EVP_CTRL_AEAD_SET_TAG,
                              static_cast<int>(record_tag_bytes), tag.data()) == 1 &&
        ::EVP_CipherFinal_ex(keys_.context(), tag.data(), &written) == 1;
    if (!is_authentic) {
        into.resize(begin);
        return failure::record_not_authentic;
    }
    // Section 5.4: the type is the last byte that is no padding.
    while (into.size() > begin && into.back() == 0) {
        into.pop_back();
    }
    if (into.size() == begin) {
        return failure::record_without_type;
    }
    const auto type = static_cast<content_type>(into.back());
    into.pop_back();
    return type;
}

}  // namespace stormdrain::tls13
