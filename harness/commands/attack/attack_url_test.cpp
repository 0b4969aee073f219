#include "harness/commands/attack/attack_url.hpp"

#include "harness/config/invocation.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::HasSubstr;

TEST(AttackUrl, IsTakenApart) {
    const attack_url whole = read_attack_url("http://example.test:8080/a/b?c=d#e");
    EXPECT_EQ(whole.host, "example.test");
    EXPECT_EQ(whole.port, 8080);
    EXPECT_EQ(whole.authority, "example.test:8080");
    EXPECT_EQ(whole.path, "/a/b?c=d");
    const attack_url least = read_attack_url("http://127.0.0.1");
    EXPECT_EQ(least.port, 80);
    EXPECT_EQ(least.authority, "127.0.0.1");
    EXPECT_EQ(least.path, "/");
    EXPECT_EQ(read_attack_url("http://h?x").path, "/?x");
    EXPECT_EQ(read_attack_url("http://h#x").path, "/");
    EXPECT_EQ(least.scheme, url_scheme::http);
    const attack_url secure = read_attack_url("https://example.test/a");
    EXPECT_EQ(secure.scheme, url_scheme::https);
    EXPECT_EQ(secure.host, "example.test");
    EXPECT_EQ(secure.port, 443);
    EXPECT_EQ(secure.path, "/a");
    EXPECT_EQ(read_attack_url("https://h:8443").port, 8443);
    const attack_url ipv6 = read_attack_url("http://[::1]:81/x");
    EXPECT_EQ(ipv6.host, "::1");
    EXPECT_EQ(ipv6.port, 81);
    EXPECT_EQ(ipv6.authority, "[::1]:81");
    EXPECT_EQ(ipv6.unix_path, "");
}

TEST(AttackUrl, MayBeThePathOfASocket) {
    const attack_url socket = read_attack_url("unix:/run/app.sock");
    EXPECT_EQ(socket.unix_path, "/run/app.sock");
    EXPECT_EQ(socket.authority, "localhost");
    EXPECT_EQ(socket.path, "/");
    const attack_url with_path = read_attack_url("unix:/run/app.sock:/a?b=c");
    EXPECT_EQ(with_path.unix_path, "/run/app.sock");
    EXPECT_EQ(with_path.path, "/a?b=c");
    EXPECT_EQ(with_path.scheme, url_scheme::http);
}

TEST(AttackUrl, OfASocketMaySayHowItIsSpokenTo) {
    const attack_url secure = read_attack_url("https://unix:/run/app.sock:/a");
    EXPECT_EQ(secure.scheme, url_scheme::https);
    EXPECT_EQ(secure.unix_path, "/run/app.sock");
    EXPECT_EQ(secure.host, "localhost");
    EXPECT_EQ(secure.path, "/a");
    const attack_url plain = read_attack_url("http://unix:/run/app.sock");
    EXPECT_EQ(plain.scheme, url_scheme::http);
    EXPECT_EQ(plain.unix_path, "/run/app.sock");
}

TEST(AttackUrl, SaysWhatIsWrongWithIt) {
    const std::pair<const char*, const char*> wrong[] = {
        {"ftp://h/", "expected a URL such as"},
        {"https:///", "expected a host"},
        {"h:80", "expected a URL such as"},
        {"http://", "expected a host"},
        {"http://:80/", "expected a host"},
        {"http://[::1", "expected a host"},
        {"http://[::1]x/", "expected ':'"},
        {"http://user@h/", "expected a host"},
        {"http://h:0/", "a port from 1 to 65535"},
        {"http://h:/", "a port from 1 to 65535"},
        {"http://h:65536/", "a port from 1 to 65535"},
        {"unix:app.sock", "the absolute path of a socket"},
        {"unix:/app.sock:a", "expected '/'"},
        {"https://unix:app.sock", "the absolute path of a socket"},
        {"http://h/a b", "no blanks"},
        {"http://h/\r\nX: y", "no blanks"},
    };
    for (const auto& [text, message] : wrong) {
        try {
            read_attack_url(text);
            ADD_FAILURE() << text << " was taken";
        } catch (const usage_error& refused) {
            EXPECT_THAT(refused.what(), HasSubstr(message)) << text;
        }
    }
}

}  // namespace
}  // namespace stormdrain
