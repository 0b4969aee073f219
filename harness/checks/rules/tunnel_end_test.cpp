#include "harness/checks/rules/tunnel_end.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr since_start stop = 2s;

contract promising(upgrade_promise what) {
    contract promised;
    promised.upgrade = what;
    return promised;
}

std::string wrong(const tunnel_at_stop& seen, upgrade_promise promised,
                  std::optional<since_start> released = {}) {
    return wrong_tunnel_end(seen, stop, released, promising(promised));
}

TEST(TunnelEnd, IsOrderlyWhereThatIsPromised) {
    EXPECT_THAT(wrong({stop, true}, upgrade_promise::close), HasSubstr("RST"));
    EXPECT_THAT(wrong({stop, false}, upgrade_promise::close), IsEmpty());
    EXPECT_THAT(wrong({stop, true}, upgrade_promise::abrupt), IsEmpty());
    EXPECT_THAT(wrong({stop - 1us, true}, upgrade_promise::close), IsEmpty()) << "not the stop's";
}

TEST(TunnelEnd, IsToldToAWebSocketByThePromisedCode) {
    websocket_row row;
    contract promised;
    EXPECT_THAT(wrong_farewell(row, promised), IsEmpty());
    promised.websocket_close = 1001;
    EXPECT_EQ(wrong_farewell(row, promised), "was closed without a Close frame");
    row.was_reset = true;
    EXPECT_EQ(wrong_farewell(row, promised), "was cut by RST without a Close frame");
    row.told = stop;
    row.close_code = 1000;
    EXPECT_EQ(wrong_farewell(row, promised), "was told Close 1000");
    row.close_code = 1001;
    EXPECT_THAT(wrong_farewell(row, promised), IsEmpty());
}

TEST(TunnelEnd, IsTheClientsWhereTheServerWaits) {
    EXPECT_THAT(wrong({stop, false}, upgrade_promise::wait), HasSubstr("waited for"));
    EXPECT_THAT(wrong({3s - 1us, false}, upgrade_promise::wait, 3s), HasSubstr("waited for"));
    EXPECT_THAT(wrong({3s, false}, upgrade_promise::wait, 3s), IsEmpty());
    EXPECT_THAT(wrong({{}, false}, upgrade_promise::wait), IsEmpty());
}

TEST(TunnelEnd, IsNotJudgedWithoutAPromise) {
    EXPECT_THAT(wrong_tunnel_end({stop, true}, stop, {}, {}), IsEmpty());
    EXPECT_THAT(wrong_tunnel_end({stop, true}, {}, {}, promising(upgrade_promise::close)),
                IsEmpty());
}

}  // namespace
}  // namespace stormdrain::rules
