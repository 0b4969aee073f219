#include "harness/plan/stop_moment.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {

namespace {

constexpr std::array<std::pair<std::string_view, stop_moment>, 8> words{
    {{"at_rest", stop_moment::at_rest},
     {"after_load", stop_moment::after_load},
     {"during_load", stop_moment::during_load},
     {"awaiting_first_byte", stop_moment::awaiting_first_byte},
     {"mid_response", stop_moment::mid_response},
     {"last_close", stop_moment::last_close},
     {"accept_burst", stop_moment::accept_burst},
     {"during_start", stop_moment::during_start}}};

}  // namespace

std::string_view to_text(stop_moment moment) {
    return std::ranges::find(words, moment, [](const auto& each) { return each.second; })->first;
}

// Without a default: a moment that is added has to say what it is.
std::string_view summary_of(stop_moment moment) {
    switch (moment) {
        case stop_moment::at_rest:
            return "The load is done, every connection is closed, and a census was taken.";
        case stop_moment::after_load:
            return "The load is done, and what faults hold is still held.";
        case stop_moment::during_load:
            return "Clients send requests; the seed chooses when.";
        case stop_moment::awaiting_first_byte:
            return "A request is out, and no byte of its answer has come.";
        case stop_moment::mid_response:
            return "An answer has begun and is not whole.";
        case stop_moment::last_close:
            return "The last connection is being closed, in the same instant.";
        case stop_moment::accept_burst:
            return "A burst of connects is arriving.";
        case stop_moment::during_start:
            return "The server was started a moment ago and may not be ready.";
    }
    return "";
}

std::span<const std::pair<std::string_view, stop_moment>> stop_moment_words() {
    return words;
}

bool has_offset(stop_moment moment) {
    return moment == stop_moment::during_load || moment == stop_moment::accept_burst ||
           moment == stop_moment::during_start;
}

bool needs_load(stop_moment moment) {
    return moment == stop_moment::during_load || moment == stop_moment::accept_burst ||
           moment == stop_moment::awaiting_first_byte || moment == stop_moment::mid_response;
}

}  // namespace stormdrain
