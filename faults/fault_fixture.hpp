#pragma once
// For tests of faults only: a target made of a script, and one injection into it.

#include "faults/fault.hpp"
#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/testing/http2_script.hpp"
#include "harness/testing/http_script.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/scripted_peer.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

// Reads the settings of one.
inline std::unique_ptr<const fault> make_fault(const fault_kind& kind, std::string_view json,
                                               std::vector<problem>& problems) {
    const json_document document = json_document::parse("fault.json", json, problems);
    object_reader keys = document.root(problems);
    std::unique_ptr<const fault> made = kind.read(keys);
    keys.finish();
    return made;
}

// The same; every problem fails the test.
inline std::unique_ptr<const fault> make_fault(std::string_view kind,
                                               std::string_view json = "{}") {
    std::vector<problem> problems;
    std::unique_ptr<const fault> made = make_fault(*find_fault(kind), json, problems);
    for (const problem& found : problems) {
        ADD_FAILURE() << to_text(found);
    }
    return made;
}

// The part of the catalogue that strikes connections, or the other one.
inline std::vector<const fault_kind*> faults_on(bool (*wanted)(strike_point)) {
    std::vector<const fault_kind*> kinds;
    for (const fault_kind* kind : fault_catalogue()) {
        if (wanted(make_fault(kind->name)->point())) {
            kinds.push_back(kind);
        }
    }
    return kinds;
}
inline std::vector<const fault_kind*> connection_faults() {
    return faults_on(strikes_connection);
}

// What a test wants of the injection besides the fault.
struct surroundings {
    duration within = std::chrono::seconds(10);
    duration stands_within = standing_limit;
    // stops_when_in_place: the stop comes, and nobody is let go of.
    enum class release { when_in_place, stops_when_in_place, never };
    release let_go = release::when_in_place;
};

class fault_fixture : public io_fixture {
protected:
    using tcp_socket = boost::asio::ip::tcp::socket;

    fault_fixture() {
        routes_["small"].path = "/";
        routes_["large"].path = "/bytes/16777216";
        routes_["delayed"].path = "/delay/200";
        routes_["upload"].method = "POST";
        routes_["upload"].body_bytes = 1024;
        routes_["reject"].method = "POST";
        routes_["reject"].path = "/reject";
        routes_["tunnel"].path = "/tunnel";
        routes_["tunnel"].headers = {{"Connection", "upgrade"}, {"Upgrade", "echo"}};
        routes_["tunnel"].expected_status = 101;
    }

    static boost::asio::awaitable<void> correct_server(tcp_socket socket) {
        co_await serve_correctly(socket);
    }

    // Ends an HTTP/2 connection so that its client can read all that was said.
    static boost::asio::awaitable<void> hang_up(http2_script& talk) {
        try {
            co_await talk.hang_up();
        } catch (const boost::system::system_error&) {  // the client is gone
        }
    }

    // Begins an answer to every request, and never gets on with its body.
    template <class Stream>
    static boost::asio::awaitable<void> serve_http2(Stream& stream) {
        basic_http2_script<Stream> talk(stream);
        try {
            co_await talk.greet();
            for (;;) {
                const http2_frame frame = co_await talk.next();
                http2_frame answer = acknowledgement_of(frame);
                const bool is_ping = frame.type == http2_frame_type::ping && frame.flags == 0;
                if (frame.type == http2_frame_type::headers) {
                    answer.flags = http2_flag::end_headers;
                    answer.stream = frame.stream;
                    answer.payload = "\x88";  // ":status: 200" (RFC 7541 A)
                }
                if (is_ping || frame.type == http2_frame_type::headers) {
                    co_await talk.say(answer);
                }
            }
        } catch (const boost::system::system_error&) {  // the client is gone
        }
    }
    static boost::asio::awaitable<void> correct_http2_server(tcp_socket socket) {
        co_await serve_http2(socket);
    }

    // Keeps everything that comes, until the client is gone; answers nothing.
    auto listening() {
        return [this](tcp_socket socket) -> boost::asio::awaitable<void> {
            std::vector<char> buffer(4096);
            boost::system::error_code error;
            while (!error) {
                auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
                const std::size_t count =
                    co_await socket.async_read_some(boost::asio::buffer(buffer), std::move(token));
                received_.append(buffer.data(), count);
            }
        };
    }

    // Reads the settings; every problem fails the test.
    static std::unique_ptr<const fault> make(std::string_view kind, std::string_view json = "{}") {
        return make_fault(kind, json);
    }
    static std::unique_ptr<const fault> make(std::string_view kind, std::string_view json,
                                             std::vector<problem>& problems) {
        return make_fault(*find_fault(kind), json, problems);
    }

    boost::asio::awaitable<injection> inject(const fault& what, endpoint where,
                                             surroundings around) {
        port_address port;
        port.name = "http";
        port.where = std::move(where);
        port.tls = tls_;
        connector connections(executor(), port, log_);
        fault_context context(connections, routes_, clock_, released_, random_source(1),
                              clock::now() + around.within);
        context.stands_within = around.stands_within;
        context.origins = origins_;
        context.stop_begins = &stop_begins_;
        context.on_in_place = [this, around] {
            ++in_place_count_;
            if (around.let_go != surroundings::release::never) {
                stop_begins_.open();
            }
            if (around.let_go == surroundings::release::when_in_place) {
                released_.open();
            }
        };
        injection happened = co_await what.inject(context);
        co_return happened;
    }

    injection inject_into(scripted_peer::script script, const fault& what,
                          surroundings around = surroundings()) {
        scripted_peer peer(executor(), std::move(script));
        injection happened;
        run([&]() -> boost::asio::awaitable<void> {
            const endpoint where = peer.where();
            happened = co_await inject(what, where, around);
            co_await peer.stop();
        });
        return happened;
    }

    route_table routes_;
    cycle_clock clock_;
    connection_log log_{clock_};
    gate released_{executor()};
    gate stop_begins_{executor()};
    const tls_client* tls_ = nullptr;
    origin_set* origins_ = nullptr;
    int in_place_count_ = 0;
    std::string received_;  // by the test's own server
};

MATCHER(WasDelivered, "") {
    *result_listener << "proof: " << arg.proof;
    return arg.delivered;
}

}  // namespace stormdrain
