#include "harness/net/tls13/client_hello.hpp"

#include "harness/net/tls13/key_exchange.hpp"
#include "harness/net/tls13/key_schedule.hpp"
#include "harness/net/tls13/signature.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace stormdrain::tls13 {
namespace {

constexpr std::uint8_t no_compression = 0;
constexpr std::uint8_t host_name = 0;   // RFC 6066 section 3
constexpr std::uint8_t psk_dhe_ke = 1;  // section 4.2.9: with an exchange of keys beside it

class hello_writer {
public:
    explicit hello_writer(const client_hello_options& options) : options_(options) {}

    client_hello write() {
        writer_.u8(static_cast<std::uint8_t>(message_type::client_hello));
        writer_.vector(3, [&] { body(); });
        made_.message = writer_.take();
        made_.application_protocols = options_.application_protocols;
        made_.offered = options_.offered;
        if (options_.offered != nullptr) {
            sign_binder();
        }
        return std::move(made_);
    }

private:
    void body() {
        writer_.u16(version_1_2);
        writer_.bytes(options_.random);
        writer_.vector8({});  // no session id: middleboxes are not what is tested (appendix D.4)
        writer_.vector(2, [&] {
            for (const cipher_suite* suite : options_.suites) {
                writer_.u16(suite->number);
                made_.suites.push_back(suite->number);
            }
        });
        writer_.vector8(std::array{no_compression});
        writer_.vector(2, [&] { extensions(); });
    }

    void extensions() {
        add(extension::supported_versions,
            [&] { writer_.vector(1, [&] { writer_.u16(version_1_3); }); });
        add(extension::supported_groups,
            [&] { writer_.vector(2, [&] { writer_.u16(x25519_group); }); });
        add(extension::key_share, [&] { key_share(); });
        add(extension::signature_algorithms, [&] { signature_algorithms(); });
        boost::system::error_code not_an_address;
        boost::asio::ip::make_address(options_.server_name, not_an_address);
        if (!options_.server_name.empty() && not_an_address) {
            add(extension::server_name, [&] { server_name(); });
        }
        if (!options_.application_protocols.empty()) {
            add(extension::application_protocols, [&] { application_protocols(); });
        }
        if (options_.tickets_wish == client_hello_options::tickets::wanted ||
            options_.offered != nullptr) {
            add(extension::psk_key_exchange_modes,
                [&] { writer_.vector8(std::array{psk_dhe_ke}); });
        }
        if (options_.offered != nullptr) {
            add(extension::pre_shared_key, [&] { pre_shared_key(); });  // section 4.2.11: last
        }
    }

    template <class Write>
    void add(extension what, Write write) {
        writer_.u16(static_cast<std::uint16_t>(what));
        writer_.vector(2, write);
        made_.extensions.push_back(what);
    }

    void key_share() {
        writer_.vector(2, [&] {
            writer_.u16(x25519_group);
            writer_.vector16(options_.key_share);
        });
    }

    void signature_algorithms() {
        writer_.vector(2, [&] {
            for (const std::uint16_t scheme : offered_signature_schemes()) {
                writer_.u16(scheme);
            }
        });
    }

    void server_name() {
        writer_.vector(2, [&] {
            writer_.u8(host_name);
            writer_.vector16(as_bytes(options_.server_name));
        });
    }

    void application_protocols() {
        writer_.vector(2, [&] {
            for (const std::string& protocol : options_.application_protocols) {
                writer_.vector8(as_bytes(protocol));
            }
        });
    }

    void pre_shared_key() {
        const session_ticket& offered = *options_.offered;
        writer_.vector(2, [&] {
            writer_.vector16(offered.ticket);
            // Section 4.2.11.1: modulo 2^32.
            writer_.u32(static_cast<std::uint32_t>(options_.offered_age.count()) +
                        offered.age_offset_ms);
        });
        binders_bytes_ = writer_.size();
        // The lengths are part of what it is made over; the binder itself is filled in at last.
        writer_.vector(
            2, [&] { writer_.vector8(short_bytes::zeros(offered.suite->hash->bytes()).view()); });
        binders_bytes_ = writer_.size() - binders_bytes_;
    }

    void sign_binder() {
        const session_ticket& offered = *options_.offered;
        hash_algorithm& hash = *offered.suite->hash;
        const byte_view truncated =
            byte_view(made_.message).first(made_.message.size() - binders_bytes_);
        const short_bytes signed_with = binder(hash, offered.key.view(), hash.hash(truncated));
        std::ranges::copy(signed_with.view(),
                          made_.message.end() - static_cast<std::ptrdiff_t>(hash.bytes()));
    }

    const client_hello_options& options_;
    wire_writer writer_;
    client_hello made_;
    std::size_t binders_bytes_ = 0;
};

}  // namespace

client_hello make_client_hello(const client_hello_options& options) {
    return hello_writer(options).write();
}

}  // namespace stormdrain::tls13
