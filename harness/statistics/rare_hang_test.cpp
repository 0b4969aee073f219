// The figures of suites/README.md are what these functions, and a simulation, say.

#include "harness/statistics/rare_hang.hpp"

#include "harness/statistics/binomial.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

constexpr int runs_count = 20'000;
constexpr double seconds_per_hour = 3600;
// What the table of the text is made for; the text says so, too.
constexpr double cycle_seconds = 0.2;
constexpr double chance_allowed = 0.01;  // as `stormdrain compare` has it

struct table_row {
    std::uint64_t one_in = 0;
    std::uint64_t planned = 0;
    double hours = 0;
    std::uint64_t mean_if_so = 0;
    std::uint64_t mean_if_tenfold = 0;
    std::uint64_t to_tell_apart = 0;
};

double number_of(std::string text) {
    std::erase(text, ',');
    return std::stod(text);
}

// The rows between the two marks of the section.
std::vector<table_row> rows_of_the_text() {
    const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
    std::ifstream readme(here / "../../suites/README.md");
    std::vector<table_row> rows;
    bool is_within = false;
    for (std::string line; std::getline(readme, line);) {
        is_within = line.starts_with("## ") ? line == "## Rare hangs" : is_within;
        if (!is_within || !line.starts_with("| 1") || line.find("---") != std::string::npos) {
            continue;
        }
        std::istringstream cells(line);
        std::vector<double> values;
        std::string cell;
        std::getline(cells, cell, '|');
        while (std::getline(cells, cell, '|')) {
            values.push_back(number_of(cell));
        }
        const auto whole = [](double value) {
            return static_cast<std::uint64_t>(std::llround(value));
        };
        rows.push_back({whole(values.at(0)), whole(values.at(1)), values.at(2), whole(values.at(3)),
                        whole(values.at(4)), whole(values.at(5))});
    }
    return rows;
}

struct simulated {
    double seen_share = 0;
    double mean_trials = 0;
};

// Runs that end with the first hang, or when all cycles are done.
simulated simulate(double probability, std::uint64_t planned) {
    std::mt19937_64 random(0x5eed);
    std::geometric_distribution<std::uint64_t> quiet_before(probability);
    simulated all;
    for (int run = 0; run < runs_count; ++run) {
        const std::uint64_t quiet = quiet_before(random);
        all.seen_share += quiet < planned ? 1.0 : 0.0;
        all.mean_trials += static_cast<double>(std::min(quiet + 1, planned));
    }
    all.seen_share /= runs_count;
    all.mean_trials /= runs_count;
    return all;
}

TEST(RareHang, CostsWhatTheTextSays) {
    const std::vector<table_row> rows = rows_of_the_text();
    ASSERT_EQ(rows.size(), 3U);
    for (const table_row& row : rows) {
        SCOPED_TRACE(row.one_in);
        const double probability = 1 / static_cast<double>(row.one_in);
        EXPECT_EQ(row.planned, trials_to_see(probability));
        const double hours = static_cast<double>(row.planned) * cycle_seconds / seconds_per_hour;
        EXPECT_NEAR(row.hours, hours, hours * 0.05);
        EXPECT_NEAR(static_cast<double>(row.mean_if_so),
                    mean_trials_until_hit(probability, row.planned), 1);
        EXPECT_NEAR(static_cast<double>(row.mean_if_tenfold),
                    mean_trials_until_hit(10 * probability, row.planned), 1);
        EXPECT_EQ(row.to_tell_apart, trials_to_tell_apart(probability, chance_allowed));
    }
}

TEST(RareHang, IsMetAsOftenAndAsSoonInASimulation) {
    const std::vector<table_row> rows = rows_of_the_text();
    ASSERT_EQ(rows.size(), 3U);
    for (const table_row& row : rows) {
        SCOPED_TRACE(row.one_in);
        const double probability = 1 / static_cast<double>(row.one_in);
        const simulated so = simulate(probability, row.planned);
        // Three standard deviations: sqrt(0.95 * 0.05 / 20,000) is 0.15 %.
        EXPECT_NEAR(so.seen_share, 0.95, 0.0046);
        EXPECT_NEAR(so.mean_trials, static_cast<double>(row.mean_if_so), so.mean_trials * 0.02);
        const simulated tenfold = simulate(10 * probability, row.planned);
        EXPECT_NEAR(tenfold.mean_trials, static_cast<double>(row.mean_if_tenfold),
                    tenfold.mean_trials * 0.03);
    }
}

TEST(MeanTrialsUntilHit, IsThatOfACutGeometricDistribution) {
    EXPECT_DOUBLE_EQ(mean_trials_until_hit(0.5, 1), 1);
    EXPECT_DOUBLE_EQ(mean_trials_until_hit(0.5, 2), 1.5);
    EXPECT_DOUBLE_EQ(mean_trials_until_hit(1, 100), 1);
    EXPECT_DOUBLE_EQ(mean_trials_until_hit(0.5, 0), 0);
    EXPECT_NEAR(mean_trials_until_hit(1e-12, 1000), 1000, 1e-3);
    EXPECT_THROW(mean_trials_until_hit(0, 10), std::invalid_argument);
    EXPECT_THROW(mean_trials_until_hit(1.5, 10), std::invalid_argument);
}

TEST(TrialsToTellApart, AreEightHangs) {
    EXPECT_EQ(trials_to_tell_apart(0.001, chance_allowed), 8'000U);
    EXPECT_LE(chance_of_difference({8, 8'000}, {0, 8'000}), chance_allowed);
    EXPECT_GT(chance_of_difference({7, 8'000}, {0, 8'000}), chance_allowed);
}

}  // namespace
}  // namespace stormdrain
