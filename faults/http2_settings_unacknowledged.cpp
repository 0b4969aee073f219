// Has a request answered over HTTP/2 and never acknowledges the server's SETTINGS (RFC 9113 section
// 6.5.3), nor anything else: a server that waits for that, at its start or at its end, waits for
// ever.

#include "faults/http2_talk.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

class http2_settings_unacknowledged_fault : public connection_fault {
public:
    explicit http2_settings_unacknowledged_fault(std::string route)
        : connection_fault({"http2_settings_unacknowledged",
                            held_condition::idle_keep_alive,
                            strike_point::idle,
                            {std::move(route)},
                            needed_port::http2}) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        http2_talk talk(here, ping_use::ignored);
        bool goes_on = co_await talk.connect();
        const std::string request = goes_on ? talk.request(1, route_name()) : std::string();
        if (!request.empty()) {
            const std::string said = http2_greeting() + request;
            goes_on = co_await here.send(said);
        }
        if (!goes_on || request.empty()) {
            co_return;
        }
        const std::optional<http2_frame> settings =
            co_await talk.hear(http2_frame_type::settings, here.deadline());
        std::optional<http2_frame> answer;
        if (settings) {
            answer = co_await talk.hear(http2_frame_type::headers, here.deadline());
        }
        if (!answer) {
            here.not_delivered(settings ? "the request was not answered"
                                        : "the server sent no SETTINGS");
            co_return;
        }
        here.delivered("the server's SETTINGS came and were not acknowledged, its answer came");
        co_await here.hold_until_server_closes();
    }
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<http2_settings_unacknowledged_fault>(keys.text("route", "small"));
}

}  // namespace

extern const fault_kind http2_settings_unacknowledged{
    "http2_settings_unacknowledged",
    "An HTTP/2 client that never acknowledges the server's SETTINGS.", read};

}  // namespace stormdrain::faults
