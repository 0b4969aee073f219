#include "harness/cycle/hang_dump.hpp"

#include "harness/cycle/cycle_fixture.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class HangDump : public cycle_fixture {
protected:
    std::string ask(const target& server, const stop_trigger& how, duration within = 10s) {
        std::string outcome;
        run([&]() -> asio::awaitable<void> {
            const auto session = co_await started(server);
            outcome = co_await ask_for_dump(*session, how, clock::now() + within);
            std::ifstream file(session->folder() + "/hang_dump.txt");
            answer_ =
                std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
            EXPECT_TRUE(co_await session->end(soon()));
        });
        return outcome;
    }

    static stop_trigger by_request(const std::string& path) {
        stop_trigger how;
        how.how = stop_trigger::kind::request;
        how.port = "http";
        how.request.path = path;
        return how;
    }

    std::string answer_;
};

TEST_F(HangDump, KeepsTheAnswerToARequest) {
    const std::string outcome = ask(reference_server(), by_request("/bytes/1000"));
    EXPECT_THAT(outcome, AllOf(StartsWith("runtime dump of GET /bytes/1000: "),
                               EndsWith(" in hang_dump.txt (status 200)")));
    EXPECT_THAT(answer_, StartsWith("HTTP/1.1 200"));
    EXPECT_GT(answer_.size(), 1'000U);
}

TEST_F(HangDump, KeepsWhatCameOfAnAnswerThatDidNotEnd) {
    const std::string outcome = ask(reference_server(), by_request("/delay/60000"), 200ms);
    EXPECT_THAT(outcome, HasSubstr("0 bytes in hang_dump.txt ("));
    EXPECT_THAT(outcome, Not(HasSubstr("status")));
}

TEST_F(HangDump, TellsThatNothingWasPrinted) {
    stop_trigger how;
    how.signal = SIGCONT;  // ignored by default
    EXPECT_EQ(ask(shell_server("exec sleep 300"), how, 200ms),
              "runtime dump: SIGCONT was sent, and nothing was printed");
    EXPECT_THAT(answer_, IsEmpty());
}

TEST_F(HangDump, TellsWhyItCouldNotAsk) {
    stop_trigger how;
    how.signal = 4'711;
    EXPECT_EQ(ask(shell_server("exec sleep 300"), how),
              "runtime dump: cannot send signal 4711: Invalid argument");
}

TEST_F(HangDump, SaysWhereTheKernelPutsCores) {
    EXPECT_THAT(where_cores_go(), Not(IsEmpty()));
}

}  // namespace
}  // namespace stormdrain
