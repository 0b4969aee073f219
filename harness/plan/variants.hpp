#pragma once
// A scenario's matrix: the cross product of what it varies, each variant with a stable suffix.

#include "harness/plan/suite.hpp"

#include <functional>
#include <string>
#include <vector>

namespace stormdrain {

struct variant {
    std::string value;  // "last_close"
    std::function<void(scenario&)> apply;
};

// One row of the matrix: everything that "at" may be.
struct dimension {
    std::string name;  // "at"
    std::vector<variant> variants;
};

inline constexpr std::size_t variants_max = 1000;

// "name/at=last_close,faults=reset+half_close" for each combination, in the order of the rows; the
// scenario alone when there is no row. At most variants_max + 1, so that too many can be noticed.
std::vector<scenario> expand_matrix(const scenario& base, const std::vector<dimension>& rows);

}  // namespace stormdrain
