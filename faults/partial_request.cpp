// Sends part of a request and nothing more: a client that lost its network amid an upload, or one
// that only wants to occupy a connection.

#include "faults/stand_still.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <optional>
#include <string>

namespace stormdrain::faults {

namespace {

// Of a head or a body; a request of a scenario has less.
constexpr std::uint64_t part_bytes_max = 64 * 1024 * 1024;

struct partial_request_options {
    strike_point at = strike_point::request_headers;
    std::string route;
    std::uint64_t part_bytes = 0;    // of the head, or of the body; 0: by the seed
    std::optional<duration> length;  // empty: until it is released
};

held_condition held_at(strike_point at) {
    return at == strike_point::request_body ? held_condition::partial_body
                                            : held_condition::partial_header;
}

class partial_request_fault : public connection_fault {
public:
    explicit partial_request_fault(partial_request_options options)
        : connection_fault({"partial_request", held_at(options.at), options.at, {options.route}}),
          options_(std::move(options)) {}

    bool stands_until_released() const override { return !options_.length; }

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        std::size_t cut = 0;
        if (request && here.can_be_cut(*request)) {
            cut = find_cut(here, *request);
        }
        bool goes_on = cut != 0;
        if (goes_on) {
            goes_on = co_await here.connect();
        }
        if (goes_on) {
            goes_on = co_await here.send(std::string_view(request->text).substr(0, cut));
        }
        if (goes_on) {
            standstill how;
            how.moment = describe(*request, cut);
            how.unfinished = &*request;
            how.length = options_.length;
            co_await stand_still(here, how);
        }
    }

private:
    // Behind how many bytes of the request; 0: there is nothing to cut, which is noted.
    std::size_t find_cut(strike_attempt& here, const rendered_request& request) const {
        const bool in_body = point() == strike_point::request_body;
        const std::size_t begin = in_body ? request.head_bytes : 0;
        const std::size_t whole = in_body ? request.text.size() - begin : request.head_bytes;
        if (whole < 2 || options_.part_bytes >= whole) {
            here.not_delivered("the request's " + std::string(in_body ? "body" : "head") + " of " +
                               std::to_string(whole) + " bytes cannot be cut behind " +
                               std::to_string(options_.part_bytes));
            return 0;
        }
        const std::uint64_t seeded = 1 + here.context().random.below(whole - 1);
        return begin + (options_.part_bytes != 0 ? options_.part_bytes : seeded);
    }

    std::string describe(const rendered_request& request, std::size_t cut) const {
        if (point() == strike_point::request_body) {
            return "the request's head and " + std::to_string(cut - request.head_bytes) + " of " +
                   std::to_string(request.text.size() - request.head_bytes) +
                   " bytes of its body sent";
        }
        return std::to_string(cut) + " of " + std::to_string(request.head_bytes) +
               " bytes of the request's head sent";
    }

    partial_request_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    partial_request_options options;
    options.at = read_point(keys, {strike_point::request_headers, strike_point::request_body});
    options.route =
        keys.text("route", options.at == strike_point::request_body ? "upload" : "small");
    options.part_bytes = keys.size_bytes("bytes", 1, part_bytes_max, 0);
    options.length = read_length_of_standstill(keys);
    return std::make_unique<partial_request_fault>(std::move(options));
}

}  // namespace

extern const fault_kind partial_request{
    "partial_request", "A client that sends part of a request's head or body and no more.", read};

}  // namespace stormdrain::faults
