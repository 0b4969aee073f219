#pragma once
// For tests of readers: one text as a file, and what was found wrong with it.

#include "harness/config/object_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

inline std::vector<std::string> texts_of(const std::vector<problem>& problems) {
    std::vector<std::string> texts;
    for (const problem& each : problems) {
        texts.push_back(to_text(each));
    }
    return texts;
}

// Reads everything that a test asks for from one text, and gathers what is wrong with it.
class document_fixture : public testing::Test {
protected:
    object_reader root_of(std::string_view text) {
        return json_document::parse("f.json", text, problems_).root(problems_);
    }
    std::vector<std::string> problems() const { return texts_of(problems_); }

    std::vector<problem> problems_;
};

}  // namespace stormdrain
