#include "servers/reference/supervisor.hpp"

#include "servers/reference/startup_error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace reference {

namespace asio = boost::asio;

namespace {

std::string_view name_of(protocol speaks) {
    return speaks == protocol::http ? "http" : "https";
}

// epoll_ctl(2) refuses regular files and /dev/null (EPERM).
bool can_be_waited_for(int descriptor) {
    struct stat facts {};
    return ::fstat(descriptor, &facts) == 0 &&
           (S_ISFIFO(facts.st_mode) || S_ISSOCK(facts.st_mode) || ::isatty(descriptor) == 1);
}

}  // namespace

supervisor::supervisor(asio::io_context& context, const server_options& options,
                       const behaviour& conduct, const application& serves, const event_log& log)
    : context_(context),
      options_(options),
      conduct_(conduct),
      serves_(serves),
      log_(log),
      inherited_(take_inherited_sockets()),
      signals_(context, SIGTERM, SIGINT, SIGQUIT),
      input_(context),
      pool_(options.pool_size, options.pool_flush_every) {
    if (options.http) {
        addresses_.push_back({protocol::http, to_listening_endpoint("--http", *options.http)});
    }
    if (options.https) {
        addresses_.push_back({protocol::https, to_listening_endpoint("--https", *options.https)});
    }
    if (addresses_.empty() && inherited_.empty()) {
        throw usage_error("nothing to listen on: give --http, --https or LISTEN_FDS");
    }
    if (options.serves == lifecycle::restarts) {
        if (!inherited_.empty()) {
            throw usage_error("--in-process-restarts opens its sockets anew: not with LISTEN_FDS");
        }
        signals_.add(SIGHUP);
    }
    if (options.standard_input == stdin_use::stops) {
        if (!can_be_waited_for(STDIN_FILENO)) {
            throw usage_error("--stop-on-stdin needs a pipe, a socket or a terminal there");
        }
        input_.assign(STDIN_FILENO);
    }
    const auto is_tls = [](const auto& one) { return one.speaks == protocol::https; };
    if (std::any_of(addresses_.begin(), addresses_.end(), is_tls) ||
        std::any_of(inherited_.begin(), inherited_.end(), is_tls)) {
        if (options.certificate_path.empty() || options.key_path.empty()) {
            throw usage_error("https needs --certificate and --key");
        }
        const tls_files files = {.certificate_path = options.certificate_path,
                                 .key_path = options.key_path};
        tls_ = make_tls_context(files, serves.speaks_http2() ? offered_protocols::http_2_and_1_1
                                                             : offered_protocols::http_1_1);
    }
}

asio::awaitable<void> supervisor::run() {
    task_group tasks(context_.get_executor());
    tasks.spawn(watch_signals());
    if (input_.is_open()) {
        tasks.spawn(watch_input());
    }
    std::exception_ptr failure;
    try {
        do {
            co_await serve();
        } while (options_.serves == lifecycle::restarts && !quitting_);
    } catch (const startup_error&) {
        if (conduct_.reports_failed_listen()) {
            failure = std::current_exception();  // the watcher has to end before we do
        }
    }
    quitting_ = true;
    signals_.cancel();
    input_.close();
    co_await tasks.join();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

asio::awaitable<void> supervisor::serve() {
    const server_surroundings surroundings = {.options = options_,
                                              .conduct = conduct_,
                                              .log = log_,
                                              .serves = serves_,
                                              .tls = tls_.get()};
    const auto next = std::make_unique<server>(context_.get_executor(), surroundings);
    if (conduct_.opens_listeners()) {
        open_listeners(*next);
    }
    conduct_.at_server_start();
    pool_.begin_life();
    current_ = next.get();
    co_await next->run();
    current_ = nullptr;
    log_.write("stopped");
}

void supervisor::open_listeners(server& next) {
    if (!options_.control_socket_path.empty()) {
        next.open_control_socket(options_.control_socket_path);
    }
    const listener_options wanted = {
        .conduct = conduct_, .backlog = options_.backlog, .defer_accept = options_.defer_accept};
    for (address& one : addresses_) {
        const stream_endpoint bound = next.add_listener(
            open_acceptor(context_.get_executor(), one.endpoint, wanted), one.speaks);
        // A restart comes back where clients know it, even when the kernel chose the port.
        one.endpoint = bound;
        announce(one.speaks, bound);
    }
    for (const inherited_socket& one : inherited_) {
        const stream_endpoint bound =
            next.add_listener(adopt_acceptor(context_.get_executor(), one.descriptor), one.speaks);
        announce(one.speaks, bound);
    }
}

void supervisor::announce(protocol speaks, const stream_endpoint& endpoint) {
    std::string fields = "protocol=" + std::string(name_of(speaks));
    fields += " " + log_fields_of(endpoint);
    fields += " pid=" + std::to_string(::getpid());
    log_.write("listening", fields);
}

asio::awaitable<void> supervisor::watch_signals() {
    constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
    while (!quitting_ || current_ != nullptr) {
        const auto [error, number] = co_await signals_.async_wait(as_result);
        if (!error && conduct_.obeys_stop_signal()) {
            on_signal(number);
        }
    }
}

asio::awaitable<void> supervisor::watch_input() {
    constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
    constexpr std::size_t line_bytes_max = 1024;  // nobody types a longer one
    std::string text;
    bool is_asked = false;
    while (!is_asked && !quitting_) {
        const auto [error, length] = co_await asio::async_read_until(
            input_, asio::dynamic_buffer(text, line_bytes_max), '\n', as_result);
        const std::string line = text.substr(0, length);
        text.erase(0, length);
        if (error == asio::error::not_found) {
            text.clear();  // no line
        }
        is_asked = (error && error != asio::error::not_found) || line == "quit\n";
    }
    if (!quitting_ && conduct_.obeys_stop_signal()) {
        on_signal(SIGTERM);
    }
}

void supervisor::on_signal(int number) {
    if (number == SIGHUP) {
        if (current_ != nullptr) {
            current_->request_stop();
        }
        return;
    }
    const bool at_once = std::exchange(quitting_, true) || number == SIGQUIT;
    if (current_ != nullptr && at_once) {
        log_.write("forced", "signal=" + std::to_string(number));
        current_->force_stop();
    } else if (current_ != nullptr) {
        current_->request_stop();
    }
}

}  // namespace reference
