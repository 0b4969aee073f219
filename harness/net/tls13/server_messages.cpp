#include "harness/net/tls13/server_messages.hpp"

#include "harness/net/tls13/key_exchange.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::tls13 {
namespace {

// Section 4.1.3: the random of a ServerHello that is a HelloRetryRequest, SHA-256 of those words.
constexpr std::array<std::uint8_t, random_bytes> hello_retry_random = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

// Calls take(extension, its reader) for each; failure::none: take() liked them all.
template <class Take>
failure for_each_extension(byte_view extensions, failure malformed, Take take) {
    wire_reader reader(extensions);
    std::vector<std::uint16_t> seen;
    while (reader.has_more()) {
        const std::uint16_t number = reader.u16();
        wire_reader contents(reader.vector16());
        if (std::ranges::find(seen, number) != seen.end()) {
            return failure::extension_twice;
        }
        seen.push_back(number);
        const failure why = take(static_cast<extension>(number), contents);
        if (why != failure::none) {
            return why;
        }
    }
    return reader.is_spent() ? failure::none : malformed;
}

bool has(const std::vector<extension>& offered, extension what) {
    return std::ranges::find(offered, what) != offered.end();
}

// What the extensions of a ServerHello say.
class hello_extensions {
public:
    explicit hello_extensions(const client_hello& ours) : ours_(ours) {}

    failure take(extension what, wire_reader& contents) {
        switch (what) {
            case extension::supported_versions:
                version_ = contents.u16();
                break;
            case extension::key_share:
                group_ = contents.u16();
                said_.key_share = contents.vector16();
                break;
            case extension::pre_shared_key:
                // One was offered at most: it has the number zero.
                if (ours_.offered == nullptr || contents.u16() != 0) {
                    refused_ = failure::pre_shared_key_not_offered;
                    return failure::none;
                }
                said_.resumes = true;
                break;
            default:
                refused_ = failure::extension_not_offered;
                return failure::none;  // of another version it may be right
        }
        return contents.is_spent() ? failure::none : failure::malformed_server_hello;
    }

    bool are_of_tls_1_3() const { return version_ == version_1_3; }

    failure judge() const {
        if (refused_ != failure::none) {
            return refused_;
        }
        if (group_ == none) {
            return failure::key_share_missing;
        }
        return group_ == x25519_group ? failure::none : failure::key_share_not_offered;
    }

    const server_hello& said() const { return said_; }

private:
    const client_hello& ours_;
    server_hello said_;
    static constexpr std::uint16_t none = 0;  // reserved as a version and as a group

    std::uint16_t version_ = none;
    std::uint16_t group_ = none;
    failure refused_ = failure::none;
};

}  // namespace

read_message<server_hello> read_server_hello(byte_view body, const client_hello& ours) {
    wire_reader reader(body);
    const std::uint16_t version = reader.u16();
    const byte_view random = reader.bytes(random_bytes);
    const byte_view session_id = reader.vector8();
    const std::uint16_t suite = reader.u16();
    const std::uint8_t compression = reader.u8();
    // A hello of before TLS 1.3 may end here.
    const byte_view extensions = reader.has_more() ? reader.vector16() : byte_view();
    if (!reader.is_spent()) {
        return failure::malformed_server_hello;
    }
    if (are_equal(random, hello_retry_random)) {
        return failure::hello_retry_requested;
    }
    if (version != version_1_2 || extensions.empty()) {
        return failure::another_version;
    }
    hello_extensions answered(ours);
    const failure why = for_each_extension(
        extensions, failure::malformed_server_hello,
        [&](extension what, wire_reader& contents) { return answered.take(what, contents); });
    if (why != failure::none) {
        return why;
    }
    if (!answered.are_of_tls_1_3()) {
        return failure::another_version;
    }
    if (!session_id.empty()) {
        return failure::session_id_not_echoed;
    }
    if (std::ranges::find(ours.suites, suite) == ours.suites.end()) {
        return failure::cipher_suite_not_offered;
    }
    if (compression != 0) {
        return failure::compression_chosen;
    }
    const failure judged = answered.judge();
    if (judged != failure::none) {
        return judged;
    }
    server_hello said = answered.said();
    said.suite = suite;
    return said;
}

read_message<encrypted_extensions> read_encrypted_extensions(byte_view body,
                                                             const client_hello& ours) {
    wire_reader reader(body);
    const byte_view extensions = reader.vector16();
    if (!reader.is_spent()) {
        return failure::malformed_encrypted_extensions;
    }
    encrypted_extensions said;
    const auto take = [&](extension what, wire_reader& contents) {
        if (!has(ours.extensions, what)) {
            return failure::extension_not_offered;
        }
        if (what != extension::application_protocols) {
            return failure::none;  // a server's groups and name say nothing to us
        }
        wire_reader list(contents.vector16());
        const std::string chosen(as_text(list.vector8()));
        if (!list.is_spent() || !contents.is_spent() || chosen.empty()) {
            return failure::malformed_encrypted_extensions;  // RFC 7301 section 3.1: exactly one
        }
        const auto& offered = ours.application_protocols;
        if (std::ranges::find(offered, chosen) == offered.end()) {
            return failure::protocol_not_offered;
        }
        said.application_protocol = chosen;
        return failure::none;
    };
    const failure why =
        for_each_extension(extensions, failure::malformed_encrypted_extensions, take);
    if (why != failure::none) {
        return why;
    }
    return said;
}

failure check_certificate_request(byte_view body) {
    wire_reader reader(body);
    const byte_view context = reader.vector8();
    const byte_view extensions = reader.vector16();
    // Section 4.3.2: in a handshake the context is empty, and the algorithms are not optional.
    if (!reader.is_spent() || !context.empty()) {
        return failure::malformed_certificate_request;
    }
    bool names_algorithms = false;
    const failure why = for_each_extension(
        extensions, failure::malformed_certificate_request, [&](extension what, wire_reader&) {
            names_algorithms = names_algorithms || what == extension::signature_algorithms;
            return failure::none;
        });
    return why == failure::none && !names_algorithms ? failure::malformed_certificate_request : why;
}

read_message<std::vector<byte_view>> read_certificate(byte_view body) {
    wire_reader reader(body);
    const byte_view context = reader.vector8();
    wire_reader list(reader.vector24());
    if (!reader.is_spent() || !context.empty()) {
        return failure::malformed_certificate;
    }
    std::vector<byte_view> certificates;
    while (list.has_more()) {
        certificates.push_back(list.vector24());
        const byte_view extensions = list.vector16();
        if (certificates.back().empty()) {
            return failure::malformed_certificate;
        }
        if (!extensions.empty()) {
            return failure::extension_not_offered;  // section 4.4.2: they answer our hello's
        }
    }
    if (!list.is_spent()) {
        return failure::malformed_certificate;
    }
    if (certificates.empty()) {
        return failure::certificate_missing;
    }
    return certificates;
}

read_message<certificate_verify> read_certificate_verify(byte_view body) {
    wire_reader reader(body);
    certificate_verify said;
    said.scheme = reader.u16();
    said.signature = reader.vector16();
    if (!reader.is_spent()) {
        return failure::malformed_certificate_verify;
    }
    return said;
}

read_message<new_session_ticket> read_new_session_ticket(byte_view body) {
    wire_reader reader(body);
    new_session_ticket said;
    said.lifetime_s = reader.u32();
    said.age_offset_ms = reader.u32();
    said.nonce = reader.vector8();
    said.ticket = reader.vector16();
    const byte_view extensions = reader.vector16();
    if (!reader.is_spent() || said.ticket.empty()) {
        return failure::malformed_new_session_ticket;
    }
    // Section 4.6.1: what is not known there is ignored.
    const failure why = for_each_extension(extensions, failure::malformed_new_session_ticket,
                                           [](extension, wire_reader&) { return failure::none; });
    if (why != failure::none) {
        return why;
    }
    return said;
}

read_message<key_update_request> read_key_update(byte_view body) {
    if (body.size() != 1 || body.front() > 1) {
        return failure::malformed_key_update;
    }
    return static_cast<key_update_request>(body.front());
}

read_message<received_alert> read_alert(byte_view body) {
    constexpr std::size_t alert_bytes = 2;
    if (body.size() != alert_bytes) {
        return failure::malformed_alert;
    }
    return received_alert{static_cast<alert>(body.back())};
}

}  // namespace stormdrain::tls13
