#pragma once
// What a port speaks, judged by what it answered to a few first bytes. Pure.

#include <string>
#include <string_view>

namespace stormdrain {

// What the first bytes of an answer are.
enum class first_bytes {
    none,
    http,       // a status line of HTTP/1
    tls_alert,  // a TLS record of the type alert (RFC 8446 section 6)
    http2,      // a SETTINGS frame, as every HTTP/2 server sends first (RFC 9113 section 3.4)
    other,
};
first_bytes kind_of(std::string_view bytes);
// Of a status line; 0 when it has none.
int status_of(std::string_view bytes);

// How an answer ended.
enum class answer_end { whole, closed, reset, silent, not_connected };

struct plain_answer {
    std::string bytes;  // the first of them
    answer_end end = answer_end::silent;
};

struct tls_answer {
    std::string failure = "not tried";  // of the handshake; empty: there was one
    plain_answer answer;                // to what was said on top of it

    bool is_done() const { return failure.empty(); }
};

struct port_answers {
    plain_answer to_http;     // GET / in the clear
    tls_answer to_https;      // a handshake that offers http/1.1 by ALPN (RFC 7301), GET / on it
    tls_answer to_h2;         // one that offers h2, and the preface of HTTP/2 on it
    plain_answer to_preface;  // the same in the clear (RFC 9113 section 3.3, prior knowledge)
    bool own_certificate = false;       // TLS with another than was made for the run
    std::string address = "127.0.0.1";  // where it was asked
};

enum class spoken_protocol {
    http,             // HTTP/1 in the clear
    https,            // HTTP/1 over TLS
    http2,            // HTTP/2 in the clear, and no HTTP/1
    http2_over_tls,   // HTTP/2 over TLS, and no HTTP/1
    other_over_tls,   // TLS, and no HTTP on it
    other,            // it answers something else
    silent,           // it takes connections and says nothing
    not_connectable,  // no connect to where it listens
};

spoken_protocol judge(const port_answers& heard);

// Whether a plain answer tells enough, or TLS is to be tried: many servers answer plain HTTP on a
// TLS port by 400 in the clear (nginx, Apache httpd, Go's net/http).
bool is_conclusive(const plain_answer& to_http);

// "HTTP/1.1: GET / was answered with 200"
std::string evidence_of(const port_answers& heard);

}  // namespace stormdrain
