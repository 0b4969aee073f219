#include "harness/init/spoken_protocol.hpp"

#include "harness/report/text.hpp"

#include <algorithm>
#include <charconv>

namespace stormdrain {
namespace {

constexpr std::size_t shown_bytes_max = 60;
constexpr std::size_t frame_head_bytes = 9;   // RFC 9113 section 4.1
constexpr std::size_t record_head_bytes = 5;  // RFC 8446 section 5.1
constexpr int bad_request = 400;

bool is_settings_frame(std::string_view bytes) {
    constexpr char settings = 4;
    // A SETTINGS frame has entries of 6 bytes, few of them, and belongs to stream 0.
    return bytes.size() >= frame_head_bytes && bytes[0] == 0 && bytes[1] == 0 &&
           static_cast<unsigned char>(bytes[2]) % 6 == 0 && bytes[3] == settings &&
           std::ranges::all_of(bytes.substr(5, 4), [](char byte) { return byte == 0; });
}

bool is_tls_alert(std::string_view bytes) {
    constexpr char alert = 21;
    constexpr char version_major = 3;
    return bytes.size() >= record_head_bytes && bytes[0] == alert && bytes[1] == version_major;
}

std::string version_and_status(std::string_view bytes) {
    return std::string(bytes.substr(0, bytes.find(' '))) + ": GET / was answered with " +
           std::to_string(status_of(bytes));
}

bool speaks_h2(const port_answers& heard) {
    return kind_of(heard.to_h2.answer.bytes) == first_bytes::http2;
}

// What a peer did that was asked: "GET / ...".
std::string words_of(answer_end end) {
    switch (end) {
        case answer_end::whole:
            break;
        case answer_end::closed:
            return "made it close the connection";
        case answer_end::reset:
            return "made it reset the connection";
        case answer_end::silent:
            return "was answered with silence";
        case answer_end::not_connected:
            return "found no connection";
    }
    return "was answered with something else";
}

std::string raw_evidence(const port_answers& heard) {
    const std::string& bytes = heard.to_http.bytes;
    const std::string to_http =
        bytes.empty() ? words_of(heard.to_http.end)
                      : "was answered with \"" + one_line(bytes, shown_bytes_max) + "\"";
    return "GET / in the clear " + to_http + ", a TLS handshake failed (" + heard.to_https.failure +
           "), HTTP/2's preface " + words_of(heard.to_preface.end);
}

}  // namespace

int status_of(std::string_view bytes) {
    constexpr std::string_view protocol = "HTTP/1.";
    constexpr std::size_t status_at = protocol.size() + 2;  // behind the digit and a blank
    constexpr std::size_t digits = 3;
    if (!bytes.starts_with(protocol) || bytes.size() < status_at + digits) {
        return 0;
    }
    int status = 0;
    const char* const end = bytes.data() + status_at + digits;
    const auto [stop, error] = std::from_chars(bytes.data() + status_at, end, status);
    return error == std::errc{} && stop == end ? status : 0;
}

first_bytes kind_of(std::string_view bytes) {
    if (bytes.empty()) {
        return first_bytes::none;
    }
    if (status_of(bytes) != 0) {
        return first_bytes::http;
    }
    if (is_tls_alert(bytes)) {
        return first_bytes::tls_alert;
    }
    return is_settings_frame(bytes) ? first_bytes::http2 : first_bytes::other;
}

bool is_conclusive(const plain_answer& to_http) {
    return to_http.end == answer_end::not_connected ||
           (kind_of(to_http.bytes) == first_bytes::http && status_of(to_http.bytes) != bad_request);
}

spoken_protocol judge(const port_answers& heard) {
    if (heard.to_http.end == answer_end::not_connected) {
        return spoken_protocol::not_connectable;
    }
    if (is_conclusive(heard.to_http)) {
        return spoken_protocol::http;
    }
    if (kind_of(heard.to_https.answer.bytes) == first_bytes::http) {
        return spoken_protocol::https;
    }
    if (speaks_h2(heard)) {
        return spoken_protocol::http2_over_tls;
    }
    if (heard.to_https.is_done()) {
        return spoken_protocol::other_over_tls;
    }
    if (kind_of(heard.to_http.bytes) == first_bytes::http) {
        return spoken_protocol::http;
    }
    if (kind_of(heard.to_http.bytes) == first_bytes::http2 ||
        kind_of(heard.to_preface.bytes) == first_bytes::http2) {
        return spoken_protocol::http2;
    }
    const bool is_silent = heard.to_http.bytes.empty() && heard.to_preface.bytes.empty();
    return is_silent ? spoken_protocol::silent : spoken_protocol::other;
}

std::string evidence_of(const port_answers& heard) {
    switch (judge(heard)) {
        case spoken_protocol::http:
            return version_and_status(heard.to_http.bytes);
        case spoken_protocol::https:
            return version_and_status(heard.to_https.answer.bytes) + " over TLS" +
                   (speaks_h2(heard) ? "; speaks HTTP/2 as well (ALPN h2)" : "");
        case spoken_protocol::http2:
            return "HTTP/2 in the clear, by prior knowledge alone: its preface was answered with "
                   "SETTINGS";
        case spoken_protocol::http2_over_tls:
            return "HTTP/2 over TLS (ALPN h2), and no HTTP/1.1";
        case spoken_protocol::other_over_tls:
            return "TLS, and no HTTP: GET / on it " + words_of(heard.to_https.answer.end);
        case spoken_protocol::other:
        case spoken_protocol::silent:
            return "raw TCP: " + raw_evidence(heard);
        case spoken_protocol::not_connectable:
            break;
    }
    return "takes no connection of this machine's";
}

}  // namespace stormdrain
