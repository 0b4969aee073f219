#include "ci/benchmarks/cost_table.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace stormdrain::benchmarks {
namespace {

// What is said with more digits is not known that well.
int digits_of(double value) {
    const double size = std::abs(value);
    return size < 10 ? 2 : size < 1'000 ? 1 : 0;
}

std::string number(double value) {
    std::array<char, 64> text;
    std::snprintf(text.data(), text.size(), "%.*f", digits_of(value), value);
    return text.data();
}

std::string cost(const cost_row& row, double value) {
    switch (row.kind) {
        case cost_kind::difference:
            return (value < 0 ? "" : "+") + number(value);
        case cost_kind::ratio:
            return "x" + number(value);
        case cost_kind::whole:
            break;
    }
    return number(value);
}

std::string limit(const cost_row& row) {
    if (!row.limit) {
        return "";
    }
    const double most = *row.limit;
    const std::string verdict = row.cost->median < most ? "ok" : "OVER";
    const bool every_round = row.cost->max < most || row.cost->min >= most;
    return "< " + number(most) + "  " + verdict + (every_round ? "" : ", not in every round");
}

using cells = std::array<std::string, 7>;

std::string line(const cells& of) {
    std::array<char, 256> text;
    std::snprintf(text.data(), text.size(), "%-52s %-4s %8s %8s %8s   %-18s %s", of[0].c_str(),
                  of[1].c_str(), of[2].c_str(), of[3].c_str(), of[4].c_str(), of[5].c_str(),
                  of[6].c_str());
    std::string whole = text.data();
    whole.resize(whole.find_last_not_of(' ') + 1);
    return whole + "\n";
}

std::string line(const cost_row& row) {
    if (!row.cost) {
        return row.what + ": " + row.missing + "\n";
    }
    return line(cells{row.what, row.unit, row.with ? number(*row.with) : "",
                      row.without ? number(*row.without) : "", cost(row, row.cost->median),
                      cost(row, row.cost->min) + " .. " + cost(row, row.cost->max), limit(row)});
}

}  // namespace

cost_row difference_row(const std::string& what, const std::vector<double>& with,
                        const std::vector<double>& without) {
    cost_row row{what, "ms", cost_kind::difference, {}, {}, {}, {}, ""};
    row.with = median_of(with);
    row.without = median_of(without);
    row.cost = spread_of(differences(with, without));
    return row;
}

cost_row ratio_row(const std::string& what, const std::string& unit,
                   const std::vector<double>& with, const std::vector<double>& without) {
    cost_row row{what, unit, cost_kind::ratio, {}, {}, {}, {}, ""};
    row.with = median_of(with);
    row.without = median_of(without);
    row.cost = spread_of(ratios(with, without));
    return row;
}

cost_row count_row(const std::string& what, const std::vector<double>& values) {
    cost_row row{what, "", cost_kind::whole, {}, {}, {}, {}, ""};
    row.cost = spread_of(values);
    return row;
}

cost_row whole_row(const std::string& what, const std::vector<double>& values) {
    cost_row row{what, "ms", cost_kind::whole, {}, {}, {}, {}, ""};
    row.cost = spread_of(values);
    return row;
}

cost_row missing_row(const std::string& what, const std::string& why) {
    return {what, "", cost_kind::whole, {}, {}, {}, {}, why};
}

std::string to_text(const std::vector<cost_row>& rows) {
    std::string text =
        line(cells{"what", "unit", "with", "without", "cost", "min .. max", "limit"});
    for (const cost_row& row : rows) {
        text += line(row);
    }
    return text;
}

}  // namespace stormdrain::benchmarks
