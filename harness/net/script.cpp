#include "harness/net/script.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

void add_turns(std::vector<script_turn>& turns, const std::vector<script_step>& steps) {
    bool begins = true;
    for (const script_step& step : steps) {
        if (step.does == script_step::kind::close) {
            continue;  // belongs to the connection, not to a turn
        }
        const bool answers = step.does == script_step::kind::expect;
        if (begins || (!answers && !turns.back().answer.empty())) {
            turns.emplace_back();
            begins = false;
        }
        if (answers) {
            turns.back().answer.push_back(step.expected);
        } else {
            turns.back().before.push_back(step);
        }
    }
}

bool sends(const script_turn& turn) {
    return std::ranges::any_of(
        turn.before, [](const script_step& step) { return step.does == script_step::kind::send; });
}

}  // namespace

script_turns turns_of(const script& what) {
    script_turns turns;
    add_turns(turns.first, what.opening);
    add_turns(turns.first, what.steps);
    add_turns(turns.later, what.steps);
    turns.client_closes = std::ranges::find(what.steps, script_step::kind::close,
                                            &script_step::does) != what.steps.end();
    return turns;
}

std::string text_of(const script_turn& turn) {
    std::string text;
    for (const script_step& step : turn.before) {
        text += step.does == script_step::kind::send ? step.text : std::string();
    }
    return text;
}

std::size_t first_sending(const std::vector<script_turn>& turns) {
    const auto found = std::ranges::find_if(turns, sends);
    return static_cast<std::size_t>(found - turns.begin());
}

}  // namespace stormdrain
