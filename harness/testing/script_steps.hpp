#pragma once
// Steps of scripts in a line each, for tests.

#include "harness/net/script.hpp"

#include <string>
#include <utility>

namespace stormdrain {

// `text` is what is said, or what has to come.
inline script_step step_of(script_step::kind does, std::string text = {}) {
    script_step step;
    step.does = does;
    (does == script_step::kind::expect ? step.expected.text : step.text) = std::move(text);
    return step;
}

inline script_step send(std::string text) {
    return step_of(script_step::kind::send, std::move(text));
}

inline script_step expect(std::string text) {
    return step_of(script_step::kind::expect, std::move(text));
}

}  // namespace stormdrain
