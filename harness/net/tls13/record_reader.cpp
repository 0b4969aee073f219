#include "harness/net/tls13/record_reader.hpp"

#include <algorithm>

namespace stormdrain::tls13 {
namespace {

struct checked_header {
    failure why = failure::none;
    std::size_t body_bytes = 0;
};

// The version is not looked at: section 5.1 says so.
checked_header check(byte_view header) {
    wire_reader reader(header);
    const auto type = static_cast<content_type>(reader.u8());
    reader.u16();
    const std::size_t body_bytes = reader.u16();
    switch (type) {
        case content_type::application_data:
            return {body_bytes > protected_bytes_max ? failure::record_too_long : failure::none,
                    body_bytes};
        case content_type::change_cipher_spec:
        case content_type::alert:
        case content_type::handshake:
            return {body_bytes > record_text_bytes_max ? failure::record_too_long : failure::none,
                    body_bytes};
        case content_type::invalid:
            break;
    }
    return {failure::unknown_record_type, 0};
}

record cut(byte_view whole) {
    return {static_cast<content_type>(whole.front()), whole.first(record_header_bytes),
            whole.subspan(record_header_bytes)};
}

}  // namespace

// Of what was begun before; false: that took all that is there.
bool record_reader::complete(std::size_t bytes) {
    if (begun_.size() < bytes) {
        const std::size_t taken = std::min(bytes - begun_.size(), received_.size());
        append(begun_, received_.first(taken));
        received_ = received_.subspan(taken);
    }
    return begun_.size() >= bytes;
}

boost::system::result<std::optional<record>, failure> record_reader::next() {
    if (was_handed_out_) {
        begun_.clear();
        was_handed_out_ = false;
    }
    if (begun_.empty() && received_.size() >= record_header_bytes) {
        const checked_header header = check(received_.first(record_header_bytes));
        if (header.why != failure::none) {
            return header.why;
        }
        const std::size_t whole_bytes = record_header_bytes + header.body_bytes;
        if (received_.size() >= whole_bytes) {
            const byte_view whole = received_.first(whole_bytes);
            received_ = received_.subspan(whole_bytes);
            return std::optional(cut(whole));
        }
    }
    if (!complete(record_header_bytes)) {
        return std::optional<record>();
    }
    const checked_header header = check(begun_);
    if (header.why != failure::none) {
        return header.why;
    }
    if (!complete(record_header_bytes + header.body_bytes)) {
        return std::optional<record>();
    }
    was_handed_out_ = true;
    return std::optional(cut(begun_));
}

}  // namespace stormdrain::tls13
