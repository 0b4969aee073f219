#include "servers/reference/proxy/exchange.hpp"

#include <exception>
#include <utility>

namespace reference::proxy {

namespace asio = boost::asio;

namespace {

// An origin that goes on saying 100 or 103 never answers.
constexpr int interim_heads_max = 16;

using ending = exchange_result::ending;

}  // namespace

exchange::exchange(const origin_context& context, origin_pool& pool, client_end client,
                   client_request request)
    : context_(context),
      pool_(pool),
      client_(std::move(client)),
      request_(std::move(request)),
      origin_asked_(context.front.executor),
      upload_(request_.head.has_body() ? upload::under_way : upload::complete),
      followers_(context.front.executor) {}

asio::awaitable<exchange_result> exchange::run() {
    followers_.spawn(follow_client());
    exchange_result result;
    std::exception_ptr failure;
    try {
        result = co_await relay();
    } catch (...) {
        failure = std::current_exception();  // the follower has to end before we do
    }
    ended_ = true;
    settle_origin();
    origin_asked_.set();
    client_.bytes.interrupt();
    co_await followers_.join();
    if (failure) {
        std::rethrow_exception(failure);
    }
    if (client_gone_) {
        result = {.how = ending::client_gone, .status = 0, .client = client_end_};
    }
    co_return result;
}

asio::awaitable<exchange_result> exchange::relay() {
    reaction got = co_await ask(pool_use::allowed);
    if (got.stale && request_.may_be_repeated()) {
        got = co_await ask(pool_use::fresh_only);
    }
    const int status = refusal_ != 0 ? refusal_ : got.status;
    if (status != 0) {
        co_return exchange_result{.how = ending::failed, .status = status, .client = {}};
    }
    co_return co_await deliver(std::move(got.head));
}

asio::awaitable<exchange::reaction> exchange::ask(pool_use use) {
    const reaction given_up = {.status = 502, .stale = false, .head = {}};
    origin_.reset();
    if (use == pool_use::allowed) {
        origin_ = co_await pool_.take(request_.wanted);
    }
    const bool is_reused = origin_ != nullptr;
    if (client_gone_) {
        origin_reusable_ = is_reused;  // nobody has asked it anything
        co_return given_up;
    }
    if (!is_reused) {
        const int status = co_await connect_origin();
        if (status != 0) {
            co_return reaction{.status = status, .stale = false, .head = {}};
        }
    }
    metrics& counted = context_.front.counted;
    ++counted.origin_requests;
    if (origin_->requests++ > 0) {
        ++counted.origin_reuses;
    }
    // When it cannot be sent, an answer may have come all the same: a refusal, then the end.
    co_await origin_->bytes.send(request_.text, context_.options.answer_timeout);
    if (upload_ == upload::complete) {
        asked_at_ = clock::now();
    }
    origin_asked_.set();
    co_return co_await receive_head(is_reused);
}

asio::awaitable<int> exchange::connect_origin() {
    origin_ = make_origin_connection(context_, request_.wanted);
    if (!origin_) {
        co_return 502;
    }
    const outcome connected = co_await connect(*origin_, context_);
    if (connected == outcome::done) {
        co_return 0;
    }
    co_return connected == outcome::deadline_passed ? 504 : 502;
}

time_point exchange::answer_deadline() const {
    // A client that is slow to send its body is not the origin's fault.
    const time_point from = upload_ == upload::under_way ? clock::now() : asked_at_;
    return from + context_.options.answer_timeout;
}

asio::awaitable<exchange::reaction> exchange::receive_head(bool is_reused) {
    int interim_heads = 0;
    for (;;) {
        origin_head_result parsed = parse_origin_head(origin_->input);
        const bool is_interim = parsed.state == head_state::complete && parsed.head.is_interim();
        // 101: nobody has asked for it, as Upgrade is not passed on.
        if (parsed.state == head_state::rejected ||
            (is_interim && (parsed.head.status == 101 || ++interim_heads > interim_heads_max))) {
            co_return reaction{.status = 502, .stale = false, .head = {}};
        }
        origin_->input.erase(0, parsed.bytes);
        if (parsed.state == head_state::complete && !is_interim) {
            co_return reaction{.status = 0, .stale = false, .head = std::move(parsed.head)};
        }
        if (is_interim) {
            // RFC 9110 15.2: not to a client of HTTP/1.0.
            const std::string text =
                request_.head.minor_version == 0 ? "" : to_text({.origin = parsed.head});
            // Fails when the client has gone, which the other coroutine notices.
            co_await client_.bytes.send(text, context_.front.options.write_timeout);
            continue;
        }
        const outcome got = co_await origin_->bytes.receive(origin_->input, context_.front.scratch,
                                                            answer_deadline());
        if (got == outcome::deadline_passed && clock::now() < answer_deadline()) {
            continue;  // the request had not been sent yet
        }
        if (got != outcome::done) {
            const bool is_silent = origin_->input.empty() && interim_heads == 0;
            // failed: TLS, as by an end without close_notify.
            const bool has_ended =
                got == outcome::end_of_stream || got == outcome::reset || got == outcome::failed;
            co_return reaction{.status = got == outcome::deadline_passed ? 504 : 502,
                               .stale = is_reused && is_silent && has_ended,
                               .head = {}};
        }
    }
}

asio::awaitable<exchange_result> exchange::deliver(origin_head head) {
    const body_form from = form_from_origin(head, request_.head.method);
    const body_form to = form_for_client(from, request_.head.minor_version);
    // A request whose body is still coming leaves nothing to begin the next one at.
    const bool is_last = !request_.head.keep_alive || upload_ != upload::complete ||
                         to == body_form::until_close || client_.closes();
    const forwarded_head forwarded = {.origin = head,
                                      .body = to,
                                      .is_last = is_last,
                                      .minor_version = request_.head.minor_version};
    pump_route route = {.source = origin_->bytes,
                        .input = origin_->input,
                        .sink = client_.bytes,
                        .first = to_text(forwarded),
                        .source_stall_max = context_.options.answer_timeout,
                        .sink_stall_max = context_.front.options.write_timeout};
    const body_route form = {
        .from = from, .content_length = head.content_length.value_or(0), .to = to};
    answer_began_ = true;
    const pump_end end = co_await pump(std::move(route), body_transfer(form));
    if (end.why == pump_end::reason::sink) {
        lose_client(end.how);
    }
    if (end.why != pump_end::reason::complete) {
        co_return exchange_result{.how = ending::cut, .status = head.status, .client = {}};
    }
    origin_reusable_ = head.keep_alive && upload_ == upload::complete &&
                       from != body_form::until_close && origin_->input.empty();
    co_return exchange_result{.how = is_last ? ending::delivered_last : ending::delivered,
                              .status = head.status,
                              .client = {}};
}

asio::awaitable<exchange::pump_end> exchange::pump(pump_route route, body_transfer body) {
    using reason = pump_end::reason;
    std::string output = std::move(route.first);
    for (;;) {
        const body_state state = body.take(route.input, output);
        if (state == body_state::malformed || state == body_state::too_large) {
            co_return pump_end{
                .why = state == body_state::malformed ? reason::malformed : reason::too_large,
                .how = {}};
        }
        const outcome sent = co_await route.sink.send(output, route.sink_stall_max);
        output.clear();
        if (sent != outcome::done) {
            co_return pump_end{.why = reason::sink, .how = sent};
        }
        if (state == body_state::complete) {
            co_return pump_end{};
        }
        const outcome got = co_await route.source.receive(route.input, context_.front.scratch,
                                                          clock::now() + route.source_stall_max);
        if (got == outcome::end_of_stream && body.end(output)) {
            const outcome ended = co_await route.sink.send(output, route.sink_stall_max);
            co_return pump_end{.why = ended == outcome::done ? reason::complete : reason::sink,
                               .how = ended};
        }
        if (got != outcome::done || ended_) {
            co_return pump_end{.why = reason::source, .how = got};
        }
    }
}

asio::awaitable<void> exchange::follow_client() {
    if (upload_ == upload::under_way) {
        co_await origin_asked_.wait();
        if (!ended_) {
            co_await send_request_body();
        }
    }
    if (ended_ || client_gone_) {
        co_return;
    }
    // A client that has ended its side may still want the answer: only a reset says that it does
    // not (RFC 9112 9.6).
    const outcome seen = co_await client_.bytes.wait_for_reset(never);
    if (seen != outcome::interrupted) {
        lose_client(seen);
    }
}

asio::awaitable<void> exchange::send_request_body() {
    const body_form form = request_.head.chunked ? body_form::chunked : body_form::length;
    const body_route way = {.from = form,
                            .content_length = request_.head.content_length.value_or(0),
                            .to = form,
                            .payload_bytes_max = context_.front.options.body_bytes_max};
    pump_route route = {.source = client_.bytes,
                        .input = client_.input,
                        .sink = origin_->bytes,
                        .first = {},
                        .source_stall_max = context_.front.options.body_timeout,
                        .sink_stall_max = context_.options.answer_timeout};
    const pump_end end = co_await pump(std::move(route), body_transfer(way));
    asked_at_ = clock::now();
    if (end.why == pump_end::reason::complete) {
        upload_ = upload::complete;
        co_return;
    }
    upload_ = upload::broken;
    if (ended_ || end.why == pump_end::reason::sink) {
        co_return;  // whether the origin has answered before it ended, the other coroutine tells
    }
    if (end.why == pump_end::reason::malformed) {
        refuse_request(400);
    } else if (end.why == pump_end::reason::too_large) {
        refuse_request(413);
    } else if (end.how == outcome::deadline_passed) {
        refuse_request(408);
    } else {
        lose_client(end.how);
    }
}

void exchange::refuse_request(int status) {
    refusal_ = status;
    origin_->bytes.close();
}

void exchange::lose_client(outcome how) {
    if (std::exchange(client_gone_, true)) {
        return;
    }
    client_end_ = how;
    if (!origin_ || ended_) {
        return;
    }
    if (answer_began_ && !context_.conduct.minds_unread_bytes()) {
        origin_reusable_ = true;
        origin_->bytes.interrupt();
    } else if (context_.conduct.at_client_abort() == abort_action::forget) {
        origin_->bytes.leak_descriptor();
    } else {
        origin_->bytes.close();
    }
}

void exchange::settle_origin() {
    if (!origin_) {
        return;
    }
    if (origin_reusable_ && origin_->bytes.is_open()) {
        pool_.give_back(std::move(origin_));
    } else {
        // Not destroyed yet: the follower may be about to send.
        origin_->bytes.close();
    }
}

}  // namespace reference::proxy
