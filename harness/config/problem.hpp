#pragma once
// What is wrong with a file that a user wrote, and where. All problems are gathered and shown at
// once; nothing is started.

#include <stdexcept>
#include <string>
#include <vector>

namespace stormdrain {

struct problem {
    std::string file;
    int line = 0;  // 0: the whole file
    int column = 0;
    std::string path;  // JSON pointer: "/scenarios/0/stop/at"
    std::string message;
    bool operator==(const problem&) const = default;
};

// "suites/a.json:12:9 /scenarios/0/stop/at: expected ..., got ...; did you mean ...?"
std::string to_text(const problem& what);

// In the order of the file, from index `first` on: readers look for values, not at lines.
void sort_by_place(std::vector<problem>& problems, std::size_t first);

// Thrown once a file was read to its end, with everything that is wrong in it. Exit code 2.
class config_error : public std::runtime_error {
public:
    explicit config_error(std::vector<problem> problems);
    const std::vector<problem>& problems() const { return problems_; }

private:
    std::vector<problem> problems_;
};

}  // namespace stormdrain
