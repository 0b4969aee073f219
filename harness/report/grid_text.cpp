#include "harness/report/grid_text.hpp"

#include "harness/report/grid_table.hpp"
#include "harness/report/text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace stormdrain {
namespace {

constexpr std::size_t line_bytes_max = 400;
constexpr std::size_t words_width = 5;  // of the longest word in a cell
constexpr std::string_view gap = "  ";

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string without_blanks_behind(const std::string& line) {
    return line.substr(0, line.find_last_not_of(' ') + 1);
}

// A column's name is written below itself, word by word: nine of them must fit a screen.
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words(1);
    for (const char character : name) {
        if (character == '_') {
            words.emplace_back();
        } else {
            words.back() += character;
        }
    }
    return words;
}

class grid_writer {
public:
    grid_writer(std::ostream& out, const grid_table& table, const run_facts& facts,
                const verdict_painter& painted)
        : out_(out), table_(table), facts_(facts), painted_(painted) {
        for (const std::string& column : table.columns) {
            headings_.push_back(words_of(column));
            std::size_t width = words_width;
            for (const std::string& word : headings_.back()) {
                width = std::max(width, word.size());
            }
            widths_.push_back(width);
        }
        for (const std::string& row : table.rows) {
            rows_width_ = std::max(rows_width_, row.size());
        }
    }

    void write(std::size_t columns) {
        out_ << "\n" << table_.target << "/" << table_.suite << "/" << table_.grid << "\n";
        for (part shown{0, 0}; shown.end < headings_.size();) {
            shown = next_part(shown.end, columns);
            out_ << (shown.begin > 0 ? "\n" : "");
            write_headings(shown);
            for (std::size_t row = 0; row < table_.rows.size(); ++row) {
                write_row(row, shown);
            }
        }
        out_ << "ok: kept, RED: broken, known: broken as expected, ?: not judged, -: not "
                "applicable\n";
        write_notes();
    }

private:
    struct part {  // columns that stand side by side
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    part next_part(std::size_t begin, std::size_t columns) const {
        part made{begin, begin};
        std::size_t taken = rows_width_;
        while (made.end < widths_.size()) {
            taken += gap.size() + widths_[made.end];
            if (columns > 0 && taken > columns && made.end > begin) {
                break;
            }
            ++made.end;
        }
        return made;
    }

    void write_headings(const part& shown) {
        std::size_t height = 0;
        for (std::size_t column = shown.begin; column < shown.end; ++column) {
            height = std::max(height, headings_[column].size());
        }
        for (std::size_t line = 0; line < height; ++line) {
            std::string text = padded("", rows_width_);
            for (std::size_t column = shown.begin; column < shown.end; ++column) {
                // The last words stand right above the cells.
                const std::vector<std::string>& words = headings_[column];
                const std::size_t free_lines = height - words.size();
                const std::string word = line < free_lines ? "" : words[line - free_lines];
                text += std::string(gap) + padded(word, widths_[column]);
            }
            out_ << without_blanks_behind(text) << "\n";
        }
    }

    void write_row(std::size_t row, const part& shown) {
        std::string line = padded(table_.rows[row], rows_width_);
        for (std::size_t column = shown.begin; column < shown.end; ++column) {
            const scenario_result* const cell = table_.at(row, column);
            const std::string word(cell_word(cell));
            line += gap;
            line += cell != nullptr ? painted_(word, cell->overall()) : word;
            line += padded("", widths_[column] - word.size());
        }
        out_ << without_blanks_behind(line) << "\n";
    }

    void write_notes() {
        for (const scenario_result* const cell : table_.cells) {
            const std::optional<cell_note> note =
                cell != nullptr ? note_of(*cell) : std::optional<cell_note>();
            if (note && note->outcome != verdict::skipped) {
                write_note(*cell, *note);
            }
        }
        for (const auto& [reason, cells] : not_applicable_in(table_)) {
            std::string names;
            for (const std::string& name : cells) {
                names += (names.empty() ? "" : ", ") + name;
            }
            out_ << "\n-      " << cells.size() << (cells.size() == 1 ? " cell: " : " cells: ")
                 << one_line(reason, line_bytes_max) << "\n       "
                 << one_line(names, line_bytes_max) << "\n";
        }
    }

    void write_note(const scenario_result& cell, const cell_note& note) {
        const std::string word = padded(std::string(cell_word(&cell)), words_width);
        out_ << "\n"
             << painted_(word, note.outcome) << gap << cell.cell->row << "@" << cell.cell->column
             << gap << note.what
             << (note.seen && !note.seen->fingerprint.empty() ? " " + note.seen->fingerprint : "")
             << ": " << one_line(note.why, line_bytes_max) << "\n";
        if (note.seen) {
            out_ << "       replay: " << replay_command(facts_, cell, *note.seen) << "\n";
        }
    }

    std::ostream& out_;
    const grid_table& table_;
    const run_facts& facts_;
    const verdict_painter& painted_;
    std::vector<std::vector<std::string>> headings_;  // of each column, its words
    std::vector<std::size_t> widths_;
    std::size_t rows_width_ = 0;
};

}  // namespace

void write_grid_text(std::ostream& out, const run_results& results, std::size_t columns,
                     const verdict_painter& painted) {
    for (const grid_table& table : grids_of(results)) {
        grid_writer(out, table, results.facts, painted).write(columns);
    }
}

}  // namespace stormdrain
