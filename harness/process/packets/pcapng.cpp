#include "harness/process/packets/pcapng.hpp"

#include <cstdint>
#include <type_traits>

namespace stormdrain {
namespace {

// Section 4 of the draft; a reader learns the byte order from the magic number, so all is in the
// host's own.
constexpr std::uint32_t section_header = 0x0a0d0d0a;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t interface_statistics = 5;
constexpr std::uint32_t enhanced_packet = 6;
constexpr std::uint32_t decryption_secrets = 10;
constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::uint32_t tls_key_log = 0x544c534b;
constexpr std::uint16_t linktype_ethernet = 1;

// Options (section 3.5) by the block that has them.
constexpr std::uint16_t end_of_options = 0;
constexpr std::uint16_t comment = 1;
constexpr std::uint16_t section_application = 4;
constexpr std::uint16_t interface_name = 2;
constexpr std::uint16_t interface_resolution = 9;
constexpr std::uint16_t packet_drop_count = 4;
constexpr std::uint16_t statistics_received = 4;
constexpr std::uint16_t statistics_dropped_by_system = 7;
constexpr std::uint8_t nanoseconds = 9;
// An option's length has 16 bits, and a comment is a sentence.
constexpr std::size_t option_bytes_max = 1000;

class block {
public:
    explicit block(std::uint32_t type) : type_(type) {}

    template <class Number>
    void number(Number value) {
        static_assert(std::is_integral_v<Number>);
        body_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }

    // Up to the next four bytes.
    void padded(std::string_view bytes) {
        body_ += bytes;
        body_.append((4 - bytes.size() % 4) % 4, '\0');
    }

    // The two halves of one, the higher one first (section 4.3).
    void timestamp(std::chrono::nanoseconds at) {
        constexpr unsigned half = 32;
        const auto count = static_cast<std::uint64_t>(at.count());
        number(static_cast<std::uint32_t>(count >> half));
        number(static_cast<std::uint32_t>(count));
    }

    void option(std::uint16_t code, std::string_view value) {
        value = value.substr(0, option_bytes_max);
        number(code);
        number(static_cast<std::uint16_t>(value.size()));
        padded(value);
    }

    void option(std::uint16_t code, std::uint64_t value) {
        option(code, std::string_view(reinterpret_cast<const char*>(&value), sizeof(value)));
    }

    void end_options() {
        number(end_of_options);
        number(std::uint16_t{0});
    }

    void write(std::ostream& out) const {
        constexpr std::size_t frame_bytes = 3 * sizeof(std::uint32_t);  // type, length, length
        const auto length = static_cast<std::uint32_t>(body_.size() + frame_bytes);
        const auto put = [&out](std::uint32_t value) {
            out.write(reinterpret_cast<const char*>(&value), sizeof(value));
        };
        put(type_);
        put(length);
        out.write(body_.data(), static_cast<std::streamsize>(body_.size()));
        put(length);
    }

private:
    std::uint32_t type_;
    std::string body_;
};

void write_section(std::ostream& out, const pcapng_words& words) {
    block header(section_header);
    header.number(byte_order_magic);
    header.number(std::uint16_t{1});  // version 1.0
    header.number(std::uint16_t{0});
    header.number(std::int64_t{-1});  // its length is not said: it ends with the file
    header.option(comment, words.comment);
    header.option(section_application, words.program);
    header.end_options();
    header.write(out);
}

void write_interface(std::ostream& out) {
    block description(interface_description);
    description.number(linktype_ethernet);
    description.number(std::uint16_t{0});
    description.number(std::uint32_t{0});  // packets are not cut
    description.option(interface_name, std::string_view("lo"));
    const auto resolution = static_cast<char>(nanoseconds);
    description.option(interface_resolution, std::string_view(&resolution, 1));
    description.end_options();
    description.write(out);
}

// Before the packets: a reader decrypts as it goes (section 4.7).
void write_secrets(std::ostream& out, const std::string& secrets) {
    block known(decryption_secrets);
    known.number(tls_key_log);
    known.number(static_cast<std::uint32_t>(secrets.size()));
    known.padded(secrets);
    known.write(out);
}

void write_packet(std::ostream& out, const captured_packet& packet, std::uint64_t missing_before) {
    block frame(enhanced_packet);
    frame.number(std::uint32_t{0});  // the interface
    frame.timestamp(packet.at);
    frame.number(static_cast<std::uint32_t>(packet.bytes.size()));
    frame.number(packet.wire_bytes);
    frame.padded(packet.bytes);
    if (missing_before > 0) {
        frame.option(packet_drop_count, missing_before);
        frame.option(comment, std::to_string(missing_before) +
                                  " packets before this one were left out: only the beginning and "
                                  "the end are kept");
        frame.end_options();
    }
    frame.write(out);
}

void write_statistics(std::ostream& out, const packet_store& packets, std::uint64_t lost_count) {
    block statistics(interface_statistics);
    statistics.number(std::uint32_t{0});
    const bool is_long = !packets.last().empty();
    const bool is_empty = packets.first().empty();
    statistics.timestamp(is_long    ? packets.last().back().at
                         : is_empty ? std::chrono::nanoseconds{}
                                    : packets.first().back().at);
    statistics.option(statistics_received, packets.count() + lost_count);
    statistics.option(statistics_dropped_by_system, lost_count);
    statistics.end_options();
    statistics.write(out);
}

}  // namespace

void write_pcapng(std::ostream& out, const packet_store& packets, const pcapng_words& words) {
    write_section(out, words);
    write_interface(out);
    if (!words.secrets.empty()) {
        write_secrets(out, words.secrets);
    }
    for (const captured_packet& packet : packets.first()) {
        write_packet(out, packet, 0);
    }
    std::uint64_t missing = packets.left_out_count();
    for (const captured_packet& packet : packets.last()) {
        write_packet(out, packet, missing);
        missing = 0;
    }
    write_statistics(out, packets, words.lost_count);
}

}  // namespace stormdrain
