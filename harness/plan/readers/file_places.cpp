#include "harness/plan/readers/file_places.hpp"

#include <filesystem>

namespace stormdrain {

namespace files = std::filesystem;

std::string folder_of(const std::string& file) {
    return files::path(file).parent_path().string();
}

std::string beside(const std::string& folder, const std::string& path) {
    return (files::path(folder) / path).lexically_normal().string();
}

std::string absolute_beside(const std::string& folder, const std::string& path) {
    return files::absolute(files::path(folder) / path).lexically_normal().string();
}

bool stays_inside(const std::string& path) {
    const files::path normal = files::path(path).lexically_normal();
    return !path.empty() && normal.is_relative() && normal != "." && *normal.begin() != ".." &&
           normal.has_filename();
}

}  // namespace stormdrain
