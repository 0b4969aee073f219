// Ends the connection inside a TLS record: `record` counts them from 1 in this direction, `bytes`
// of it get through, its header of five bytes with them, and never all. A stream that is not TLS
// passes unharmed, and the toxic then has no delivery to show.

#include "faults/link/cut.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::toxics {

namespace {

// RFC 8446 section 5.1: type, legacy version, length.
constexpr std::size_t header_bytes = 5;
// The types from change_cipher_spec to heartbeat (RFC 6520), and the major version of all since
// SSL 3.
constexpr unsigned char first_type = 20;
constexpr unsigned char last_type = 24;
constexpr unsigned char major_version = 3;

class tls_record_cut_state : public toxic_state {
public:
    explicit tls_record_cut_state(const attribute_values& values)
        : records_before_(static_cast<std::uint64_t>(values[0] - 1)),
          wanted_bytes_(static_cast<std::size_t>(values[1])),
          cut_(cut_of(values[2])) {}

    void take(piece what, time_point now, outlet& out) override {
        if (stage_ == stage::cut) {
            return;
        }
        if (what.what != piece::kind::bytes || stage_ == stage::not_tls) {
            out.put(std::move(what), now);
            return;
        }
        std::size_t passed = 0;
        while (passed < what.bytes.size() && stage_ != stage::cut && stage_ != stage::not_tls) {
            passed += step(std::string_view(what.bytes).substr(passed));
        }
        if (stage_ == stage::cut) {
            what.bytes.resize(passed);
            if (passed > 0) {
                out.put(std::move(what), now);
            }
            out.struck();
            out.put(cut_, now);
            return;
        }
        out.put(std::move(what), now);
    }

private:
    enum class stage { header, body, cut, not_tls };

    // How many of the bytes get through; at least one, or the stage has changed.
    std::size_t step(std::string_view bytes) {
        const bool is_the_one = records_before_ == 0;
        if (stage_ == stage::header) {
            if (is_the_one && header_.size() >= wanted_bytes_) {
                stage_ = stage::cut;
                return 0;
            }
            header_ += bytes.front();
            if (header_.size() == header_bytes) {
                begin_body(is_the_one);
            }
            return 1;
        }
        const std::size_t count = std::min(bytes.size(), left_bytes_);
        left_bytes_ -= count;
        if (left_bytes_ == 0) {
            stage_ = is_the_one ? stage::cut : stage::header;
            records_before_ -= is_the_one ? 0 : 1;
        }
        return count;
    }

    void begin_body(bool is_the_one) {
        const auto at = [this](std::size_t index) {
            return static_cast<unsigned char>(header_[index]);
        };
        const std::size_t length = at(3) * std::size_t{256} + at(4);
        if (at(0) < first_type || at(0) > last_type || at(1) != major_version || length == 0) {
            stage_ = stage::not_tls;
            return;
        }
        header_.clear();
        stage_ = stage::body;
        left_bytes_ = length;
        if (is_the_one) {
            const std::size_t most = length - 1;
            left_bytes_ =
                std::min(wanted_bytes_ > header_bytes ? wanted_bytes_ - header_bytes : 0, most);
            stage_ = left_bytes_ == 0 ? stage::cut : stage::body;
        }
    }

    std::uint64_t records_before_;
    std::size_t wanted_bytes_;
    piece cut_;
    stage stage_ = stage::header;
    std::string header_;
    std::size_t left_bytes_ = 0;  // of the record's body, or of what gets through of it
};

constexpr std::int64_t records_max = 1'000'000'000;
constexpr std::int64_t record_bytes_max = 65'536;

constexpr std::array<attribute, 3> attributes{{
    {.name = "record", .min = 1, .max = records_max, .preset = 1},
    {.name = "bytes",
     .measure = attribute::unit::bytes,
     .max = record_bytes_max,
     .preset = header_bytes + 1},
    cut_attribute,
}};

std::unique_ptr<toxic_state> make(const attribute_values& values, const toxic_start&) {
    return std::make_unique<tls_record_cut_state>(values);
}

}  // namespace

extern const toxic_kind tls_record_cut{"tls_record_cut", "The connection ends inside a TLS record.",
                                       attributes,       make,
                                       nullptr,          toxic_harm::loss};

}  // namespace stormdrain::toxics
