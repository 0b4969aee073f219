// Every way to spoil a target file that we could think of, and what is said then, word by word.

#include "harness/plan/readers/target_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAreArray;

const std::vector<spoiled_file> spoiled_files{
    {"'stormdrain': 1", "'stormdrain': 2", {"3:15 /stormdrain: expected 1, got number 2"}},
    {"'name': 'nginx'",
     "'name': 'Nginx 1.22'",
     {"4:9 /name: expected a name of at most 48 characters a-z, 0-9 and _, got 'Nginx 1.22'; did "
      "you mean 'nginx_1_22'?"}},
    {"'name': 'nginx'",
     "'naem': 'nginx'",
     {"1:1: required key 'name' is missing; expected text",
      "4:1 /naem: unknown key 'naem'; did you mean 'name'?"}},
    {"['./sbin/nginx', '-v']",
     "'nginx -v'",
     {"5:21 /version/argv: expected a list of texts, got text 'nginx -v'"}},
    {"['nginx', '-p',",
     "['', '-p',",
     {"7:9 /launch/argv: expected a program and its arguments, got no program"}},
    {"'-p', '${folder}'", "'-p', 8", {"7:25 /launch/argv/2: expected text, got number 8"}},
    {"'-p', '${folder}'",
     "'-p', '${floder}'",
     {"7:25 /launch/argv/2: expected known variables, got '${floder}'; did you mean '${folder}'?"}},
    {"'3', 'PATH_INFO'",
     "3, 'PATH_INFO'",
     {"8:26 /launch/env/MALLOC_CHECK_: expected text, got number 3"}},
    {"'PATH_INFO'", "'A=B'", {"8:38 /launch/env/A=B: expected the name of a variable, got 'A=B'"}},
    {"'folder': 'run'",
     "'folder': '${home}'",
     {"9:11 /launch/folder: expected known variables, got '${home}'"}},
    {"'nginx.conf':",
     "'../nginx.conf':",
     {"10:28 /launch/files/..~1nginx.conf: expected a file name inside the cycle's folder, got "
      "'../nginx.conf'"}},
    {"'nginx.conf.in'",
     "'absent.in'",
     {"10:25 /launch/files/nginx.conf: expected a template that can be read, got 'absent.in': No "
      "such file or directory"}},
    {"'nofile': 4096",
     "'nofiles': 4096",
     {"11:12 /launch/limits/nofiles: unknown key 'nofiles'; did you mean 'nofile'?"}},
    {"'nofile': 4096",
     "'nofile': 4",
     {"11:22 /launch/limits/nofile: expected a whole number from 8 to 1073741824, got number 4"}},
    {"'core': '0B'",
     "'core': 0",
     {"11:36 /launch/limits/core: expected a size such as '512B', '64KiB' or '8MiB' from 0B to "
      "65536GiB, got number 0; did you mean '0B'?"}},
    {"'4GiB'",
     "'4GB'",
     {"11:59 /launch/limits/address_space: expected a size such as '512B', '64KiB' or '8MiB' from "
      "1MiB to 65536GiB, got text '4GB'; did you mean '4GiB'?"}},
    {"'speaks': 'http', 'source'",
     "'speaks': 'htpp', 'source'",
     {"14:20 /ports/http/speaks: expected one of 'http', 'https', 'tcp', 'tls', got text 'htpp'; "
      "did you "
      "mean 'http'?"}},
    {"'source': 'inherit'",
     "'source': 'fixed'",
     {"14:38 /ports/http/source: expected one of 'free', 'inherit', got text 'fixed'"}},
    {"'number': 8443",
     "'number': 65536",
     {"15:40 /ports/https/number: expected a whole number from 1 to 65535, got number 65536"}},
    {"'number': 8443",
     "'number': 8443, 'source': 'free'",
     {"15:56 /ports/https/source: expected no 'source' beside 'number'"}},
    {"'raw': {'speaks': 'tcp'}",
     "'raw': 'tcp'",
     {"16:8 /ports/raw: expected an object, got text 'tcp'"}},
    {"'raw': {'speaks': 'tcp'}",
     "'raw-port': {}",
     {"16:13 /ports/raw-port: expected a name of at most 48 characters a-z, 0-9 and _, got "
      "'raw-port'; did you mean 'raw_port'?",
      "16:13 /ports/raw-port: required key 'speaks' is missing; expected one of 'http', 'https', "
      "'tcp', 'tls'"}},
    {"'certificate': 'cert.pem', ",
     "",
     {"18:8 /tls: expected 'certificate' and 'key' together, got only one"}},
    {"'route': 'status'",
     "'route': 'statsu'",
     {"19:20 /ready/route: expected the name of a route, got 'statsu'; did you mean 'status'?"}},
    {"'port': 'http', 'within'",
     "'port': 'web', 'within'",
     {"19:38 /ready/port: expected the name of a port, got 'web'"}},
    {"'within': '3s'",
     "'within': 3",
     {"19:56 /ready/within: expected a duration such as '250ms', '5s' or '2min' from 1ms to 1h, "
      "got number 3; did you mean '3s'?"}},
    {"'promises': {",
     "'promises': {'start_within': '5s', ",
     {"19:56 /ready/within: expected the same as /promises/start_within, or nothing"}},
    {"'/status?full'",
     "'status'",
     {"21:11 /routes/status: expected a path such as '/status' without blanks, got 'status'"}},
    {"'/status?full'",
     "7",
     {"21:11 /routes/status: expected a path such as '/status' or an object"}},
    {"'path': '/echo'",
     "'path': '/e cho'",
     {"22:38 /routes/upload/path: expected a path such as '/status' without blanks, got '/e cho'"}},
    {"'method': 'POST', 'path': '/echo'",
     "'method': 'PO ST', 'path': '/echo'",
     {"22:22 /routes/upload/method: expected a method such as 'GET', got 'PO ST'"}},
    {"'body': '64KiB'",
     "'body': '64kB'",
     {"22:55 /routes/upload/body: expected a size such as '512B', '64KiB' or '8MiB' from 0B to "
      "1GiB, got text '64kB'; did you mean '64KiB'?"}},
    {"'X-A': 'b'",
     "'X A': 'b'",
     {"23:20 /routes/upload/headers/X A: expected the name of a header field, got 'X A'"}},
    {"'X-A': 'b'",
     "'X-A': 'b\\r\\nc: d'",
     {"23:20 /routes/upload/headers/X-A: expected a value on one line, got 'b\\u000d\\u000ac: d'"}},
    {"'status': 201",
     "'status': 99",
     {"23:36 /routes/upload/status: expected a whole number from 101 to 599, got number 99"}},
    {"'lifecycle': 'process'",
     "'lifecycle': 'in-process'",
     {"25:14 /lifecycle: expected one of 'process', 'in_process', got text 'in-process'; did you "
      "mean 'in_process'?"}},
    {"'SIGQUIT'",
     "'QUIT'",
     {"26:16 /quit_signal: expected a signal such as 'SIGTERM', got text 'QUIT'; did you mean "
      "'SIGQUIT'?"}},
    {"'75s'",
     "'75 sec'",
     {"27:60 /promises/keep_alive_timeout: expected a duration such as '250ms', '5s' or '2min' "
      "from 1ms to 24h, got text '75 sec'; did you mean '75s'?"}},
    {"1000, 'output",
     "0, 'output",
     {"28:32 /promises/requests_per_connection_max: expected a whole number from 1 to 1000000000, "
      "got number 0"}},
    {"['panic']",
     "['']",
     {"28:55 /promises/output_alarms: expected texts with at least one character, got ''"}},
    {"'fast': {'signal': 'SIGINT'}",
     "'fast': {'signal': 'SIGNIT'}",
     {"31:20 /stop/fast/signal: expected a signal such as 'SIGTERM', got text 'SIGNIT'; did you "
      "mean 'SIGINT'?"}},
    {"'fast': {'signal': 'SIGINT'}",
     "'fast': {'signal': 2}",
     {"31:20 /stop/fast/signal: expected text, got number 2"}},
    {"'fast': {'signal': 'SIGINT'}",
     "'fast': {'signal': 'SIGINT', 'command': ['kill']}",
     {"31:9 /stop/fast: expected one of 'signal', 'request', 'command', got 2"}},
    {"'port': 'https', 'method'",
     "'port': 'raw', 'method'",
     {"33:21 /stop/drain/request/port: expected the name of a port that speaks HTTP, got 'raw'"}},
    {"'exit_within': '1s'",
     "'exit_within': '0s'",
     {"34:16 /stop/drain/exit_within: expected a duration such as '250ms', '5s' or '2min' from 1ms "
      "to 1h, got text '0s'"}},
    {"'stalled_reader': 'unbounded'",
     "'idle': 'unbounded'",
     {"35:31 /stop/drain/exit_within_while/idle: expected the name of a held condition, got "
      "'idle'; did you mean 'idle_keep_alive'?"}},
    {"'stalled_reader': 'unbounded'",
     "'stalled_reader': 'unbound'",
     {"35:41 /stop/drain/exit_within_while/stalled_reader: expected a duration or 'unbounded', got "
      "text 'unbound'; did you mean 'unbounded'?"}},
    {"'truncate'",
     "'truncated'",
     {"36:14 /stop/drain/in_flight: expected one of 'complete', 'truncate', got text 'truncated'; "
      "did you mean 'truncate'?"}},
    {"[0, 'SIGTERM']",
     "[256, 'TERM']",
     {"39:17 /stop/drain/exit_status/0: expected a whole number from 0 to 255, got number 256",
      "39:22 /stop/drain/exit_status/1: expected a signal such as 'SIGTERM', got text 'TERM'; did "
      "you mean 'SIGTERM'?"}},
    {"[0, 'SIGTERM']",
     "[]",
     {"39:16 /stop/drain/exit_status: expected at least one legal exit, got an empty list"}},
    {"[503]",
     "503",
     {"40:19 /stop/drain/drain_statuses: expected a list of whole numbers, got number 503"}},
    {"'drains_backlog': true",
     "'drains_backlog': 'yes'",
     {"41:19 /stop/drain/drains_backlog: expected true or false, got text 'yes'"}},
    {"'quit\\n'",
     "'quit'",
     {"47:19 /stop/line/stdin: expected 'close' or a line such as 'quit\\n', got text 'quit'"}},
    {"'stdin'",
     "'signal': 'SIGINT', 'stdin'",
     {"47:39 /stop/line/stdin: expected one way to ask for the stop, got 'signal' as well"}},
    {"'./stop', '${pid}'",
     "'./stop', '${pdi}'",
     {"43:34 /stop/script/command/1: expected known variables, got '${pdi}'; did you mean "
      "'${pid}'?"}},
    {"['nginx', '-p', '${folder}'",
     "['nginx', '-p', '${pid}'",
     {"7:25 /launch/argv/2: expected known variables, got '${pid}'"}},
    {"'lifecycle': 'process',",
     "'lifecycle': 'process', 'lifecycle': 'in_process',",
     {"25:25 /lifecycle: key 'lifecycle' appears twice in this object"}},
    {"'drains_backlog': true",
     "'drains_backlog': true,",
     {"41:23: expected another entry after this comma, got '}'"}},
    {"'files': {'nginx.conf': 'nginx.conf.in'}",
     "'files': {'nginx.conf': 'nginx.conf.in', 'big': {'size': '2GiB'}}",
     {"10:58 /launch/files/big/size: expected a size such as '512B', '64KiB' or '8MiB' from 0B to "
      "1GiB, got text '2GiB'"}},
    {"{'nginx.conf': 'nginx.conf.in'}",
     "{'nginx.conf': 5}",
     {"10:25 /launch/files/nginx.conf: expected the path of a template, or {'size': '16MiB'}"}},
};

TEST_F(TargetReader, SaysExactlyWhatIsWrong) {
    for (const spoiled_file& each : spoiled_files) {
        EXPECT_EQ(read(spoil(good_target, each)), nullptr) << each.by;
        EXPECT_THAT(without_file(problems_), ElementsAreArray(each.problems)) << each.by;
    }
}

}  // namespace
}  // namespace stormdrain
