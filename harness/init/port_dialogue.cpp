#include "harness/init/port_dialogue.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/base/pause.hpp"
#include "harness/net/connector.hpp"
#include "harness/net/http_request.hpp"

#include <boost/asio/error.hpp>
#include <openssl/ssl.h>

#include <span>
#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// The first request of a server may load half of it.
constexpr duration answer_limit = std::chrono::seconds(5);
// What comes once it was asked something else already.
constexpr duration short_limit = std::chrono::seconds(2);
// Of one answer; a page may be long, and its beginning is enough.
constexpr std::size_t answer_bytes_max = 4096;
// A server that listens may need a moment until it answers.
constexpr int attempts_max = 10;
constexpr duration between_attempts = std::chrono::milliseconds(200);
constexpr int unavailable = 503;

// As ALPN has them on the wire: each with its length (RFC 7301 section 3.1).
constexpr std::string_view only_http1 = "\x08http/1.1";
constexpr std::string_view only_h2 = "\x02h2";

// RFC 9113 section 3.4: these 24 bytes, and a SETTINGS frame, which may be empty.
constexpr std::string_view preface{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33};

tls_client offering(std::string_view protocols, const std::string& certificate_path,
                    tls_verification verification) {
    tls_client_options options;
    options.trusted_certificate_path = certificate_path;
    options.verification = verification;
    options.server_name = "localhost";
    tls_client made(std::move(options));
    const auto* const bytes = reinterpret_cast<const unsigned char*>(protocols.data());
    if (::SSL_CTX_set_alpn_protos(made.context().native_handle(), bytes,
                                  static_cast<unsigned>(protocols.size())) != 0) {
        throw environment_error("OpenSSL does not offer ALPN");
    }
    return made;
}

// Enough to tell what it is: more may come, or not.
bool is_enough(std::string_view bytes) {
    const first_bytes kind = kind_of(bytes);
    return bytes.size() >= answer_bytes_max ||
           (kind != first_bytes::none && kind != first_bytes::other);
}

answer_end end_for(boost::system::error_code error) {
    if (error == asio::error::timed_out) {
        return answer_end::silent;
    }
    return error == asio::error::connection_reset ? answer_end::reset : answer_end::closed;
}

// A proxy without its origins, a server that still loads, one whose first connects fail.
bool may_answer_later(const plain_answer& heard) {
    return heard.end == answer_end::not_connected ||
           (heard.bytes.empty() && heard.end != answer_end::silent) ||
           status_of(heard.bytes) == unavailable;
}

}  // namespace

port_dialogue::port_dialogue(asio::any_io_executor executor, endpoint where,
                             const std::string& trusted_certificate_path)
    : executor_(std::move(executor)),
      where_(std::move(where)),
      trusts_the_run_(
          offering(only_http1, trusted_certificate_path, tls_verification::trusted_certificate)),
      http1_(offering(only_http1, "", tls_verification::none)),
      h2_(offering(only_h2, "", tls_verification::none)) {}

std::string port_dialogue::request_for(std::string path) const {
    route asked;
    asked.path = std::move(path);
    return request_head(asked, to_text(where_), connection_use::one_request);
}

asio::awaitable<tls_answer> port_dialogue::ask(std::string words, const tls_client* tls,
                                               duration within) {
    const time_point deadline = clock::now() + within;
    connector connections(executor_, {"asked", where_, tls}, log_);
    connect_options options;
    options.purpose = "init";
    connect_outcome opened = co_await connections.connect(std::move(options), deadline);
    tls_answer heard;
    if (!opened.connection) {
        heard.failure = opened.error.message();
        heard.answer.end = answer_end::not_connected;
        co_return heard;
    }
    heard.failure.clear();
    // An error shows again in the read behind it.
    co_await opened.connection->write(words, deadline);
    std::vector<char> buffer(answer_bytes_max);
    heard.answer.end = answer_end::whole;
    while (!is_enough(heard.answer.bytes)) {
        const transfer read = co_await opened.connection->read_some(std::span(buffer), deadline);
        heard.answer.bytes.append(buffer.data(), read.bytes);
        if (read.error) {
            heard.answer.end = end_for(read.error);
            break;
        }
    }
    opened.connection->close();
    co_return heard;
}

// Again and again while the server may not be ready. A port of TLS that closes on words in the
// clear is not waited for.
asio::awaitable<void> port_dialogue::ask_in_the_clear(port_answers& heard) {
    const std::string request = request_for("/");
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const tls_answer plain = co_await ask(request, nullptr, answer_limit);
        heard.to_http = plain.answer;
        if (!may_answer_later(heard.to_http)) {
            co_return;
        }
        if (kind_of(heard.to_http.bytes) != first_bytes::http) {
            heard.to_https = co_await ask(request, &http1_, answer_limit);
        }
        if (heard.to_https.is_done()) {
            co_return;
        }
        co_await pause(between_attempts);
    }
}

asio::awaitable<port_answers> port_dialogue::run() {
    const std::string hello(preface);
    port_answers heard;
    co_await ask_in_the_clear(heard);
    if (is_conclusive(heard.to_http)) {
        co_return heard;
    }
    heard.to_https = co_await ask(request_for("/"), &http1_, answer_limit);
    heard.to_h2 = co_await ask(hello, &h2_, short_limit);
    if (heard.to_https.is_done() || heard.to_h2.is_done()) {
        const tls_answer again = co_await ask(request_for("/"), &trusts_the_run_, answer_limit);
        heard.own_certificate = !again.is_done();
        co_return heard;
    }
    const tls_answer in_the_clear = co_await ask(hello, nullptr, short_limit);
    heard.to_preface = in_the_clear.answer;
    co_return heard;
}

asio::awaitable<int> port_dialogue::status_of_path(std::string path, spoken_protocol how) {
    const tls_client* const tls = how == spoken_protocol::https ? &http1_ : nullptr;
    const tls_answer heard = co_await ask(request_for(std::move(path)), tls, answer_limit);
    co_return status_of(heard.answer.bytes);
}

}  // namespace stormdrain
