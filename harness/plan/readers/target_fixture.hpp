#pragma once
// A target file with every key there is, for the tests of its reader.

#include "harness/plan/readers/reader_fixture.hpp"
#include "harness/plan/readers/target_reader.hpp"

namespace stormdrain {

// One key a line, so that a spoiled value is easily found by its line.
inline constexpr const char* good_target = R"({
"$schema": "../../suites/schema/target.schema.json",
"stormdrain": 1,
"name": "nginx",
"version": {"argv": ["./sbin/nginx", "-v"]},
"launch": {
"argv": ["nginx", "-p", "${folder}", "-c", "${folder}/nginx.conf"],
"env": {"MALLOC_CHECK_": "3", "PATH_INFO": null},
"folder": "run",
"files": {"nginx.conf": "nginx.conf.in"},
"limits": {"nofile": 4096, "core": "0B", "address_space": "4GiB"}, "exit_watch": "ptrace"
},
"ports": {
"http": {"speaks": "http", "source": "inherit"},
"https": {"speaks": "https", "number": 8443, "http2": true},
"raw": {"speaks": "tcp"}
}, "origins": {"web": {"speaks": "https", "hosts": ["a.test"]}},
"tls": {"certificate": "cert.pem", "key": "/etc/key.pem", "verify": false, "only": "1.3"},
"ready": {"route": "status", "port": "http", "within": "3s"},
"routes": {
"status": "/status?full",
"upload": {"method": "POST", "path": "/echo", "body": "64KiB",
"headers": {"X-A": "b"}, "status": 201}
},
"lifecycle": "process",
"quit_signal": "SIGQUIT", "hang": {"dump": {"signal": "SIGABRT"}, "core": true}, "known": [],
"promises": {"release_within": "2s", "keep_alive_timeout": "75s",
"requests_per_connection_max": 1000, "output_alarms": ["panic"], "request_timeout": "20s",
"defer_accept": true, "at_descriptor_limit": "exit", "backlog": 511},
"stop": {
"fast": {"signal": "SIGINT"},
"drain": {
"request": {"port": "https", "method": "POST", "path": "/quit"},
"exit_within": "1s",
"exit_within_while": {"stalled_reader": "unbounded", "in_flight": "5s"},
"in_flight": "truncate",
"listener": "lame_duck",
"half_close": "respond",
"exit_status": [0, "SIGTERM"], "connections_at_exit": "closed",
"drain_statuses": [503], "exit_status_after_second_signal": [1], "confirm": "measured",
"drains_backlog": true
},
"script": {"command": ["./stop", "${pid}"]},
"gentle": {"class": "graceful", "timeout": "30s", "idle_keep_alive": "close_now", "goaway": "once",
"becomes_idle": "close", "silent": "wait", "upgrade": "abrupt", "announces_close": true,
"second_signal": "force", "exit_status": [0, {"code": 1, "while": ["connections_open"]}]},
"line": {"stdin": "quit\n"}
}
})";

// The same of a server that speaks no HTTP, as far as its keys are others.
inline constexpr const char* raw_target = R"({
"stormdrain": 1,
"name": "raw",
"launch": {"argv": ["raw"]},
"ports": {"plain": {"speaks": "tcp"}, "sealed": {"speaks": "tls"}},
"routes": {
"small": {
"opening": [{"expect": {"prefix": "220 ", "until": "\r\n", "within": "1KiB"}}],
"script": [
{"barrier": "ready"}, {"wait": "1ms"},
{"send": "a\r\n"}, {"send": {"hex": "c0 00"}}, {"send": {"bytes": "1KiB"}},
{"expect": "b"}, {"expect": {"hex": "D000"}},
{"expect": {"pattern": "[0-9]+;"}}, {"expect": {"bytes": "2B"}},
{"close": "by_server"}
]
}
}
})";

class TargetReader : public reader_fixture {
protected:
    TargetReader() { write("nginx.conf.in", "listen ${port.http};"); }

    std::shared_ptr<const target> read(const std::string& text) {
        problems_.clear();
        return read_target(write("target.json", text), problems_);
    }
    std::vector<problem> problems_;
};

}  // namespace stormdrain
