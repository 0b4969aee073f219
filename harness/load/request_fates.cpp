#include "harness/load/request_fates.hpp"

#include <boost/asio/error.hpp>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// The machine's limits, not the server's: no descriptor, no source port, no memory left, no room in
// epoll (epoll_ctl(2), ENOSPC).
bool is_harness_limit(boost::system::error_code error) {
    namespace errc = boost::system::errc;
    return error == errc::too_many_files_open || error == errc::too_many_files_open_in_system ||
           error == errc::address_not_available || error == errc::no_buffer_space ||
           error == errc::not_enough_memory || error == errc::no_space_on_device;
}

}  // namespace

request_end end_of_connect(connect_stage stage, boost::system::error_code error) {
    if (is_harness_limit(error)) {
        return request_end::harness_failed;
    }
    if (stage == connect_stage::tls_handshake) {
        return request_end::handshake_failed;
    }
    if (error == asio::error::connection_refused) {
        return request_end::refused;
    }
    if (error == asio::error::connection_reset) {
        return request_end::reset;
    }
    return request_end::connect_failed;
}

request_end end_of_exchange(exchange_end end) {
    switch (end) {
        case exchange_end::whole:
            return request_end::answered;
        case exchange_end::reset:
            return request_end::reset;
        case exchange_end::end_of_stream:
            return request_end::end_of_stream;
        case exchange_end::timed_out:
            return request_end::timed_out;
        case exchange_end::held_back:
            return request_end::harness_failed;
        case exchange_end::malformed:
            break;
    }
    return request_end::malformed;
}

failure_phase phase_of(const response_parser& response, exchange_progress progress) {
    switch (response.state()) {
        case parse_state::head:
            return progress.all_sent ? failure_phase::head : failure_phase::write;
        case parse_state::body:
        case parse_state::until_close:
            return failure_phase::body;
        case parse_state::complete:
            return progress.whole ? failure_phase::status : failure_phase::close;
        case parse_state::malformed:
            break;
    }
    return response.body_bytes() > 0 ? failure_phase::body : failure_phase::head;
}

}  // namespace stormdrain
