#include "harness/report/trace_events.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// What the Trace Event Format demands of each kind of event ("Trace Event Format", chapters
// "Complete Events", "Instant Events", "Counter Events" and "Metadata Events"), and what
// ui.perfetto.dev demands of slices on one track: nested, or apart. A sentence each for what is
// wrong.
class format_check {
public:
    explicit format_check(const json& trace) {
        if (!trace.is_object() || !trace.contains("traceEvents") ||
            !trace.at("traceEvents").is_array()) {
            wrong_.push_back("there is no array traceEvents");
            return;
        }
        for (const json& event : trace.at("traceEvents")) {
            look_at(event);
        }
        look_at_slices();
        for (const auto& one : used_) {
            if (!named_.contains(one)) {
                wrong_.push_back("a track has no name");
            }
        }
    }

    const std::vector<std::string>& wrong() const { return wrong_; }

private:
    using track = std::pair<int, int>;
    using slice = std::pair<std::int64_t, std::int64_t>;

    void expect(bool holds, const json& event, const std::string& what) {
        if (!holds) {
            wrong_.push_back(what + ": " +
                             event.dump(-1, ' ', false, json::error_handler_t::replace));
        }
    }

    static bool has_number(const json& event, const char* key) {
        return event.contains(key) && event.at(key).is_number_integer() && event.at(key) >= 0;
    }

    void look_at(const json& event) {
        const std::string phase = event.value("ph", "");
        const bool is_placed = has_number(event, "pid") && has_number(event, "tid");
        expect(is_placed, event, "no pid or tid");
        expect(event.contains("name") && event.at("name").is_string() && event.at("name") != "",
               event, "no name");
        expect(event.contains("args") && event.at("args").is_object(), event, "no args");
        if (!is_placed || phase.empty()) {
            return;
        }
        const track where{event.at("pid"), event.at("tid")};
        if (phase == "M") {
            look_at_metadata(event, where);
            return;
        }
        expect(has_number(event, "ts"), event, "no ts");
        if (phase == "X") {
            expect(has_number(event, "dur"), event, "no dur");
            expect(event.contains("cat"), event, "no cat");
            slices_[where].emplace_back(event.value("ts", 0), event.value("dur", 0));
            used_.insert(where);
        } else if (phase == "i") {
            expect(std::set<std::string>{"g", "p", "t"}.contains(event.value("s", "")), event,
                   "no scope");
            used_.insert(where);
        } else if (phase == "C") {
            const json& args = event.at("args");
            expect(!args.empty() && std::ranges::all_of(args, &json::is_number), event,
                   "a counter of no numbers");
        } else {
            expect(false, event, "a phase that is not expected");
        }
    }

    void look_at_metadata(const json& event, const track& where) {
        const std::string name = event.at("name");
        const json& args = event.at("args");
        if (name == "thread_name" || name == "process_name") {
            expect(args.contains("name") && args.at("name").is_string(), event, "no name in args");
        } else {
            expect(name == "thread_sort_index" || name == "process_sort_index", event,
                   "metadata that is not expected");
            expect(has_number(args, "sort_index"), event, "no sort_index");
        }
        if (name == "thread_name") {
            expect(named_.insert(where).second, event, "a track is named twice");
        }
    }

    void look_at_slices() {
        for (auto& [where, slices] : slices_) {
            std::ranges::sort(slices, [](const slice& left, const slice& right) {
                return std::pair(left.first, -left.second) < std::pair(right.first, -right.second);
            });
            std::vector<std::int64_t> ends;
            for (const auto& [from, length] : slices) {
                while (!ends.empty() && ends.back() <= from) {
                    ends.pop_back();
                }
                if (!ends.empty() && from + length > ends.back()) {
                    wrong_.push_back("slices of one track overlap at " + std::to_string(from));
                }
                ends.push_back(from + length);
            }
        }
    }

    std::vector<std::string> wrong_;
    std::map<track, std::vector<slice>> slices_;
    std::set<track> named_;
    std::set<track> used_;
};

json trace_of(const cycle_record& record) {
    std::ostringstream out;
    write_trace_events(out, to_json_value(record));
    return json::parse(out.str());
}

std::vector<json> events_of(const json& trace, std::string_view phase) {
    std::vector<json> found;
    for (const json& event : trace.at("traceEvents")) {
        if (event.at("ph") == phase) {
            found.push_back(event);
        }
    }
    return found;
}

std::vector<std::string> texts_of(const json& trace, std::string_view phase, const char* key) {
    std::vector<std::string> texts;
    for (const json& event : events_of(trace, phase)) {
        texts.push_back(event.value(key, ""));
    }
    return texts;
}

std::vector<std::string> tracks_of(const json& trace) {
    std::vector<std::string> names;
    for (const json& event : events_of(trace, "M")) {
        if (event.at("name") == "thread_name") {
            names.push_back(event.at("args").at("name"));
        }
    }
    return names;
}

request_row request_between(duration from, duration to) {
    request_row row;
    row.connection = 3;
    row.route = "small";
    row.started = from;
    row.ended = to;
    row.status = 200;
    return row;
}

TEST(TraceEvents, KeepToTheFormat) {
    for (const cycle_record& record :
         {page::testing_page::hung(431), page::testing_page::stopped(3, 40ms), cycle_record{}}) {
        EXPECT_THAT(format_check(trace_of(record)).wrong(), IsEmpty());
    }
}

TEST(TraceEvents, HaveATrackForServerListenerAndConnections) {
    cycle_record record = page::testing_page::hung(431);
    record.stop.behind.front().local = {"127.0.0.1", 40190};
    EXPECT_THAT(tracks_of(trace_of(record)),
                testing::ElementsAre("server", "listener", "connection 3",
                                     "connection 5 from 127.0.0.1:40190", "cycle"));
}

TEST(TraceEvents, MarkFaultsStopDeadlineAndKill) {
    const json trace = trace_of(page::testing_page::hung(431));
    const std::vector<std::string> marks = texts_of(trace, "i", "name");
    EXPECT_THAT(marks, Contains(AllOf(HasSubstr("fault: reset"), HasSubstr("RST sent & seen"))));
    EXPECT_THAT(marks, Contains(HasSubstr("stop: SIGTERM")));
    EXPECT_THAT(marks, Contains(HasSubstr("deadline")));
    EXPECT_THAT(marks, Contains("kill: SIGKILL"));
    EXPECT_THAT(texts_of(trace, "X", "cat"), Contains("overdue"));
}

TEST(TraceEvents, CountInMicrosecondsFromTheCyclesBeginning) {
    const json trace = trace_of(page::testing_page::hung(431));
    const std::vector<json> marks = events_of(trace, "i");
    const auto kill = std::ranges::find(
        marks, "kill", [](const json& mark) { return mark.at("cat").get<std::string>(); });
    ASSERT_NE(kill, marks.end());
    EXPECT_EQ(kill->at("ts"), 5'300'000);
    EXPECT_EQ(kill->at("s"), "g") << "it concerns everybody";
}

TEST(TraceEvents, PutWhatOverlapsOnTracksOfItsOwn) {
    cycle_record record = page::testing_page::hung(1);
    record.requests.across_stop = {request_between(700ms, 900ms), request_between(800ms, 1000ms),
                                   request_between(850ms, 950ms)};
    const json trace = trace_of(record);
    EXPECT_THAT(format_check(trace).wrong(), IsEmpty());
    EXPECT_THAT(tracks_of(trace), Contains("connection 3, 2"));
}

// The client noted its end a few microseconds before the fault did.
TEST(TraceEvents, DrawWhatEndsTogetherOnOneTrack) {
    cycle_record record = page::testing_page::hung(1);
    connection_row& row = record.stop.behind.emplace_back();
    row.id = 3;
    row.opened = 1400ms;
    row.closed = 1600ms;
    record.faults.front().injections.front().ended = 1600ms + std::chrono::microseconds(5);
    const json trace = trace_of(record);
    EXPECT_THAT(format_check(trace).wrong(), IsEmpty());
    EXPECT_THAT(tracks_of(trace), testing::Not(Contains(HasSubstr(", 2"))));
}

TEST(TraceEvents, TellOfAllConnectionsThatARecordHolds) {
    cycle_record record = page::testing_page::hung(1);
    record.stop.behind.resize(200, record.stop.behind.front());
    connection_id id = 10;
    for (connection_row& row : record.stop.behind) {
        row.id = id++;
    }
    EXPECT_THAT(tracks_of(trace_of(record)), SizeIs(2 + 201 + 1));
}

TEST(TraceEvents, AreTextWhateverAServerWrote) {
    cycle_record record = page::testing_page::hung(1);
    record.faults.front().injections.front().proof = "\xff\x1b[31m\"\n{}]" + std::string(1, '\0');
    record.timeline.front().what = std::string(1'000'000, 'x');
    std::ostringstream out;
    write_trace_events(out, to_json_value(record));
    EXPECT_LT(out.str().size(), 100'000U);
    EXPECT_EQ(out.str().find('\x1b'), std::string::npos);
    EXPECT_THAT(format_check(json::parse(out.str())).wrong(), IsEmpty());
}

TEST(TraceEvents, CountWhatTheServerHeld) {
    cycle_record record = page::testing_page::hung(1);
    connections_held_at& held = record.stop.held_at_trigger.emplace();
    held.at = 2s;
    held.count = 7;
    const std::vector<json> counters = events_of(trace_of(record), "C");
    EXPECT_THAT(counters, Contains(testing::Truly([](const json& counter) {
                    return counter.at("name") == "client connections" &&
                           counter.at("ts") == 2'000'000 && counter.at("args").at("held") == 7;
                })));
}

// The check itself: what it is for shows.
TEST(TraceFormatCheck, SeesWhatIsWrong) {
    const auto with = [](json event) { return json{{"traceEvents", {std::move(event)}}}; };
    const json slice{{"ph", "X"}, {"name", "a"}, {"cat", "b"}, {"pid", 1},
                     {"tid", 1},  {"ts", 10},    {"dur", 5},   {"args", json::object()}};
    const json name{
        {"ph", "M"}, {"name", "thread_name"}, {"pid", 1}, {"tid", 1}, {"args", {{"name", "t"}}}};
    EXPECT_THAT(format_check(json{{"traceEvents", {name, slice}}}).wrong(), IsEmpty());
    EXPECT_THAT(format_check(json::array()).wrong(), SizeIs(1));
    EXPECT_THAT(format_check(with(slice)).wrong(), Contains(HasSubstr("no name")));
    for (const char* const key : {"pid", "ts", "dur", "name", "args"}) {
        json lacking = slice;
        lacking.erase(key);
        EXPECT_FALSE(format_check(json{{"traceEvents", {name, lacking}}}).wrong().empty()) << key;
    }
    json overlapping = slice;
    overlapping["ts"] = 12;
    EXPECT_THAT(format_check(json{{"traceEvents", {name, slice, overlapping}}}).wrong(),
                Contains(HasSubstr("overlap")));
}

}  // namespace
}  // namespace stormdrain
