#include "harness/process/census/census_codec.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace stormdrain {
namespace {

class byte_writer {
public:
    template <class Number>
    void number(Number value) {
        static_assert(std::is_trivially_copyable_v<Number>);
        char bytes[sizeof(value)];
        std::memcpy(bytes, &value, sizeof(value));
        bytes_.append(bytes, sizeof(bytes));
    }
    void flag(bool value) { number<std::uint8_t>(value ? 1 : 0); }
    void text(std::string_view value) {
        number(value.size());
        bytes_.append(value);
    }
    std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

// Reads zeros once the bytes were too few, and says so at the end.
class byte_reader {
public:
    explicit byte_reader(std::string_view bytes) : left_(bytes) {}

    template <class Number>
    Number number() {
        static_assert(std::is_trivially_copyable_v<Number>);
        Number value{};
        const std::string_view bytes = take(sizeof(value));
        if (bytes.size() == sizeof(value)) {
            std::memcpy(&value, bytes.data(), sizeof(value));
        }
        return value;
    }
    // Any other byte than 0 and 1 is no bool, and must not be read as one.
    bool flag() { return number<std::uint8_t>() != 0; }
    std::string text() { return std::string(take(number<std::size_t>())); }
    bool is_sound() const { return sound_; }
    bool is_whole() const { return sound_ && left_.empty(); }

private:
    std::string_view take(std::size_t count) {
        if (count > left_.size()) {
            sound_ = false;
            return {};
        }
        const std::string_view taken = left_.substr(0, count);
        left_.remove_prefix(count);
        return taken;
    }

    std::string_view left_;
    bool sound_ = true;
};

void write(byte_writer& out, const endpoint& place) {
    out.text(place.address);
    out.number(place.port);
}

endpoint read_endpoint(byte_reader& in) {
    endpoint place;
    place.address = in.text();
    place.port = in.number<std::uint16_t>();
    return place;
}

void write(byte_writer& out, const tcp_socket_facts& facts) {
    write(out, facts.local);
    write(out, facts.remote);
    out.number(facts.state);
    out.number(facts.receive_queue_bytes);
    out.number(facts.send_queue_bytes);
    out.number(facts.inode);
    out.number(facts.timer);
    out.number(facts.retransmits_count);
    out.number(facts.received_bytes);
    out.number(facts.acknowledged_bytes);
    out.number(facts.since_received.count());
}

tcp_socket_facts read_tcp(byte_reader& in) {
    tcp_socket_facts facts;
    facts.local = read_endpoint(in);
    facts.remote = read_endpoint(in);
    facts.state = in.number<tcp_state>();
    facts.receive_queue_bytes = in.number<std::uint32_t>();
    facts.send_queue_bytes = in.number<std::uint32_t>();
    facts.inode = in.number<std::uint64_t>();
    facts.timer = in.number<tcp_timer>();
    facts.retransmits_count = in.number<std::uint32_t>();
    facts.received_bytes = in.number<std::uint64_t>();
    facts.acknowledged_bytes = in.number<std::uint64_t>();
    facts.since_received = duration(in.number<duration::rep>());
    return facts;
}

void write(byte_writer& out, const descriptor& held) {
    out.number(held.number);
    out.number(held.kind);
    out.number(held.inode);
    out.text(held.target);
    out.flag(held.tcp.has_value());
    if (held.tcp) {
        write(out, *held.tcp);
    }
}

descriptor read_descriptor(byte_reader& in) {
    descriptor held;
    held.number = in.number<int>();
    held.kind = in.number<descriptor_kind>();
    held.inode = in.number<std::uint64_t>();
    held.target = in.text();
    if (in.flag()) {
        held.tcp = read_tcp(in);
    }
    return held;
}

}  // namespace

std::string encode(const process_facts& facts) {
    byte_writer out;
    out.number(facts.pid);
    out.number(facts.parent);
    out.text(facts.command);
    out.text(facts.program);
    out.number(facts.state);
    out.number(facts.threads_count);
    out.number(facts.resident_bytes);
    out.number(facts.cpu_time.count());
    out.flag(facts.descriptors_readable);
    const std::size_t count = std::min(facts.descriptors.size(), encoded_descriptors_max);
    out.number(count);
    for (std::size_t index = 0; index < count; ++index) {
        write(out, facts.descriptors[index]);
    }
    return out.take();
}

std::optional<process_facts> decode_process_facts(std::string_view bytes) {
    byte_reader in(bytes);
    process_facts facts;
    facts.pid = in.number<pid_t>();
    facts.parent = in.number<pid_t>();
    facts.command = in.text();
    facts.program = in.text();
    facts.state = in.number<char>();
    facts.threads_count = in.number<std::uint32_t>();
    facts.resident_bytes = in.number<std::uint64_t>();
    facts.cpu_time = duration(in.number<duration::rep>());
    facts.descriptors_readable = in.flag();
    const auto count = in.number<std::size_t>();
    for (std::size_t index = 0; in.is_sound() && index < count; ++index) {
        facts.descriptors.push_back(read_descriptor(in));
    }
    return in.is_whole() ? std::optional(std::move(facts)) : std::nullopt;
}

}  // namespace stormdrain
