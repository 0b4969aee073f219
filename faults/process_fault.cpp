#include "faults/process_fault.hpp"

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/census/process_tree.hpp"
#include "harness/process/census/socket_table.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A server that is itself again answers at once; clients that were turned away may come back later
// (verdict rule R20).
constexpr duration served_within = std::chrono::seconds(10);
// One attempt of those, and the pause before the next.
constexpr duration answered_within = std::chrono::seconds(3);
constexpr duration connected_within = std::chrono::milliseconds(500);
constexpr duration ask_again_after = std::chrono::milliseconds(20);
// A link without toxics passes on within a tenth of a millisecond; the rest is for busy machines.
constexpr duration link_notice_time = std::chrono::milliseconds(50);

constexpr std::array<std::pair<std::string_view, whom>, 2> whom_words{
    {{"tree", whom::tree}, {"process", whom::process}}};

boost::system::error_code system_error(int number) {
    return {number, boost::system::system_category()};
}

// What a client of the port would send first.
std::string_view first_byte(const port_address& port) {
    constexpr std::string_view tls_handshake_record = "\x16";  // RFC 8446 section 5.1
    return port.tls != nullptr ? tls_handshake_record : "G";
}

}  // namespace

whom read_whom(object_reader& keys) {
    return keys.choice<whom>("whom", whom_words, whom::tree);
}

struck_processes::struck_processes(const server_process& server, whom meant) {
    const std::vector<pid_t> pids =
        meant == whom::tree ? server.tree() : std::vector<pid_t>{server.pid()};
    for (const pid_t pid : pids) {
        one opened;
        opened.pid = pid;
        opened.handle.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
        if (opened.handle.is_open()) {
            processes_.push_back(std::move(opened));
        }
    }
    // A pid that was given anew between the list and its handle is not in the tree.
    const std::vector<pid_t> alive = server.tree();
    std::erase_if(processes_, [&alive](const one& opened) {
        return std::ranges::find(alive, opened.pid) == alive.end();
    });
}

boost::system::error_code struck_processes::send(int number) const {
    int first_error = 0;
    bool is_sent = false;
    for (const one& opened : processes_) {
        if (::syscall(SYS_pidfd_send_signal, opened.handle.get(), number, nullptr, 0) == 0) {
            is_sent = true;
        } else if (errno != ESRCH && first_error == 0) {  // ESRCH: ended meanwhile, as helpers do
            first_error = errno;
        }
    }
    return system_error(is_sent || first_error != 0 ? first_error : ESRCH);
}

std::string struck_processes::names() const {
    std::string text = processes_.size() == 1 ? "process " : "processes ";
    for (const one& opened : processes_) {
        text += (&opened == processes_.data() ? "" : ", ") + std::to_string(opened.pid);
    }
    return text;
}

boost::system::error_code paused_processes::stop() {
    return which_.send(SIGSTOP);
}

asio::awaitable<std::string> paused_processes::stop_all(process_attempt& here) {
    // Between two looks at whether the kernel has stopped all of it.
    constexpr duration look_interval = std::chrono::milliseconds(1);
    const boost::system::error_code refused = stop();
    if (refused) {
        co_return "SIGSTOP could not be sent: " + refused.message();
    }
    while (!are_stopped() && clock::now() < here.deadline()) {
        co_await here.pause(look_interval);
    }
    co_return are_stopped() ? "" : which_.names() + " did not stop";
}

void paused_processes::go_on() {
    which_.send(SIGCONT);
}

// proc_pid_stat(5): T, and t where something traces it.
bool paused_processes::are_stopped() const {
    return std::ranges::all_of(which_.all(), [](const struck_processes::one& opened) {
        const std::optional<process_stat> stat = read_stat(opened.pid);
        return !stat || stat->state == 'T' || stat->state == 't';
    });
}

process_attempt::process_attempt(fault_context& context, std::string_view kind)
    : attempt(context), purpose_("fault " + std::string(kind)) {}

process_attempt::~process_attempt() = default;

asio::awaitable<void> process_attempt::stand(duration length) {
    co_await context().released.wait(std::min(deadline(), clock::now() + length));
}

asio::awaitable<boost::system::error_code> process_attempt::open_connection() {
    return open_connection(first_byte(context().connections.port()));
}

asio::awaitable<boost::system::error_code> process_attempt::open_connection(
    std::string_view first) {
    connect_options options;
    options.purpose = purpose_;
    options.tls = tls_use::never;
    connector& connections = context().connections;
    // A listener whose queue is full takes no more: the next SYN would come after a second (R20).
    const time_point until = std::min(deadline(), clock::now() + connected_within);
    connect_outcome outcome = co_await connections.connect(std::move(options), until);
    if (outcome.error == asio::error::operation_aborted) {
        throw boost::system::system_error(outcome.error);
    }
    if (!outcome.connection) {
        co_return outcome.error;
    }
    happened().connection = outcome.id;
    connections_.push_back(std::move(outcome.connection));
    transport& opened = *connections_.back();
    const transfer sent = co_await opened.write(first, deadline());
    if (sent.error == asio::error::operation_aborted) {
        throw boost::system::system_error(sent.error);
    }
    co_return boost::system::error_code();  // a server that resets at once shows when looked at
}

process_attempt::queue_facts process_attempt::look_at_connections() {
    queue_facts facts;
    context().connections.catch_up();
    socket_table sockets;
    for (const std::unique_ptr<transport>& connection : connections_) {
        const connection_row& row = connection->row();
        const std::optional<tcp_socket_facts> server =
            sockets.find(row.at_server.local, row.at_server.remote);
        if (!server || server->state != tcp_state::established) {
            ++facts.ended_count;
        } else if (server->inode == 0) {
            ++facts.waiting_count;
        }
    }
    return facts;
}

asio::awaitable<std::size_t> process_attempt::reset_waiting() {
    const port_address& port = context().connections.port();
    const bool by_link = port.behind_link.has_value();
    if (by_link) {
        co_await pause(port.way_up + link_notice_time);  // it dials, and passes on what was said
    }
    context().connections.catch_up();
    socket_table sockets;
    std::vector<server_end> struck;
    for (const std::unique_ptr<transport>& connection : connections_) {
        const server_end& end = connection->row().at_server;
        const std::optional<tcp_socket_facts> before = sockets.find(end.local, end.remote);
        const bool waits = before && before->state == tcp_state::established && before->inode == 0;
        if (waits && !connection->reset()) {
            struck.push_back(end);
        }
    }
    if (by_link) {  // else on loopback the RST has done its work when close(2) returns
        co_await pause(port.way_up + link_notice_time);
    }
    const auto is_gone = [&sockets](const server_end& end) {
        const std::optional<tcp_socket_facts> after = sockets.find(end.local, end.remote);
        return !after || after->state == tcp_state::close;
    };
    co_return static_cast<std::size_t>(std::ranges::count_if(struck, is_gone));
}

void process_attempt::close_connections() {
    for (const std::unique_ptr<transport>& connection : connections_) {
        connection->close();
    }
    connections_.clear();
}

asio::awaitable<std::string> process_attempt::ask_once(const rendered_request& request,
                                                       int expected_status, time_point deadline) {
    connect_options options;
    options.purpose = purpose_;
    connect_outcome outcome = co_await context().connections.connect(std::move(options), deadline);
    if (outcome.error == asio::error::operation_aborted) {
        throw boost::system::system_error(outcome.error);
    }
    if (!outcome.connection) {
        co_return why_not_connected(outcome);
    }
    http_exchange exchange(*outcome.connection, request);
    co_await exchange.run(deadline);
    outcome.connection->close();
    const int status = exchange.response().head().status;
    if (exchange.report().end != exchange_end::whole) {
        co_return why_cut_short(exchange.report());
    }
    co_return status == expected_status ? "" : "answered " + std::to_string(status);
}

asio::awaitable<void> process_attempt::demand_service(const std::string& route_name) {
    recovery after;
    const auto found = context().routes.find(route_name);
    if (found == context().routes.end()) {
        co_return;  // its scenario was skipped
    }
    const rendered_request request =
        render(found->second, context().connections.authority(), connection_use::one_request);
    const time_point began = clock::now();
    const time_point end = std::min(context().deadline, began + served_within);
    after.failure = "there was no time to ask";
    while (!after.served && clock::now() < end) {
        const time_point answered_by = std::min(end, clock::now() + answered_within);
        after.failure = co_await ask_once(request, found->second.expected_status, answered_by);
        after.served = after.failure.empty();
        if (!after.served) {
            co_await pause(ask_again_after);
        }
    }
    after.took = clock::now() - began;
    happened().after = std::move(after);
}

injection process_attempt::finish() {
    close_connections();
    happened().ended = context().clock.now();
    return happened();
}

asio::awaitable<injection> process_fault::inject(fault_context& context) const {
    process_attempt here(context, traits_.kind);
    if (context.process == nullptr && traits_.point != strike_point::start) {
        here.not_delivered("there is no process to strike at");
    } else {
        co_await here.carry_out(strike(here));
    }
    injection happened = here.finish();
    co_return happened;
}

}  // namespace stormdrain
