#include "harness/cycle/single_request.hpp"

#include "harness/net/http_exchange.hpp"

namespace stormdrain {

boost::asio::awaitable<single_answer> request_once(connector& to, route what, std::string purpose,
                                                   time_point deadline) {
    connect_options options;
    options.purpose = std::move(purpose);
    connect_outcome opened = co_await to.connect(options, deadline);
    single_answer answer;
    if (!opened.connection) {
        answer.text = opened.error.message();
        co_return answer;
    }
    const rendered_request request = render(what, to.authority(), connection_use::one_request);
    http_exchange asking(*opened.connection, request);
    co_await asking.run(deadline);
    opened.connection->close();
    const exchange_report& report = asking.report();
    answer.sent = report.all_sent.has_value();
    if (report.end == exchange_end::whole) {
        answer.status = asking.response().head().status;
        answer.as_expected = answer.status == what.expected_status;
        answer.text = "status " + std::to_string(answer.status);
    } else {
        answer.text = report.error.empty() ? "no answer" : report.error;
    }
    co_return answer;
}

}  // namespace stormdrain
