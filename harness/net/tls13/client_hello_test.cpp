#include "harness/net/tls13/client_hello.hpp"

#include "harness/net/tls13/key_schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace stormdrain::tls13 {
namespace {

class ClientHello13 : public testing::Test {
protected:
    ClientHello13() {
        options_.key_share = share_;
        options_.suites = {all_.suite(0x1301), all_.suite(0x1303)};
        options_.server_name = "a.test";
    }

    // What stands in each extension, by number; the order is checked by `last`.
    static std::map<unsigned, byte_string> extensions_of(const client_hello& hello) {
        wire_reader message(hello.message);
        EXPECT_EQ(message.u8(), 1);
        wire_reader body(message.vector24());
        EXPECT_TRUE(message.is_spent());
        EXPECT_EQ(body.u16(), version_1_2);
        body.bytes(random_bytes);
        EXPECT_TRUE(body.vector8().empty()) << "the session id";
        body.vector16();
        EXPECT_TRUE(are_equal(body.vector8(), byte_string{0}));
        wire_reader list(body.vector16());
        EXPECT_TRUE(body.is_spent());
        std::map<unsigned, byte_string> found;
        while (list.has_more()) {
            const unsigned number = list.u16();
            const byte_view contents = list.vector16();
            EXPECT_TRUE(
                found.emplace(number, byte_string(contents.begin(), contents.end())).second);
        }
        EXPECT_TRUE(list.is_spent());
        EXPECT_EQ(found.size(), hello.extensions.size());
        return found;
    }

    algorithms all_;
    byte_string share_ = byte_string(32, 7);
    client_hello_options options_;
};

TEST_F(ClientHello13, SaysWhatAServerOfTls13Needs) {
    const client_hello hello = make_client_hello(options_);
    auto extensions = extensions_of(hello);
    EXPECT_EQ(extensions.at(43), (byte_string{2, 3, 4}));
    EXPECT_EQ(extensions.at(10), (byte_string{0, 2, 0, 0x1d}));
    byte_string shares{0, 36, 0, 0x1d, 0, 32};
    append(shares, share_);
    EXPECT_EQ(extensions.at(51), shares);
    EXPECT_EQ(as_text(extensions.at(0)), std::string_view("\0\x9\0\0\6a.test", 11));
    EXPECT_EQ(extensions.at(13).size(), 2U + 9 * 2);
    EXPECT_EQ(extensions.size(), 5U);
    EXPECT_EQ(hello.suites, (std::vector<std::uint16_t>{0x1301, 0x1303}));
}

TEST_F(ClientHello13, NamesNoAddress) {
    for (const char* const address : {"127.0.0.1", "::1", ""}) {
        options_.server_name = address;
        EXPECT_FALSE(extensions_of(make_client_hello(options_)).contains(0)) << address;
    }
}

TEST_F(ClientHello13, OffersProtocolsAndTicketsWhenTheyAreWished) {
    options_.application_protocols = {"h2", "http/1.1"};
    options_.tickets_wish = client_hello_options::tickets::wanted;
    const auto extensions = extensions_of(make_client_hello(options_));
    EXPECT_EQ(as_text(extensions.at(16)), std::string_view("\0\xc\2h2\10http/1.1", 14));
    EXPECT_EQ(extensions.at(45), (byte_string{1, 1}));
}

// RFC 8446 section 4.2.11.2: over everything before the list of binders, lengths included.
TEST_F(ClientHello13, BindsTheTicketThatItOffers) {
    session_ticket ticket;
    ticket.suite = all_.suite(0x1301);
    ticket.key = short_bytes(byte_string(32, 1));
    ticket.ticket = byte_string(10, 't');
    ticket.age_offset_ms = 0xffffffff;
    options_.offered = std::make_shared<const session_ticket>(ticket);
    options_.offered_age = std::chrono::milliseconds(3);
    const client_hello hello = make_client_hello(options_);
    EXPECT_EQ(hello.extensions.back(), extension::pre_shared_key);
    const auto extensions = extensions_of(hello);
    const byte_string& offer = extensions.at(41);
    wire_reader reader(offer);
    wire_reader identity(reader.vector16());
    EXPECT_TRUE(are_equal(identity.vector16(), ticket.ticket));
    EXPECT_EQ(identity.u32(), 2U) << "modulo 2^32";
    EXPECT_TRUE(identity.is_spent());
    wire_reader binders(reader.vector16());
    const byte_view bound = binders.vector8();
    EXPECT_TRUE(reader.is_spent() && binders.is_spent());
    constexpr std::size_t binders_bytes = 2 + 1 + 32;
    const byte_view truncated =
        byte_view(hello.message).first(hello.message.size() - binders_bytes);
    EXPECT_EQ(short_bytes(bound),
              binder(all_.sha256(), ticket.key.view(), all_.sha256().hash(truncated)));
}

}  // namespace
}  // namespace stormdrain::tls13
