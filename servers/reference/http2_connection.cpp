#include "servers/reference/http2_connection.hpp"

#include "servers/reference/connection.hpp"
#include "servers/reference/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace reference {

namespace asio = boost::asio;

namespace {

http2_limits limits_of(const connection_context& context) {
    http2_limits limits;
    limits.streams_max = context.options.streams_max;
    limits.head_bytes_max = context.options.head_bytes_max;
    limits.resets_max = context.conduct.limits_stream_resets()
                            ? context.options.stream_resets_max
                            : std::numeric_limits<std::uint32_t>::max();
    return limits;
}

}  // namespace

// One request, from its head to the end of its response.
class http2_connection::request final : deadline_owner {
public:
    request(http2_connection& owner, stream_id stream, request_head head)
        : deadline_owner(owner.context_.deadlines),
          owner_(owner),
          stream_(stream),
          is_head_(head.method == "HEAD"),
          announced_bytes_(head.content_length.value_or(0)),
          answer_(respond_to(head, owner.context_.counted)) {}

    void begin(const request_head& head, request_state state) {
        if (state == request_state::head_too_large) {
            refuse(431);
        } else if (answer_.status == switching_protocols || answer_.status == 426) {
            // RFC 9113 8.6: there is no upgrade.
            owner_.session_.reset(stream_, NGHTTP2_HTTP_1_1_REQUIRED);
        } else if (state == request_state::whole ||
                   answer_.request_body == response::body_use::left_unread) {
            handle();
        } else if (announced_bytes_ > owner_.context_.options.body_bytes_max) {
            refuse(413);
        } else {
            receive(head);
        }
    }

    void take_body(std::string_view piece) {
        if (part_ != part::receiving) {
            return;  // it has been answered without
        }
        body_ += piece;
        if (body_.size() > owner_.context_.options.body_bytes_max) {
            refuse(413);
        } else {
            await_body();
        }
    }

    void body_ends() {
        if (part_ == part::receiving) {
            handle();
        }
    }

    void has_progress() { set_deadline(clock::now() + owner_.context_.options.write_timeout); }

    // Nobody waits for what it is at. False: it is at nothing.
    bool abandon() {
        is_abandoned_ = part_ == part::handling;
        return is_abandoned_;
    }

    // It has been answered, or given up.
    void ended() const {
        if (answer_.stops_server && part_ == part::responding) {
            owner_.context_.request_stop();
        }
    }

private:
    enum class part { receiving, handling, responding };

    void receive(const request_head& head) {
        part_ = part::receiving;
        whole_by_ = clock::now() + owner_.context_.options.request_timeout;
        if (head.expects_continue) {
            owner_.session_.invite_body(stream_);
        }
        await_body();
    }

    void await_body() {
        const time_point next = clock::now() + owner_.context_.options.body_timeout;
        set_deadline(owner_.context_.conduct.limits_requests() ? std::min(next, whole_by_) : never);
    }

    void handle() {
        part_ = part::handling;
        if (answer_.delay.count() == 0) {
            reply();
        } else {
            set_deadline(clock::now() + answer_.delay);
        }
    }

    void refuse(int status) {
        answer_ = bare_response(status);
        reply();
    }

    void reply() {
        part_ = part::responding;
        http2_response out;
        out.status = answer_.status;
        out.text =
            answer_.body == response::body_kind::echo ? std::exchange(body_, {}) : answer_.text;
        out.pattern_bytes = answer_.pattern_bytes;
        out.without_body = is_head_;
        out.date = owner_.context_.date.now();
        count_response(owner_.context_.counted, answer_.status);
        owner_.session_.respond(stream_, std::move(out));
        has_progress();
    }

    void on_deadline() override {
        if (is_abandoned_) {
            owner_.forget_abandoned(stream_);  // and this object with it
            return;
        }
        if (part_ == part::handling) {
            reply();
        } else {
            ++owner_.context_.counted.deadlines_passed;
            if (part_ == part::receiving) {
                refuse(408);
            } else {
                // Its client lets nothing of the response out: the window stands still.
                owner_.session_.reset(stream_, NGHTTP2_CANCEL);
            }
        }
        owner_.update();
    }

    http2_connection& owner_;
    const stream_id stream_;
    const bool is_head_;
    const std::uint64_t announced_bytes_;
    response answer_;
    part part_ = part::receiving;
    time_point whole_by_ = never;
    std::string body_;
    bool is_abandoned_ = false;
};

http2_connection::http2_connection(const connection_context& context, channel& bytes)
    : deadline_owner(context.deadlines),
      context_(context),
      channel_(bytes),
      session_(limits_of(context), *this),
      output_ready_(context.executor, time_point::max()),
      settings_by_(clock::now() + context.options.settings_timeout) {
    set_deadline(next_deadline());
}

http2_connection::~http2_connection() = default;

asio::awaitable<outcome> http2_connection::serve(std::string received) {
    task_group writing(context_.executor);
    writing.spawn(write());
    take(received);
    outcome last = outcome::done;
    while (!writer_ended_ && (last == outcome::done || last == outcome::interrupted)) {
        std::string input;
        last = co_await channel_.receive(input, context_.scratch, never);
        if (last == outcome::done) {
            take(input);
        }
    }
    // A client that ends its side opens no window any more: nothing can be owed to it.
    requests_.clear();
    const bool is_served = writer_ended_ && channel_.is_open();
    if (!is_served) {
        failed_ = true;
        channel_.close();
        output_ready_.cancel();
    }
    co_await writing.join();
    co_await wait_for_abandoned();
    co_return is_served ? outcome::done : last;
}

asio::awaitable<void> http2_connection::wait_for_abandoned() {
    constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
    while (!abandoned_.empty()) {
        co_await output_ready_.async_wait(as_result);
    }
}

void http2_connection::forget_abandoned(stream_id stream) {
    abandoned_.erase(stream);
    output_ready_.cancel();
}

asio::awaitable<void> http2_connection::write() {
    while (channel_.is_open() && !failed_) {
        has_output_ = false;
        const std::string bytes = session_.output();
        if (!bytes.empty()) {
            const outcome sent = co_await channel_.send(bytes, context_.options.write_timeout);
            if (sent != outcome::done) {
                break;
            }
            continue;
        }
        set_deadline(next_deadline());
        if (is_over()) {
            break;
        }
        co_await wait_for_output();
    }
    writer_ended_ = is_over() && channel_.is_open();
    if (writer_ended_) {
        channel_.interrupt();  // the reader has nothing to wait for
    } else {
        failed_ = true;
        channel_.close();
    }
}

asio::awaitable<void> http2_connection::wait_for_output() {
    constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
    while (!has_output_ && !failed_ && channel_.is_open()) {
        co_await output_ready_.async_wait(as_result);
    }
}

void http2_connection::take(std::string_view bytes) {
    if (!session_.take(bytes, clock::now())) {
        failed_ = true;  // no HTTP/2 at all
    }
    if (stop_ == stopping::announced && session_.stop_is_read()) {
        tell_last_stream();
    }
    if (session_.has_begun() && requests_.empty() && idle_until_ == never) {
        idle_until_ = clock::now() + context_.options.keep_alive_timeout;
    }
    update();
}

void http2_connection::update() {
    has_output_ = true;
    set_deadline(next_deadline());
    output_ready_.cancel();
}

bool http2_connection::is_over() const {
    const bool closes = context_.conduct.closes_behind_streams() || stop_ == stopping::no;
    // nghttp2 knows nothing of these stops.
    const bool is_told = context_.conduct.at_http2_stop() == goaway_action::none
                             ? stop_ != stopping::no
                             : context_.conduct.at_http2_stop() == goaway_action::understated &&
                                   stop_ == stopping::last_stream_told;
    return (is_told && requests_.empty()) || (session_.is_over() && closes);
}

void http2_connection::stop() {
    if (stop_ != stopping::no) {
        return;
    }
    const goaway_action wanted = context_.conduct.at_http2_stop();
    stop_ = stopping::announced;
    if (wanted != goaway_action::none) {
        session_.announce_stop();
        const bool is_bounded = session_.has_begun() || context_.conduct.limits_http2_preface();
        stop_read_by_ = is_bounded ? clock::now() + context_.options.linger_at_stop : never;
    }
    if (!context_.conduct.completes_streams()) {
        requests_.clear();
        session_.fail(NGHTTP2_NO_ERROR);
    }
    update();
}

void http2_connection::tell_last_stream() {
    stop_ = stopping::last_stream_told;
    if (context_.conduct.at_http2_stop() == goaway_action::understated) {
        constexpr stream_id one_stream = 2;  // clients have the odd ones
        session_.claim_last_stream(std::max(session_.last_stream() - one_stream, 0));
    } else {
        session_.refuse_new_streams();
    }
}

time_point http2_connection::next_deadline() const {
    if (stop_ == stopping::announced) {
        return stop_read_by_;
    }
    time_point next = never;
    if (!session_.has_begun() || !session_.settings_acknowledged()) {
        next = settings_by_;
    }
    if (requests_.empty() && stop_ == stopping::no) {
        next = std::min(next, idle_until_);
    }
    return next;
}

void http2_connection::on_deadline() {
    const time_point now = clock::now();
    if (stop_ == stopping::announced) {
        tell_last_stream();  // its client does not say that it has read the first one
    } else if (now >= settings_by_ &&
               (!session_.has_begun() || !session_.settings_acknowledged())) {
        ++context_.counted.deadlines_passed;
        settings_by_ = never;
        session_.fail(NGHTTP2_SETTINGS_TIMEOUT);
    } else {
        idle_until_ = never;
        session_.refuse_new_streams();  // and with none open that is the end
    }
    update();
}

void http2_connection::on_request(stream_id stream, request_head head, request_state state) {
    ++context_.counted.requests;
    idle_until_ = never;
    request& made =
        *requests_.emplace(stream, std::make_unique<request>(*this, stream, head)).first->second;
    made.begin(head, state);
}

void http2_connection::on_body(stream_id stream, std::string_view piece) {
    if (const auto found = requests_.find(stream); found != requests_.end()) {
        found->second->take_body(piece);
    }
}

void http2_connection::on_request_end(stream_id stream) {
    if (const auto found = requests_.find(stream); found != requests_.end()) {
        found->second->body_ends();
    }
}

void http2_connection::on_progress(stream_id stream) {
    if (const auto found = requests_.find(stream); found != requests_.end()) {
        found->second->has_progress();
    }
}

void http2_connection::on_stream_closed(stream_id stream) {
    const auto found = requests_.find(stream);
    if (found == requests_.end()) {
        return;
    }
    std::unique_ptr<request> done = std::move(found->second);
    requests_.erase(found);
    if (requests_.empty()) {
        idle_until_ = clock::now() + context_.options.keep_alive_timeout;
    }
    done->ended();
    if (!context_.conduct.ends_handlers_of_reset_streams() && done->abandon()) {
        abandoned_.emplace(stream, std::move(done));
    }
}

}  // namespace reference
