#include "harness/config/attack_options.hpp"

#include "harness/config/count.hpp"
#include "harness/config/quantity.hpp"

namespace stormdrain {
namespace {

constexpr std::uint32_t clients_max = 1'000'000;
constexpr std::uint32_t threads_max = 1024;
constexpr std::uint32_t pipeline_max = 1024;                        // and of streams
constexpr std::uint64_t upload_bytes_max = std::uint64_t{1} << 30;  // it is made in memory

}  // namespace

std::string_view attack_options::set_clients(invocation& to, std::string_view text) {
    to.attack.clients_count = read_count<std::uint32_t>(text, 1, clients_max).value_or(0);
    return to.attack.clients_count > 0 ? "" : "a whole number from 1 to 1000000";
}

std::string_view attack_options::set_lasts(invocation& to, std::string_view text) {
    to.attack.lasts = read_duration(text);
    return to.attack.lasts && to.attack.lasts->count() > 0 ? "" : "a duration such as 10s or 5min";
}

std::string_view attack_options::set_requests(invocation& to, std::string_view text) {
    to.attack.requests_count = read_count<std::uint64_t>(text, 1, UINT64_MAX);
    return to.attack.requests_count ? "" : "a whole number from 1 on";
}

std::string_view attack_options::set_rate(invocation& to, std::string_view text) {
    const std::string_view number = text.ends_with("/s") ? text.substr(0, text.size() - 2) : text;
    to.attack.rate_per_second = read_count<std::uint32_t>(number, 1, UINT32_MAX).value_or(0);
    return to.attack.rate_per_second > 0 ? "" : "requests a second such as 10000/s";
}

std::string_view attack_options::set_arrivals(invocation& to, std::string_view text) {
    to.attack.random_arrivals = text == "random";
    return text == "random" || text == "even" ? "" : "one of even, random";
}

std::string_view attack_options::set_upload(invocation& to, std::string_view text) {
    const std::optional<std::uint64_t> given = read_size_bytes(text);
    to.attack.upload_bytes = given.value_or(0);
    return given && *given <= upload_bytes_max ? "" : "a size such as 64KiB, at most 1GiB";
}

std::string_view attack_options::set_burst(invocation& to, std::string_view text) {
    to.attack.burst = read_duration(text);
    return to.attack.burst && to.attack.burst->count() > 0 ? "" : "a duration such as 100ms";
}

std::string_view attack_options::set_ramp(invocation& to, std::string_view text) {
    const std::optional<duration> given = read_duration(text);
    to.attack.ramp = given.value_or(duration{});
    return given ? "" : "a duration such as 10s";
}

std::string_view attack_options::set_pipeline(invocation& to, std::string_view text) {
    to.attack.pipeline_depth = read_count<std::uint32_t>(text, 1, pipeline_max).value_or(0);
    return to.attack.pipeline_depth > 0 ? "" : "a whole number from 1 to 1024";
}

std::string_view attack_options::set_http2(invocation& to, std::string_view text) {
    to.attack.speaks_http2 = text == "1";
    return "";
}

std::string_view attack_options::set_streams(invocation& to, std::string_view text) {
    to.attack.streams_count = read_count<std::uint32_t>(text, 1, pipeline_max).value_or(0);
    return to.attack.streams_count > 0 ? "" : "a whole number from 1 to 1024";
}

std::string_view attack_options::set_tls_client(invocation& to, std::string_view text) {
    to.attack.tls = text == "own"            ? tls_choice::own
                    : text == "own-unproven" ? tls_choice::own_unproven
                                             : tls_choice::openssl;
    const bool is_openssl = to.attack.tls == tls_choice::openssl;
    return is_openssl && text != "openssl" ? "one of openssl, own, own-unproven" : "";
}

std::string_view attack_options::set_resume(invocation& to, std::string_view text) {
    to.attack.resumes = text == "1";
    return "";
}

std::string_view attack_options::set_close(invocation& to, std::string_view text) {
    to.attack.closes = text == "1";
    return "";
}

std::string_view attack_options::set_threads(invocation& to, std::string_view text) {
    to.attack.threads_count = read_count<std::uint32_t>(text, 1, threads_max).value_or(0);
    return to.attack.threads_count > 0 ? "" : "a whole number from 1 to 1024";
}

std::string_view attack_options::set_timeout(invocation& to, std::string_view text) {
    const std::optional<duration> given = read_duration(text);
    to.attack.request_timeout = given.value_or(duration{});
    return given && given->count() > 0 ? "" : "a duration such as 30s";
}

std::string_view attack_options::set_status(invocation& to, std::string_view text) {
    to.attack.expected_status =
        static_cast<int>(read_count<std::uint32_t>(text, 200, 599).value_or(0));
    return to.attack.expected_status > 0 ? "" : "a status such as 200 or 404";
}

std::string_view attack_options::set_pid(invocation& to, std::string_view text) {
    to.attack.audited_pid = read_count<std::uint32_t>(text, 1, INT32_MAX);
    return to.attack.audited_pid ? "" : "the number of a process";
}

std::string_view attack_options::set_slow(invocation& to, std::string_view text) {
    to.attack.slow = text == "headers"  ? slow_choice::headers
                     : text == "body"   ? slow_choice::body
                     : text == "reader" ? slow_choice::reader
                                        : slow_choice::none;
    return to.attack.slow != slow_choice::none ? "" : "one of headers, body, reader";
}

std::string_view attack_options::set_slow_every(invocation& to, std::string_view text) {
    // The clients' common tick is 20 ms.
    constexpr duration least = std::chrono::milliseconds(100);
    const std::optional<duration> given = read_duration(text);
    to.attack.slow_every = given.value_or(duration{});
    return given && *given >= least ? "" : "a duration from 100ms on";
}

}  // namespace stormdrain
