// Every way to spoil a suite file that we could think of, and what is said then, word by word.

#include "harness/plan/readers/suite_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAreArray;

const std::vector<spoiled_file> spoiled_files{
    {"'filter': 'b*'",
     "'fliter': 'b*'",
     {"43:25 /includes/0/fliter: unknown key 'fliter'; did you mean 'filter'?"}},
    {"'cycles': 7",
     "'cycles': 0",
     {"43:70 /includes/0/cycles: expected a whole number from 1 to 10000000, got number 0"}},
    {"'stormdrain': 1", "'stormdrain': '1'", {"3:15 /stormdrain: expected 1, got text '1'"}},
    {"'name': 'moments'",
     "'name': ''",
     {"4:9 /name: expected a name of at most 48 characters a-z, 0-9 and _, got ''"}},
    {"'targets': ['../servers/a.json', '/b.json']",
     "'targets': '../servers/a.json'",
     {"6:12 /targets: expected a list of texts, got text '../servers/a.json'"}},
    {"'10min'",
     "'10mins'",
     {"7:37 /defaults/budget: expected a duration such as '250ms', '5s' or '2min' from 1s to 168h, "
      "got text '10mins'; did you mean '10min'?"}},
    {"'10min'",
     "600",
     {"7:37 /defaults/budget: expected a duration such as '250ms', '5s' or '2min' from 1s to 168h, "
      "got number 600; did you mean '600s'?"}},
    {"'cycles': 5",
     "'cycles': 0",
     {"7:24 /defaults/cycles: expected a whole number from 1 to 10000000, got number 0"}},
    {"'clients': 4",
     "'clinets': 4",
     {"9:11 /loads/plain/clinets: unknown key 'clinets'; did you mean 'clients'?"}},
    {"'clients': 4",
     "'clients': 4.5",
     {"9:22 /loads/plain/clients: expected a whole number from 1 to 100000, got number 4.5"}},
    {"'think_time': '5ms'",
     "'think_time': '-5ms'",
     {"10:15 /loads/plain/think_time: expected a duration such as '250ms', '5s' or '2min' from 0s "
      "to 1h, got text '-5ms'"}},
    {"'stay_idle'",
     "'stay'",
     {"10:36 /loads/plain/after_stop: expected one of 'keep_sending', 'stay_idle', 'close', got "
      "text 'stay'; did you mean 'stay_idle'?"}},
    {"'tls': {'port'",
     "'TLS': {'port'",
     {"11:8 /loads/TLS: expected a name of at most 48 characters a-z, 0-9 and _, got 'TLS'; did "
      "you mean 'tls'?",
      "23:19 /scenarios/0/matrix/load/1: expected the name of a load, got 'tls'"}},
    {"'kind': 'connection_reset'",
     "'kind': 'conection_reset'",
     {"14:19 /faults/reset/kind: expected the name of a fault, got 'conection_reset'; did you mean "
      "'connection_reset'?"}},
    {"'kind': 'connection_reset'",
     "'kind': 'teapot'",
     {"14:19 /faults/reset/kind: expected the name of a fault, got 'teapot'"}},
    {"'kind': 'connection_reset', ",
     "",
     {"14:10 /faults/reset: required key 'kind' is missing; expected text"}},
    {"'share': 0.25",
     "'share': 1.5",
     {"14:73 /faults/reset/share: expected a number from 0.0001 to 1, got number 1.5"}},
    {"'share': 0.25",
     "'share': 0.25, 'connections': 3",
     {"14:94 /faults/reset/connections: expected either 'connections' or 'share', got both"}},
    {"'share': 0.25",
     "'shaer': 0.25",
     {"14:64 /faults/reset/shaer: unknown key 'shaer'; did you mean 'share'?"}},
    {"'times': 3",
     "'times': '3'",
     {"14:88 /faults/reset/times: expected a whole number from 1 to 10000, got text '3'"}},
    {"'scenarios': [",
     "'scenarois': [",
     {"18:1 /scenarois: unknown key 'scenarois'; did you mean 'scenarios'?"}},
    {"'name': 'inline',",
     "'name': 'grid',",
     {"28:10 /scenarios/1/name: expected a name of its own, 'grid' is another scenario's"}},
    {"'name': 'inline',",
     "'name': 'in/line',",
     {"28:10 /scenarios/1/name: expected a name of at most 48 characters a-z, 0-9 and _, got "
      "'in/line'; did you mean 'in_line'?"}},
    {"['during_load', 'last_close']",
     "['during_load', 'last close']",
     {"21:28 /scenarios/0/matrix/stop.at/1: expected one of 'at_rest', 'after_load', "
      "'during_load', 'awaiting_first_byte', 'mid_response', 'last_close', 'accept_burst', "
      "'during_start', got text 'last close'; did you mean 'last_close'?"}},
    {"['during_load', 'last_close']",
     "['last_close', 'last_close']",
     {"21:27 /scenarios/0/matrix/stop.at/1: expected each value once, got 'last_close' again",
      "26:9 /scenarios/0/stop: expected no 'between', only the moments during_load, "
      "accept_burst and during_start have an offset"}},
    {"['during_load', 'last_close']",
     "[]",
     {"21:12 /scenarios/0/matrix/stop.at: expected at least one value, got an empty list",
      "26:9 /scenarios/0/stop: expected no 'between', only the moments during_load, "
      "accept_burst and during_start have an offset"}},
    {"'stop.at'",
     "'stop_at'",
     {"21:1 /scenarios/0/matrix/stop_at: unknown key 'stop_at'; did you mean 'stop.at'?",
      "26:9 /scenarios/0/stop: expected no 'between', only the moments during_load, "
      "accept_burst and during_start have an offset"}},
    {"['plain', 'tls']",
     "['plain', 'tsl']",
     {"23:19 /scenarios/0/matrix/load/1: expected the name of a load, got 'tsl'; did you mean "
      "'tls'?"}},
    {"['reset', 'silent']",
     "['reset', 'silnet']",
     {"24:22 /scenarios/0/matrix/faults/0/1: expected the name of a fault, got 'silnet'; did you "
      "mean 'silent'?"}},
    {"['reset', 'silent'], []",
     "'reset'",
     {"24:12 /scenarios/0/matrix/faults/0: expected a list, got text 'reset'"}},
    {"{'between'",
     "{'at': 'at_rest', 'between'",
     {"21:12 /scenarios/0/matrix/stop.at: expected to be varied here or given in the scenario, got "
      "both"}},
    {"['5ms', '20ms']",
     "['20ms', '5ms']",
     {"26:21 /scenarios/0/stop/between: expected the smaller duration first"}},
    {"['5ms', '20ms']",
     "['5ms']",
     {"26:21 /scenarios/0/stop/between: expected two durations such as ['0ms', '50ms']"}},
    {"['5ms', '20ms']",
     "'5ms'",
     {"26:21 /scenarios/0/stop/between: expected a list, got text '5ms'"}},
    {"'load': {'clients': 1}",
     "'load': 'plian'",
     {"29:9 /scenarios/1/load: expected the name of a load, got 'plian'; did you mean 'plain'?"}},
    {"'load': {'clients': 1}",
     "'laod': {'clients': 1}",
     {"29:1 /scenarios/1/laod: unknown key 'laod'; did you mean 'load'?",
      "31:9 /scenarios/1/stop: expected a load, the stop's moment is tied to one (inline)"}},
    {"'at': 'accept_burst'",
     "'at': 'last_close', 'between': ['0ms', '1ms']",
     {"31:9 /scenarios/1/stop: expected no 'between', only the moments during_load, "
      "accept_burst and during_start have an offset"}},
    {"'faults': ['silent', {",
     "'faults': [5, {",
     {"30:12 /scenarios/1/faults/0: expected the name of a fault, or an object"}},
    {"{'kind': 'half_close'}",
     "{'kind': 'half_close', 'at': 'idle'}",
     {"30:51 /scenarios/1/faults/1/at: expected one of 'handler', 'request_headers', got text "
      "'idle'"}},
    {"{'name': 'bare'}",
     "{'name': 'bare', 'faults': ['reset']}",
     {"32:28 /scenarios/2/faults: expected a load, a fault takes a share of its clients (bare)"}},
    {"{'name': 'bare'}",
     "{'name': 'bare', 'faults': [{'kind': 'reuse_at_stop'}], 'stop': {'mode': 'graceful'}}",
     {"32:65 /scenarios/2/stop: expected a moment other than at_rest, a fault waits for the stop "
      "(bare)"}},
    {"{'name': 'bare'}",
     "{'name': 'bare', 'stop': {'at': 'mid_response'}}",
     {"32:26 /scenarios/2/stop: expected a load, the stop's moment is tied to one (bare)"}},
    {"{'name': 'bare'}",
     "{'name': 'bare', 'exit_within': '2h'}",
     {"32:33 /scenarios/2/exit_within: expected a duration such as '250ms', '5s' or '2min' from "
      "1ms to 1h, got text '2h'"}},
    {"{'name': 'bare'}",
     "{'nmae': 'bare'}",
     {"32:1 /scenarios/2: required key 'name' is missing; expected text",
      "32:2 /scenarios/2/nmae: unknown key 'nmae'; did you mean 'name'?"}},
};

TEST_F(SuiteReader, SaysExactlyWhatIsWrong) {
    for (const spoiled_file& each : spoiled_files) {
        EXPECT_EQ(read(spoil(good_suite, each)), nullptr) << each.by;
        EXPECT_THAT(without_file(problems_), ElementsAreArray(each.problems)) << each.by;
    }
}

}  // namespace
}  // namespace stormdrain
