#pragma once
// For tests of the readers: good files that a test spoils at one place, and what is said then.

#include "harness/config/problem.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

// A place of a good file, and what stands there instead. To be readable, both sides write ' for ".
struct spoiled_file {
    std::string replaced;
    std::string by;
    std::vector<std::string> problems;  // without the file's name
};

class reader_fixture : public testing::Test {
protected:
    static std::string spoil(std::string text, const spoiled_file& how) {
        text = with_single_quotes(std::move(text));
        const std::size_t at = text.find(how.replaced);
        if (at == std::string::npos) {
            throw std::logic_error("the good file has no " + how.replaced);
        }
        text.replace(at, how.replaced.size(), how.by);
        std::ranges::replace(text, '\'', '"');
        return text;
    }

    static std::string with_single_quotes(std::string text) {
        std::ranges::replace(text, '"', '\'');
        return text;
    }

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_.file(name)) << text;
        return folder_.file(name);
    }

    static std::vector<std::string> without_file(const std::vector<problem>& problems) {
        std::vector<std::string> texts;
        for (problem each : problems) {
            each.file.clear();
            texts.push_back(with_single_quotes(to_text(each).substr(1)));
        }
        return texts;
    }

    temporary_folder folder_;
};

}  // namespace stormdrain
