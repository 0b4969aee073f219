// Cuts a TLS record: its client, or the network between, ends amid the request. Nothing of the
// record can be decrypted, and RFC 8446 section 6.1 has the end taken for an attack, not for the
// end of the data.

#include "faults/handshake_steps.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/net/offline_handshake.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace stormdrain::faults {

namespace {

enum class cut_by { fin, reset };

constexpr std::array<std::pair<std::string_view, cut_by>, 2> cut_words{
    {{"fin", cut_by::fin}, {"reset", cut_by::reset}}};

// A server has no reason to keep a connection whose stream was cut; one that lingers to get its
// alert across is left alone after this.
constexpr duration close_after_cut = std::chrono::seconds(1);

struct tls_truncation_options {
    cut_by by = cut_by::fin;
    std::string route;
    std::uint64_t cut_bytes = 0;  // 0: by the seed
};

class tls_truncation_fault : public connection_fault {
public:
    explicit tls_truncation_fault(tls_truncation_options options)
        : connection_fault(
              {"tls_truncation",
               options.by == cut_by::fin ? held_condition::half_closed : held_condition::none,
               strike_point::request_headers,
               {options.route},
               needed_port::tls}),
          options_(std::move(options)) {}

    // It is over by itself, and soon; the stop may meet it all the same.
    bool stands_until_released() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        const tls_client* const tls = here.context().connections.port().tls;
        if (!request) {
            co_return;
        }
        if (tls == nullptr) {
            const bool is_open = co_await here.connect();
            if (is_open) {
                here.unavailable("the port does not speak TLS");
            }
            co_return;
        }
        offline_handshake session(*tls);
        const bool is_through = co_await go_through_handshake(here, session);
        std::string moment;
        if (is_through) {
            const std::string records = session.seal(request->text);
            moment = co_await send_part(here, records);
        }
        if (!moment.empty()) {
            co_await cut(here, moment);
        }
    }

private:
    boost::asio::awaitable<std::string> send_part(strike_attempt& here,
                                                  const std::string& records) const {
        const std::string part = cut_off(here, records, options_.cut_bytes, "a sealed request");
        bool sent = false;
        if (!part.empty()) {
            sent = co_await here.send(part);
        }
        std::string moment;
        if (sent) {
            moment = std::to_string(part.size()) + " of " + std::to_string(records.size()) +
                     " bytes of a sealed request sent";
        }
        co_return moment;
    }

    boost::asio::awaitable<void> cut(strike_attempt& here, std::string moment) const {
        if (options_.by == cut_by::reset) {
            co_await here.reset(std::move(moment));
            co_return;
        }
        if (!here.established_server_socket()) {
            co_return;
        }
        moment += "; ";
        const bool has_struck = co_await here.send_fin(std::move(moment));
        if (!has_struck) {
            co_return;
        }
        const time_point give_up = std::min(here.deadline(), clock::now() + close_after_cut);
        co_await here.connection().wait_for_server_close(give_up);
    }

    tls_truncation_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    tls_truncation_options options;
    options.by = keys.choice<cut_by>("by", cut_words, cut_by::fin);
    options.route = keys.text("route", "small");
    options.cut_bytes = keys.size_bytes("bytes", 1, cut_bytes_max, 0);
    return std::make_unique<tls_truncation_fault>(std::move(options));
}

}  // namespace

extern const fault_kind tls_truncation{
    "tls_truncation", "A client whose TLS stream ends amid a record of its request.", read};

}  // namespace stormdrain::faults
