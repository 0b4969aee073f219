// Sends several requests in one write, without waiting for the first answer: what RFC 9112 allows
// any client, and what few try before they go to production.

#include "faults/strike.hpp"
#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>

namespace stormdrain::faults {

namespace {

// For an answer, with the sending of its request: far more than a route of a scenario takes, also
// on a machine that has little time for it.
constexpr duration silence_max = std::chrono::seconds(10);
constexpr std::int64_t requests_max = 100;  // more would only fill the socket buffers

struct pipeline_options {
    std::uint32_t requests_count = 3;
    std::string route;
    std::string first_route;  // of the first request, when it is to be another one
};

// What came of a pipeline.
struct answers_seen {
    std::uint32_t whole_count = 0;
    bool close_announced = false;  // by the last whole one
    streamed_response cut;         // what came instead of the next one, unless all came
};

std::string counted_answers(std::uint32_t count) {
    return std::to_string(count) + (count == 1 ? " whole answer" : " whole answers");
}

std::string how_it_went_on(const streamed_response& cut) {
    const std::string part = cut.response_bytes == 0
                                 ? ""
                                 : std::to_string(cut.response_bytes) + " bytes of another and ";
    switch (cut.end) {
        case exchange_end::reset:
            return part + "a reset that was not announced";
        case exchange_end::end_of_stream:
            return part + "a close that was not announced";
        case exchange_end::timed_out:
            return part + "nothing for " + to_text(silence_max);
        default:
            return "what is not HTTP/1.1: " + cut.error;
    }
}

std::string describe(const answers_seen& seen, std::uint32_t wanted_count) {
    std::string text = counted_answers(seen.whole_count);
    if (seen.close_announced) {
        return text + ", the last of which announced the close";
    }
    return seen.whole_count == wanted_count ? text : text + ", then " + how_it_went_on(seen.cut);
}

class pipelined_requests_fault : public connection_fault {
public:
    explicit pipelined_requests_fault(pipeline_options options)
        : connection_fault({"pipelined_requests", held_condition::none,
                            strike_point::request_headers, routes_of(options), needed_port::http}),
          options_(std::move(options)) {}

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        std::vector<rendered_request> requests;
        for (std::uint32_t number = 0; number < options_.requests_count; ++number) {
            std::optional<rendered_request> one =
                here.request_for(number == 0 ? first_route() : options_.route);
            if (!one) {
                co_return;
            }
            requests.push_back(*std::move(one));
        }
        const bool connected = co_await here.connect();
        if (!connected) {
            co_return;
        }
        answers_seen seen;
        // A body larger than the socket buffers is taken only while its answer is read.
        co_await both_of(send_all(here, requests), read_answers(here, requests, seen));
        conclude(here, seen);
    }

private:
    static std::vector<std::string> routes_of(const pipeline_options& options) {
        std::vector<std::string> routes{options.route};
        if (!options.first_route.empty()) {
            routes.push_back(options.first_route);
        }
        return routes;
    }

    const std::string& first_route() const {
        return options_.first_route.empty() ? options_.route : options_.first_route;
    }

    static boost::asio::awaitable<void> send_all(strike_attempt& here,
                                                 const std::vector<rendered_request>& requests) {
        std::string batch;
        for (const rendered_request& one : requests) {
            batch += one.text;
        }
        here.connection().row().requests_count += static_cast<std::uint32_t>(requests.size());
        const bool sent = co_await here.send(batch);
        if (sent) {
            here.delivered(std::to_string(requests.size()) + " requests in one write of " +
                           std::to_string(batch.size()) + " bytes");
        }
    }

    static boost::asio::awaitable<void> read_answers(strike_attempt& here,
                                                     const std::vector<rendered_request>& requests,
                                                     answers_seen& seen) {
        response_stream answers(here.connection());
        while (seen.whole_count < requests.size() && !seen.close_announced) {
            const time_point patience =
                std::min(here.context().deadline, clock::now() + silence_max);
            streamed_response one =
                co_await answers.next(requests[seen.whole_count].kind, patience);
            here.saw_response(one);
            if (one.end != exchange_end::whole) {
                seen.cut = std::move(one);
                co_return;
            }
            ++seen.whole_count;
            seen.close_announced = one.head.close_announced;
        }
    }

    void conclude(strike_attempt& here, const answers_seen& seen) const {
        const bool is_whole = seen.whole_count == options_.requests_count || seen.close_announced;
        const bool cycle_ended = !is_whole && clock::now() >= here.context().deadline;
        if (!here.is_delivered() || cycle_ended) {
            return;  // nothing was demanded, or it was not waited for
        }
        demand what;
        what.what = counted_answers(options_.requests_count) + " to " +
                    std::to_string(options_.requests_count) + " requests in one write";
        if (!options_.first_route.empty()) {
            what.what += ", the first of route \"" + options_.first_route + "\"";
        }
        what.section = "RFC 9112 section 9.3.2";
        // Section 9.6: what was sent behind a request whose answer announces the close is lost.
        what.met = is_whole;
        what.seen = describe(seen, options_.requests_count);
        here.demanded(std::move(what));
    }

    pipeline_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    pipeline_options options;
    options.requests_count =
        static_cast<std::uint32_t>(keys.integer("requests", 2, requests_max, 3));
    options.route = keys.text("route", "small");
    options.first_route = keys.text("first_route", "");
    return std::make_unique<pipelined_requests_fault>(std::move(options));
}

}  // namespace

extern const fault_kind pipelined_requests{
    "pipelined_requests",
    "A client that sends several requests in one write and then reads the answers.", read};

}  // namespace stormdrain::faults
